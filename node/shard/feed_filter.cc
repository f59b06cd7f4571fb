#include "node/shard/feed_filter.h"

#include <algorithm>

#include "base/planted_mistakes.h"

namespace buzzer::shard {
namespace {

template <class Names>
bool is_among(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

bool passes(const FeedName& feed, std::uint64_t position, const proto::Arrival& arrival, std::uint64_t edge_since) {
  if (!tells_of_buzz(arrival)) return feed.kind == FeedName::Kind::kHome && arrival.follower() == feed.name;
  switch (feed.kind) {
    case FeedName::Kind::kHome:
      if (arrival.author() == feed.name || is_among(arrival.mentioned(), feed.name)) return true;
      return edge_since != 0 && (edge_since < position || is_planted(base::Mistake::kFilterAtTodaysEdges));
    case FeedName::Kind::kAuthor:
      return arrival.author() == feed.name;
    case FeedName::Kind::kMentions:
      return is_among(arrival.mentioned(), feed.name);
    case FeedName::Kind::kTopic:
      return is_among(arrival.topics(), feed.name);
    case FeedName::Kind::kThread:
      break;
  }
  return arrival.root() == feed.thread.value();
}

}  // namespace buzzer::shard
