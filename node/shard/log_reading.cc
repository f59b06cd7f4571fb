#include "node/shard/log_reading.h"

#include "base/planted_mistakes.h"
#include "node/shard/feed_entry.h"
#include "node/shard/feed_filter.h"

namespace buzzer::shard {
namespace {

using Verdict = LogReading::Verdict;
using proto::ErrorCode;

// What the feed is of must be here, but for topics: of those nobody keeps a list.
ErrorCode judge(const kernel::StateView& state, const FeedName& feed) {
  switch (feed.kind) {
    case FeedName::Kind::kTopic:
      return ErrorCode::kNone;
    case FeedName::Kind::kThread: {
      const proto::Buzz* buzz = state.buzz(feed.thread);
      if (buzz == nullptr) return ErrorCode::kUnknownBuzz;
      // A reply's thread is its root's: entries name that alone.
      return buzz->root() == 0 || buzz->root() == buzz->id() ? ErrorCode::kNone : ErrorCode::kBadRequest;
    }
    default:
      return state.account(feed.name) == nullptr ? ErrorCode::kUnknownUser : ErrorCode::kNone;
  }
}

// Whether the position is one of this log, as it is: not of a store that was wiped, nor of what a store that was put
// back to an older copy of itself has lost.
bool is_known(const kernel::StateView& state, const Log& log, const proto::Position& position) {
  if (position.incarnation() != log.incarnation) return false;
  if (position.number() == 0) return true;
  const proto::Arrival* there = state.arrival(position.number());
  if (there == nullptr) return false;
  return there->life() == position.life() || is_planted(base::Mistake::kRestoredPositionsReused);
}

Place begin_of(const Log& log, const Subscription& subscription) {
  if (subscription.answered) return subscription.cursor;
  if (!subscription.after) return log.durable;
  return {subscription.after->number(), subscription.after->number() == 0 ? 0 : subscription.after->life()};
}

}  // namespace

LogReading read_log(const kernel::StateView& state, const Log& log, const SubscriberIndex& index,
                    const Subscription& subscription, std::size_t room, std::size_t most) {
  LogReading reading;
  const FeedName& feed = subscription.feed;
  const kernel::Span arrivals = state.arrivals();
  reading.from = begin_of(log, subscription);
  if (!subscription.answered) {
    reading.refusal = judge(state, feed);
    if (reading.refusal != ErrorCode::kNone) reading.verdict = Verdict::kRefused;
    if (reading.verdict == Verdict::kRefused) return reading;
    if (subscription.after && !is_known(state, log, *subscription.after)) reading.verdict = Verdict::kGap;
  }
  if (reading.from.number + 1 < arrivals.first) reading.verdict = Verdict::kGap;
  if (reading.verdict == Verdict::kGap) {
    const proto::Arrival* last = state.arrival(arrivals.last);
    reading.from = {arrivals.last, last == nullptr ? 0 : last->life()};
  }
  reading.end = reading.from;
  state.visit_arrivals(reading.from.number + 1, [&](std::uint64_t position, const proto::Arrival& arrival) {
    if (reading.looked_at == most) return false;
    ++reading.looked_at;
    const std::uint64_t since = feed.kind == FeedName::Kind::kHome ? index.edge_since(feed.name, arrival.author()) : 0;
    const Place place{position, arrival.life()};
    if (passes(feed, position, arrival, since)) {
      if (reading.entries.size() == room) return false;
      reading.entries.push_back({place, {}});
      encode_feed_entry(arrival, present_buzz(state, log.shard, arrival), reading.entries.back().body);
    }
    reading.end = place;
    return true;
  });
  reading.whole = reading.end.number >= arrivals.last;
  return reading;
}

}  // namespace buzzer::shard
