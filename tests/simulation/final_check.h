// What there must be in the end, when everything is well again: all that was acknowledged, once; nothing that was
// refused; of what stayed unknown, each at most once; and nothing else.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/simulation/history.h"
#include "tests/simulation/service.h"

namespace buzzer::simulation {

// What a reader finds at one door.
struct Finding {
  std::vector<proto::Account> users;
  std::map<std::string, std::vector<proto::Buzz>> feeds;  // by author in lower case, newest first
};

// Reads everything, in pages, both ways; runs virtual time meanwhile. What cannot be read is a problem.
[[nodiscard]] Finding read_everything(Service& service, VirtualTime& time, History& history, std::uint32_t door);

// Holds what was found against a naive model that is told what happened.
void check_finding(const Finding& finding, History& history);

}  // namespace buzzer::simulation
