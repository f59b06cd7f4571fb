// What the tools have in common in what they tell people and programs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <ostream>
#include <string>

#include <nlohmann/json.hpp>

#include "node/store/schema.h"

namespace buzzer::node {

using Json = nlohmann::ordered_json;

// Opening would make the folder, and so a store of nothing where a path was mistyped.
[[nodiscard]] bool holds_a_store(const std::filesystem::path& folder);

[[nodiscard]] std::string no_store_in(const std::filesystem::path& folder);

// 'belongs to node 1 of grid "local" (3 nodes)'
[[nodiscard]] std::string whose(const store::GridIdentity& identity);

// The beginning of what is told of a store.
[[nodiscard]] Json store_to_json(const std::filesystem::path& folder, const store::GridIdentity& identity);

// Says on `err`, and if wanted also on `out` as {"error": ...}, why there is nothing else to tell; gives `exit_code`.
int refuse(int exit_code, const std::string& reason, bool json, std::ostream& out, std::ostream& err);

void write_line(std::ostream& out, const Json& json);

// 1234567 -> "1,234,567"; and bytes as people say them: "999 B", "1.2 MB".
[[nodiscard]] std::string grouped(std::uint64_t number);
[[nodiscard]] std::string bytes_for_people(std::uint64_t bytes);

}  // namespace buzzer::node
