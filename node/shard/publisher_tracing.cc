// Where a buzz has been pushed to, for who traces it.
#include <algorithm>

#include "node/shard/feed_filter.h"
#include "node/shard/publisher.h"

namespace buzzer::shard {
namespace {

using proto::TracedSubscription;

constexpr int kMostTraced = 100;

std::string describe(const FeedName& feed) {
  switch (feed.kind) {
    case FeedName::Kind::kHome:
      return "home " + feed.name;
    case FeedName::Kind::kAuthor:
      return "author " + feed.name;
    case FeedName::Kind::kMentions:
      return "mentions " + feed.name;
    case FeedName::Kind::kTopic:
      return "topic " + feed.name;
    case FeedName::Kind::kThread:
      return "thread " + std::to_string(feed.thread.value());
  }
  return "";
}

TracedSubscription::State state_of(const Subscription& subscription, std::uint64_t position) {
  if (subscription.given.number < position) return TracedSubscription::BEHIND;
  const auto& untaken = subscription.untaken;
  const bool waits = std::find(untaken.begin(), untaken.end(), position) != untaken.end();
  return waits ? TracedSubscription::PUSHED : TracedSubscription::TAKEN;
}

}  // namespace

void Publisher::add_subscriptions(const kernel::StateView& state, proto::Traced& traced) const {
  std::vector<std::pair<std::uint64_t, proto::Arrival>> arrivals;  // the last one first
  for (const proto::TracedArrival& found : traced.arrivals()) {
    if (const proto::Arrival* arrival = state.arrival(found.position())) {
      arrivals.emplace_back(found.position(), *arrival);
    }
  }
  std::reverse(arrivals.begin(), arrivals.end());
  for (const auto& [key, subscription] : subscriptions_) {
    const FeedName& feed = subscription.feed;
    const auto passing = std::find_if(arrivals.begin(), arrivals.end(), [&](const auto& arrival) {
      // What a home feed needs is in memory once it has been read for.
      const bool is_home = feed.kind == FeedName::Kind::kHome;
      const std::uint64_t since = is_home ? index_.edge_since(feed.name, arrival.second.author()) : 0;
      return passes(feed, arrival.first, arrival.second, since);
    });
    if (passing == arrivals.end() || !subscription.answered || passing->first <= subscription.begun) continue;
    if (traced.subscriptions_size() == kMostTraced) {
      traced.set_further_subscriptions(traced.further_subscriptions() + 1);
      continue;
    }
    TracedSubscription& told = *traced.add_subscriptions();
    told.set_node(key.node.value());
    told.set_number(key.number);
    told.set_feed(describe(feed));
    told.set_state(state_of(subscription, passing->first));
  }
}

}  // namespace buzzer::shard
