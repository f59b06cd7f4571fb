#include "node/inspect_command.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <optional>
#include <sstream>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "node/control_line.h"
#include "node/exit_codes.h"
#include "node/store_report.h"

namespace buzzer::node {
namespace {

namespace fs = std::filesystem;

// The folders in which nodes of the grid may run, by number.
std::vector<fs::path> run_folders(const InspectOptions& options) {
  if (!options.run_folder.empty()) return {options.run_folder};
  std::vector<fs::path> found;
  for (std::uint32_t id = 0; id < base::kMaxGridSize; ++id) {
    fs::path folder = fs::path("run") / options.grid / ("node-" + std::to_string(id));
    std::error_code ignored;
    if (fs::exists(folder / "control-port", ignored)) found.push_back(std::move(folder));
  }
  return found;
}

std::optional<ControlLine> reach(const InspectOptions& options, std::ostream& err) {
  const auto folders = run_folders(options);
  std::string why = "no node has run in run/" + options.grid + "/node-<id>, from here";
  for (const fs::path& folder : folders) {
    auto line = ControlLine::open(folder);
    if (line) return std::move(*line);
    why = line.error().message;
  }
  err << "buzzer: no node can be asked: " << why << ". Name the grid with --grid, or a node's run folder with "
      << "--run-folder.\n";
  return std::nullopt;
}

std::string time_of(std::int64_t time_ms) {
  const std::time_t seconds = time_ms / 1000;
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &utc);
  std::array<char, 48> whole{};
  std::snprintf(whole.data(), whole.size(), "%s.%03d UTC", text.data(), static_cast<int>(time_ms % 1000));
  return whole.data();
}

std::string counted(std::uint64_t count, const char* one, const char* many) {
  return grouped(count) + ' ' + (count == 1 ? one : many);
}

std::string place(const Json& place) {
  return "shard " + place["shard"].dump() + " (node " + place["node"].dump() + ")";
}

void tell_there(const Json& trace, const Json& there, std::ostream& out) {
  const std::string state = there["state"];
  out << "  " << place(there) << ": ";
  if (state == "taken") {
    out << "taken, version " << there["version"];
    if (!there["taken_ms"].is_null()) {
      const std::int64_t taken = there["taken_ms"];
      const std::int64_t since = trace["edited_ms"].is_null() ? trace["posted_ms"] : trace["edited_ms"];
      out << ", at " << time_of(taken) << ", " << taken - since << " ms after it was committed";
    }
  } else if (state == "pending") {
    out << "on its way";
  } else if (state == "unwanted") {
    out << "sent, and not kept: nobody there wants it any more";
  } else if (state == "silent") {
    out << "has not answered";
  } else if (state == "unknown") {
    out << "BROKEN: has version " << there["version"] << ", of which its home does not know";
  } else if (state == "unindexed") {
    out << "BROKEN: has it, but not in a mention, topic or thread that it belongs to";
  } else if (state == "outdated") {
    out << "BROKEN: has version " << there["version"] << ", and nothing newer is on its way";
  } else {
    out << "BROKEN: does not have it, and nothing is on its way";
  }
  out << '\n';
}

void tell_trace(const Json& trace, std::ostream& out) {
  out << "Buzz " << trace["id"].get<std::string>() << " of " << trace["author"].get<std::string>() << ", version "
      << trace["version"] << (trace["deleted"].get<bool>() ? ", deleted" : "") << "\n  committed at "
      << place(trace["home"]) << ", " << time_of(trace["posted_ms"]);
  if (!trace["edited_ms"].is_null()) out << "; this version " << time_of(trace["edited_ms"]);
  out << '\n';
  const Json& shards = trace["shards"];
  out << (shards.empty() ? "Sent to no other shard.\n"
                         : "Sent to " + counted(shards.size(), "other shard", "other shards") + ":\n");
  for (const Json& there : shards) tell_there(trace, there, out);
  const Json& subscriptions = trace["subscriptions"];
  if (subscriptions.empty()) {
    out << "Nobody subscribes to a feed that it is in.\n";
    return;
  }
  out << "Subscriptions to feeds that it is in:\n";
  for (const Json& one : subscriptions) {
    const std::string state = one["state"];
    out << "  " << one["feed"].get<std::string>() << ", for clients of node " << one["for_node"] << ": "
        << (state == "taken"    ? "pushed, and passed on"
            : state == "pushed" ? "pushed"
                                : "not pushed yet")
        << '\n';
  }
  const std::uint64_t further = trace["further_subscriptions"];
  if (further > 0) out << "  and " << further << " more\n";
}

// What was found at all shards. Numbers are added, lists strung together, but of what is broken no more is kept than a
// node would; the verdict is the worst.
void merge(Json& whole, Json&& part) {
  if (whole.is_null()) {
    whole = std::move(part);
    return;
  }
  constexpr std::size_t kMostBroken = 1000;
  for (auto& [name, value] : part.items()) {
    Json& into = whole[name];
    if (value.is_number()) {
      into = into.get<std::uint64_t>() + value.get<std::uint64_t>();
    } else if (name == "verdict") {
      if (into == "proven" || value == "broken") into = value;
    } else if (name == "broken") {
      for (Json& thing : value) {
        if (into.size() < kMostBroken) {
          into.push_back(std::move(thing));
        } else {
          whole["further_broken"] = whole["further_broken"].get<std::uint64_t>() + 1;
        }
      }
    } else {  // of shards and streams: each once, and there are few
      for (Json& entry : value) {
        if (std::find(into.begin(), into.end(), entry) == into.end()) into.push_back(std::move(entry));
      }
    }
  }
}

int exit_code_of(const Json& audit) {
  if (audit["verdict"] == "proven") return 0;
  return audit["verdict"] == "broken" ? kExitWrong : kExitCannotTell;
}

void tell_broken(const Json& thing, std::ostream& out) {
  const std::string kind = thing["kind"];
  const std::string author = thing["author"];
  const std::string at = place(thing["at"]);
  if (kind == "interest") {
    out << "  " << place(thing["home"]) << " does not know how many at " << at << " follow " << author << '\n';
    return;
  }
  out << "  buzz " << thing["id"].get<std::string>() << " of " << author << ", at home in " << place(thing["home"]);
  if (kind == "missing") out << ", is missing at " << at;
  if (kind == "outdated") out << ", is an older version at " << at;
  if (kind == "unknown") out << ", is a version at " << at << " of which its home does not know";
  if (kind == "unindexed") out << ", is at " << at << " but not in a mention, topic or thread that it belongs to";
  out << '\n';
}

void tell_audit(const Json& audit, std::ostream& out) {
  out << "Looked at " << counted(audit["buzzes"], "buzz", "buzzes") << ", "
      << counted(audit["deliveries"], "delivery", "deliveries") << ", "
      << counted(audit["follows"], "follow", "follows") << " and " << counted(audit["streams"], "stream", "streams")
      << " of " << audit["shards"] << " shards.\n";
  const std::uint64_t further = audit["further_broken"];
  const Json& broken = audit["broken"];
  if (!broken.empty()) {
    out << "BROKEN: " << counted(broken.size() + further, "thing that was owed is", "things that were owed are")
        << " not there, and not on the way:\n";
    for (const Json& thing : broken) tell_broken(thing, out);
    if (further > 0) out << "  and " << further << " more\n";
  }
  const std::uint64_t pending = audit["pending"];
  if (pending > 0) out << "Still on the way: " << pending << ".\n";
  for (const Json& silent : audit["silent"]) out << "No answer from " << place(silent) << ".\n";
  for (const Json& stream : audit["begun_anew"]) {
    out << "The stream from shard " << stream["from"] << " to " << stream["to"]
        << " had to begin anew: the store of one of them was not what it had been.\n";
  }
  if (audit["verdict"] == "proven") out << "All that was owed has been delivered.\n";
  if (audit["verdict"] == "unproven") out << "Nothing is known to be broken, but not all could be proven.\n";
}

// The answer of the node; otherwise what it says, or why it does not, is told, and the exit code for it.
tl::expected<Json, int> ask(ControlLine& node, const std::string& command, std::ostream& err) {
  const auto answer = node.ask(command);
  if (!answer) {
    err << "buzzer: " << answer.error().message << '\n';
    return tl::unexpected(kExitCannotTell);
  }
  Json json = Json::parse(*answer, nullptr, false);
  if (json.is_object()) return json;
  err << "buzzer: the node says: " << *answer << '\n';
  return tl::unexpected(kExitWrong);
}

}  // namespace

