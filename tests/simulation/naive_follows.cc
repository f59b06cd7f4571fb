#include "tests/simulation/naive_follows.h"

#include <algorithm>
#include <vector>

namespace buzzer::simulation {
namespace {

struct Word {
  const Deed* deed;
  bool follows;
};

NaiveEdge judge(const std::vector<Word>& words) {
  constexpr std::int64_t kNever = -1;
  std::int64_t latest[2] = {kNever, kNever};  // by whether it follows
  bool unknown[2] = {false, false};
  for (const Word& word : words) {
    if (word.deed->fate == Fate::kUnknown) unknown[word.follows ? 1 : 0] = true;
    if (word.deed->fate != Fate::kDone) continue;
    auto& known = latest[word.follows ? 1 : 0];
    known = std::max(known, word.deed->reply.time_ms());
  }
  NaiveEdge edge;
  edge.may_stand = unknown[1] || (latest[1] != kNever && latest[1] >= latest[0]);
  edge.may_not_stand = unknown[0] || latest[0] >= latest[1];
  if (edge.may_not_stand) return edge;
  edge.answered = MonotonicTime::max();
  for (const Word& word : words) {
    const bool counts = word.follows && word.deed->fate == Fate::kDone && word.deed->reply.time_ms() > latest[0];
    if (counts) edge.answered = std::min(edge.answered, word.deed->settled);
  }
  return edge;
}

}  // namespace

NaiveEdges naive_edges(const std::deque<Deed>& deeds) {
  std::map<std::pair<std::string, std::string>, std::vector<Word>> words;
  for (const Deed& deed : deeds) {
    const proto::Command& command = deed.command;
    const bool follows = command.has_follow_user();
    if (!follows && !command.has_unfollow_user()) continue;
    const std::string& author = follows ? command.follow_user().name() : command.unfollow_user().name();
    words[{plain_lower(command.account()), plain_lower(author)}].push_back({&deed, follows});
  }
  NaiveEdges edges;
  for (const auto& [pair, said] : words) edges[pair] = judge(said);
  return edges;
}

}  // namespace buzzer::simulation
