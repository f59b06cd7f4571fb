// Who follows whom, as plainly as it can be said: what the last command about it says that took effect.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <utility>

#include "tests/simulation/history.h"

namespace buzzer::simulation {

struct NaiveEdge {
  bool may_stand = false;
  bool may_not_stand = true;
  // Since when it surely stands without a break, if it does: its command was answered then.
  MonotonicTime answered;
};

// By follower and author, in lower case; everything else stands not. What became of a command may be unknown, and two
// may have taken effect in the same millisecond: then both may be.
using NaiveEdges = std::map<std::pair<std::string, std::string>, NaiveEdge>;

[[nodiscard]] NaiveEdges naive_edges(const std::deque<Deed>& deeds);

}  // namespace buzzer::simulation
