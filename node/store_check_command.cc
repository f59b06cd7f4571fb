// `buzzer store check`: see store_command.h.
#include <chrono>
#include <iomanip>
#include <string>

#include "node/exit_codes.h"
#include "node/store/key_parts.h"
#include "node/store/store_view.h"
#include "node/store_command.h"
#include "node/store_report.h"
#include "node/store_tools/progress_line.h"
#include "node/store_tools/store_check.h"

namespace buzzer::node {
namespace {

using store_tools::FindingKind;
using store_tools::Findings;
using store_tools::StoreReport;

std::string with_shard(const store_tools::Finding& finding) {
  return finding.shard ? "shard " + std::to_string(finding.shard->value()) + ": " + finding.text : finding.text;
}

Json findings_to_json(const Findings& findings) {
  Json told = Json::array();
  for (std::size_t number = 0; number < store_tools::kFindingKinds; ++number) {
    const auto kind = static_cast<FindingKind>(number);
    const Findings::OfKind& found = findings.of(kind);
    if (found.count == 0) continue;
    Json first = Json::array();
    for (const store_tools::Finding& finding : found.first) {
      first.push_back(
          {{"shard", finding.shard ? Json(finding.shard->value()) : Json(nullptr)}, {"what", finding.text}});
    }
    told.push_back({{"kind", name_of(kind)}, {"count", found.count}, {"first", first}});
  }
  return told;
}

void tell_as_json(std::ostream& out, const std::filesystem::path& folder, const store::StoreSurvey& survey,
                  const StoreReport& report) {
  Json told = store_to_json(folder, survey.identity);
  told["sound"] = report.findings.none();
  told["synced"] = survey.synced ? Json(*survey.synced) : Json(nullptr);
  told["recovered"] = survey.recovered;
  told["files"] = report.files;
  told["file_bytes"] = report.file_bytes;
  told["shards"] = report.shards;
  told["entries"] = report.entries;
  Json& tables = told["tables"] = Json::object();
  for (const auto& [letter, count] : report.tables) {
    tables[std::string(1, letter)] = {
        {"title", store::table_title(letter)}, {"entries", count.entries}, {"bytes", count.bytes}};
  }
  told["findings"] = findings_to_json(report.findings);
  write_line(out, told);
}

void tell_findings(std::ostream& out, const Findings& findings) {
  for (std::size_t number = 0; number < store_tools::kFindingKinds; ++number) {
    const auto kind = static_cast<FindingKind>(number);
    const Findings::OfKind& found = findings.of(kind);
    if (found.count == 0) continue;
    out << title_of(kind) << ": " << grouped(found.count) << '\n';
    for (const store_tools::Finding& finding : found.first) out << "  " << with_shard(finding) << '\n';
    if (found.count > found.first.size()) {
      out << "  and " << grouped(found.count - found.first.size()) << " more\n";
    }
  }
}

void tell(std::ostream& out, const std::filesystem::path& folder, const store::StoreSurvey& survey,
          const StoreReport& report, std::chrono::duration<double> took) {
  out << "The store in " << folder.string() << ' ' << whose(survey.identity) << ".\n";
  if (survey.whole()) out << "All that was synced, up to sequence " << *survey.synced << ", is there.\n";
  out << grouped(report.files) << (report.files == 1 ? " file" : " files") << " of sorted entries ("
      << bytes_for_people(report.file_bytes) << "), " << report.shards << " shards, " << grouped(report.entries)
      << " entries:\n";
  for (const auto& [letter, count] : report.tables) {
    out << "  " << letter << "  " << std::left << std::setw(22) << store::table_title(letter) << std::right
        << std::setw(14) << grouped(count.entries) << std::setw(12) << bytes_for_people(count.bytes) << '\n';
  }
  tell_findings(out, report.findings);
  const std::uint64_t wrong = report.findings.count();
  out << (wrong == 0 ? "Sound" : "NOT SOUND: " + grouped(wrong) + (wrong == 1 ? " finding" : " findings")) << ", in "
      << std::fixed << std::setprecision(1) << took.count() << " s.\n";
  if (wrong > 0) out << "Restore a backup; docs/storage.md says what else can be done.\n";
}

}  // namespace

int check_store(const StoreCommand& command, std::ostream& out, std::ostream& err) {
  const auto fail = [&](int exit_code, const std::string& reason) {
    return refuse(exit_code, reason, command.json, out, err);
  };
  if (!holds_a_store(command.folder)) return fail(kExitCannotTell, no_store_in(command.folder));
  store::RocksDbStoreOptions options;
  options.folder = command.folder;
  const auto began = std::chrono::steady_clock::now();
  const auto view = store::view_rocksdb_store(options);
  if (!view) {
    const bool is_damage = view.error().problem == store::OpenProblem::kDamaged;
    return fail(is_damage ? kExitWrong : kExitCannotTell, view.error().message);
  }
  const store::StoreSurvey& survey = (*view)->survey();
  const auto known = store::judge_identity((*view)->store(), survey.identity, store::present_schema());
  if (!known && known.error().problem == store::OpenProblem::kOtherSchema) {
    return fail(kExitCannotTell, known.error().message);
  }

  base::Result<StoreReport> report;
  {
    store_tools::ProgressLine line(err, store_tools::stderr_is_terminal());
    report = store_tools::check_store(
        **view, [&](std::string_view what, std::uint64_t done, std::uint64_t all) { line.tell(what, done, all); });
  }
  if (!report) return fail(kExitCannotTell, report.error().message);
  if (command.json) {
    tell_as_json(out, command.folder, survey, *report);
  } else {
    tell(out, command.folder, survey, *report, std::chrono::steady_clock::now() - began);
  }
  return report->findings.none() ? 0 : kExitWrong;
}

}  // namespace buzzer::node
