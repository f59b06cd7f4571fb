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

std::uint64_t edge_since(const kernel::StateView& state, const FeedName& feed, const std::string& author) {
  if (feed.kind != FeedName::Kind::kHome) return 0;
  const proto::FollowEdge* edge = state.edge(feed.name, author);
  return edge == nullptr || edge->pending() ? 0 : edge->position();
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
  for (auto found = traced.arrivals().rbegin(); found != traced.arrivals().rend(); ++found) {
    if (const proto::Arrival* arrival = state.arrival(found->position())) {
      arrivals.emplace_back(found->position(), *arrival);
    }
  }
  for (const auto& [key, subscription] : subscriptions_) {
    const auto passing =
        std::find_if(arrivals.begin(), arrivals.end(), [&, &feed = subscription.feed](const auto& one) {
          return passes(feed, one.first, one.second, edge_since(state, feed, one.second.author()));
        });
    if (passing == arrivals.end() || !subscription.answered || passing->first <= subscription.begun) continue;
    if (traced.subscriptions_size() == kMostTraced) {
      traced.set_further_subscriptions(traced.further_subscriptions() + 1);
      continue;
    }
    TracedSubscription& told = *traced.add_subscriptions();
    told.set_node(key.node.value());
    told.set_number(key.number);
    told.set_feed(describe(subscription.feed));
    told.set_state(state_of(subscription, passing->first));
  }
}

}  // namespace buzzer::shard
