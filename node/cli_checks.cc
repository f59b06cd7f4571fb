#include "node/cli_checks.h"

#include <charconv>
#include <string>

#include <CLI/CLI.hpp>

namespace buzzer::node {

CLI::Validator whole_number(std::uint32_t least, std::uint32_t most) {
  const std::string allowed = std::to_string(least) + " to " + std::to_string(most);
  return {[least, most, allowed](const std::string& given) {
            std::uint32_t number = 0;
            const char* end = given.data() + given.size();
            const auto [stopped, error] = std::from_chars(given.data(), end, number);
            const bool plain = error == std::errc{} && stopped == end && (given.size() == 1 || given.front() != '0');
            return plain && number >= least && number <= most ? std::string()
                                                              : "Value " + given + " not in range " + allowed;
          },
          allowed};
}

}  // namespace buzzer::node