int trace_buzz(const InspectOptions& options, std::uint64_t id, std::ostream& out, std::ostream& err) {
  auto node = reach(options, err);
  if (!node) return kExitCannotTell;
  const auto trace = ask(*node, "trace json " + std::to_string(id), err);
  if (!trace) return trace.error();
  if (options.json) {
    out << trace->dump() << '\n';
  } else {
    tell_trace(*trace, out);
  }
  return 0;
}

int audit_grid(const InspectOptions& options, bool progress, std::ostream& out, std::ostream& err) {
  auto node = reach(options, err);
  if (!node) return kExitCannotTell;
  const char* const clear_line = progress ? "\r\033[K" : "";
  Json whole;
  for (std::uint32_t shard = 0; shard < base::kShardCount; ++shard) {
    if (progress) err << "\raudit: shard " << shard + 1 << " of " << base::kShardCount << std::flush;
    std::ostringstream complaint;
    auto part = ask(*node, "audit json " + std::to_string(shard), complaint);
    if (!part) {
      err << clear_line << complaint.str();
      return kExitCannotTell;
    }
    merge(whole, std::move(*part));
  }
  err << clear_line << std::flush;
  if (options.json) {
    out << whole.dump() << '\n';
  } else {
    tell_audit(whole, out);
  }
  return exit_code_of(whole);
}

}  // namespace buzzer::node
