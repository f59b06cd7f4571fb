#include "node/store_report.h"

#include <array>
#include <cstdio>
#include <system_error>

#include "base/printable.h"

namespace buzzer::node {

namespace fs = std::filesystem;

bool holds_a_store(const fs::path& folder) {
  std::error_code ignored;
  return fs::exists(folder / "db", ignored) || fs::exists(folder / "synced", ignored);
}

std::string no_store_in(const fs::path& folder) { return "there is no store in " + folder.string(); }

std::string whose(const store::GridIdentity& identity) {
  return "belongs to node " + std::to_string(identity.node.value()) + " of grid \"" + identity.grid_id + "\" (" +
         std::to_string(identity.nodes) + (identity.nodes == 1 ? " node" : " nodes") + ")";
}

Json store_to_json(const fs::path& folder, const store::GridIdentity& identity) {
  return {{"store", folder.string()},
          {"grid", identity.grid_id},
          {"node", identity.node.value()},
          {"nodes", identity.nodes}};
}

int refuse(int exit_code, const std::string& reason, bool json, std::ostream& out, std::ostream& err) {
  err << "buzzer: " << base::printable(reason) << '\n';
  if (json) write_line(out, {{"error", reason}});
  return exit_code;
}

// What a path or a damaged entry holds need not be UTF-8.
void write_line(std::ostream& out, const Json& json) {
  out << json.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
}

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), 1, ',');
  }
  return digits;
}

std::string bytes_for_people(std::uint64_t bytes) {
  if (bytes < 1000) return std::to_string(bytes) + " B";
  constexpr std::array<const char*, 4> kUnits{"kB", "MB", "GB", "TB"};
  double size = static_cast<double>(bytes) / 1000;
  std::size_t unit = 0;
  for (; size >= 999.95 && unit + 1 < kUnits.size(); ++unit) size /= 1000;
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f %s", size, kUnits.at(unit));
  return text.data();
}

}  // namespace buzzer::node
