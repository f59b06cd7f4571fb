// What values of options must be, where CLI11's own checks are not enough.
#pragma once

#include <cstdint>

#include <CLI/CLI.hpp>

namespace buzzer::node {

// A whole number as people write it: CLI11 itself would take 010 for eight.
[[nodiscard]] CLI::Validator whole_number(std::uint32_t least, std::uint32_t most);

}  // namespace buzzer::node
