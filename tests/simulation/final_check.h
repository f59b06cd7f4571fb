// What there must be in the end, when everything is well again: all that was acknowledged, once; nothing that was
// refused; of what stayed unknown, each at most once; and nothing else.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/simulation/history.h"
#include "tests/simulation/reader.h"

namespace buzzer::simulation {

// What a reader finds at one door.
struct Finding {
  std::vector<proto::Account> users;
  std::map<std::string, std::vector<proto::Buzz>> feeds;  // by author in lower case, newest first
};

// Reads all that was posted, in pages, both ways; runs virtual time meanwhile.
[[nodiscard]] Finding read_everything(Reader& reader, History& history);

// Holds what was found, and what lies on the disks of who follows whom and who is logged in, against a naive model that
// is told what happened. Only where nothing acknowledged was lost by a wipe or an older copy.
void check_finding(const Finding& finding, const GridRecords& records, History& history);

}  // namespace buzzer::simulation
