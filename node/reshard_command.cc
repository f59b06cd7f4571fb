#include "node/reshard_command.h"

#include <array>
#include <csignal>
#include <string>
#include <system_error>
#include <vector>

#include "base/descriptors.h"
#include "base/secret.h"
#include "node/exit_codes.h"
#include "node/grid/placement.h"
#include "node/run_folder.h"
#include "node/store_report.h"
#include "node/store_tools/progress_line.h"
#include "node/store_tools/reshard.h"
#include "node/store_tools/reshard_journal.h"

namespace buzzer::node {
namespace {

namespace fs = std::filesystem;
using store_tools::ReshardOutcome;
using store_tools::ReshardReport;

std::string nodes(std::uint32_t count) { return std::to_string(count) + (count == 1 ? " node" : " nodes"); }

const char* name_of(ReshardOutcome outcome) {
  switch (outcome) {
    case ReshardOutcome::kPlanned:
      return "planned";
    case ReshardOutcome::kNothing:
      return "nothing";
    case ReshardOutcome::kDone:
      return "done";
    case ReshardOutcome::kFinished:
      return "finished";
    case ReshardOutcome::kGivenUp:
      break;
  }
  return "given-up";
}

std::string in_hex(std::uint64_t number) {
  std::array<std::uint8_t, 8> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes.at(i) = static_cast<std::uint8_t>(number >> (56 - 8 * i));
  return base::to_hex(bytes);
}

void tell_as_json(std::ostream& out, const fs::path& folder, const ReshardReport& report) {
  Json told = {{"folder", folder.string()},
               {"grid", report.grid},
               {"from", report.from},
               {"to", report.to},
               {"outcome", name_of(report.outcome)}};
  if (report.outcome == ReshardOutcome::kPlanned) told["needed_bytes"] = report.needed_bytes;
  if (report.outcome == ReshardOutcome::kDone) {
    told["entries"] = report.entries();
    told["bytes"] = report.bytes();
    Json& shards = told["shards"] = Json::array();
    for (std::size_t number = 0; number < report.shards.size(); ++number) {
      const base::ShardId shard(static_cast<std::uint8_t>(number));
      const store_tools::ShardContent& content = report.shards.at(number);
      shards.push_back({{"shard", number},
                        {"from", grid::node_of_shard(shard, report.from).value()},
                        {"to", grid::node_of_shard(shard, report.to).value()},
                        {"entries", content.entries},
                        {"bytes", content.bytes},
                        {"checksum", in_hex(content.checksum)}});
    }
  }
  write_line(out, told);
}

void tell(std::ostream& out, const ReshardReport& report) {
  const std::string grid = "Grid \"" + report.grid + '"';
  switch (report.outcome) {
    case ReshardOutcome::kPlanned:
      out << grid << " would go from " << nodes(report.from) << " to " << nodes(report.to);
      if (report.needed_bytes > 0)
        out << ", with up to " << bytes_for_people(report.needed_bytes) << " more on disk meanwhile";
      out << ".\n";
      return;
    case ReshardOutcome::kNothing:
      out << grid << " has " << nodes(report.from) << " already: nothing was done.\n";
      return;
    case ReshardOutcome::kGivenUp:
      out << "The reshard that had not come to its switch was given up: " << grid << " has " << nodes(report.from)
          << ", as before.\n";
      return;
    case ReshardOutcome::kDone:
      out << "64 shards, " << grouped(report.entries()) << " entries (" << bytes_for_people(report.bytes())
          << "), each held against what it was copied from.\n";
      break;
    case ReshardOutcome::kFinished:
      out << "The reshard that had been cut off was finished.\n";
      break;
  }
  out << grid << " had " << nodes(report.from) << " and has " << nodes(report.to) << " now: start it with --grid-size "
      << report.to << ".\n";
}

// Of nodes that are no more, or have not come to be; logs stay.
void remove_if_empty(const fs::path& run_folder) {
  std::error_code ignored;
  fs::remove(run_folder, ignored);
}

}  // namespace

int reshard_grid(const ReshardCommand& command, std::ostream& out, std::ostream& err) {
  base::allow_all_descriptors();  // up to 64 stores are open at once
  // What cannot be written, be it a file that reaches `ulimit -f` or progress that nobody reads, is no reason to end in
  // the middle.
  std::signal(SIGXFSZ, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
  std::vector<RunFolder> held;
  std::vector<fs::path> made;
  store_tools::ToolResult<ReshardReport> report;
  {
    store_tools::ProgressLine line(err, store_tools::stderr_is_terminal());
    const auto hold = [&](const fs::path& folder) -> base::Result<void> {
      std::error_code ignored;
      if (!fs::exists(folder, ignored)) made.push_back(folder);
      auto locked = RunFolder::hold(folder);
      if (!locked) return base::fail("no node may run meanwhile: " + locked.error().message);
      held.push_back(*std::move(locked));
      return {};
    };
    const auto progress = [&](std::string_view what, std::uint64_t done, std::uint64_t all) {
      line.tell(what, done, all);
    };
    report = store_tools::reshard({command.folder, command.to, command.plan}, {hold, progress});
  }
  held.clear();
  if (!report) {
    for (const fs::path& folder : made) remove_if_empty(folder);
    return refuse(report.error().is_wrong ? kExitWrong : kExitCannotTell, report.error().message, command.json, out,
                  err);
  }
  if (!command.plan) {
    for (std::uint32_t node = report->to; node < base::kMaxGridSize; ++node) {
      remove_if_empty(store_tools::node_folder(command.folder, base::NodeId(node)));
    }
  }
  if (command.json) {
    tell_as_json(out, command.folder, *report);
  } else {
    tell(out, *report);
  }
  return 0;
}

}  // namespace buzzer::node
