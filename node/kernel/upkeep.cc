#include "node/kernel/upkeep.h"

#include <algorithm>
#include <string>

#include "node/kernel/decider.h"
#include "node/kernel/following.h"
#include "node/kernel/home_shard.h"
#include "node/kernel/sweeps.h"

namespace buzzer::kernel {
namespace {

using proto::Event;

// The last entry always stays: the next position is the one after it.
void trim_arrivals(Decider& decider, const UpkeepOptions& options) {
  const Span log = decider.state().arrivals();
  if (log.empty()) return;
  const std::uint64_t beyond = std::min(log.last, log.first + options.most_looked_at);
  const std::uint64_t entries = log.last - log.first + 1;
  std::uint64_t first = log.first;
  if (entries > options.most_arrivals) first += entries - options.most_arrivals;
  first = std::min(first, beyond);
  const std::int64_t oldest_ms = decider.clock_ms() - options.oldest_arrival.count();
  decider.state().visit_arrivals(first, [&](std::uint64_t position, const proto::Arrival& arrival) {
    first = std::max(first, std::min(position, beyond));
    return position < beyond && arrival.time_ms() < oldest_ms;
  });
  if (first > log.first) decider.add(Event::kArrivalsTrimmed).mutable_arrivals_trimmed()->set_first(first);
}

// Goes through what the receiver of a stream that has begun anew should have (streams.h), a piece at a time. What is
// posted and followed meanwhile queues rows of its own; that the receiver gets some of it twice does no harm.
class Resync {
 public:
  Resync(Decider& decider, const UpkeepOptions& options, ShardId to, const proto::OutStream& stream)
      : decider_(decider), to_(to), stream_(stream), looks_(options.most_looked_at), rows_(options.most_rows_queued) {}

  void go_on() {
    if (!stream_.authors_done()) {
      stream_.set_authors_done(followed_authors());
    } else if (buzzes()) {
      stream_.clear_next_buzz();
      stream_.clear_next_author();
      stream_.clear_authors_done();
      stream_.set_resyncing(false);
    }
    proto::OutStreamPut& put = *decider_.add(Event::kOutStreamPut).mutable_out_stream_put();
    put.set_to(to_.value());
    *put.mutable_stream() = stream_;
    if (!stream_.resyncing()) decider_.queue_row(to_).mutable_resynced();
  }

 private:
  // Whether another one may be looked at in this piece.
  bool take() {
    if (looks_ == 0 || rows_ == 0) return false;
    --looks_;
    return true;
  }

  // Every buzz that was ever sent there, deleted ones too: the receiver may still have a copy. Whether that was all.
  bool buzzes() {
    bool complete = true;
    decider_.state().visit_buzzes(BuzzId(stream_.next_buzz()), [&](const proto::Buzz& buzz) {
      const BuzzId id(buzz.id());
      if (!take()) {
        stream_.set_next_buzz(id.value());
        complete = false;
        return false;
      }
      if ((buzz.sent_to() & bit_of(to_)) == 0) return true;
      --rows_;
      decider_.queue_row(to_).mutable_buzz()->set_id(id.value());
      return true;
    });
    return complete;
  }

  // All authors there whom somebody here follows are asked for anew, in the turn that they had: those who have answered
  // already send their last buzzes again, and those who do not exist any more say so.
  bool followed_authors() {
    bool complete = true;
    const std::string first = stream_.next_author();
    decider_.state().visit_followed_authors(first, [&](std::string_view author, const proto::FollowedAuthor& found) {
      if (!take()) {
        stream_.mutable_next_author()->assign(author);
        complete = false;
        return false;
      }
      if (shard_of_user(author) != to_) return true;
      --rows_;
      ask_for_interest(decider_, to_, author, found);
      return true;
    });
    return complete;
  }

  Decider& decider_;
  const ShardId to_;
  proto::OutStream stream_;
  std::uint32_t looks_;
  std::uint32_t rows_;
};

// Of the first stream that is being gone through and whose receiver keeps up.
void resync(Decider& decider, const UpkeepOptions& options) {
  for (std::uint32_t number = 0; number < base::kShardCount; ++number) {
    const ShardId to(static_cast<std::uint8_t>(number));
    const proto::OutStream* found = decider.state().out_stream(to);
    if (found == nullptr || !found->resyncing()) continue;
    const proto::OutStream stream = *found;
    const Span rows = decider.state().rows(to);
    if (!rows.empty() && rows.last - rows.first >= options.most_rows_owed) continue;
    return Resync(decider, options, to, stream).go_on();
  }
}

}  // namespace

void decide_upkeep(const StateView& state, const UpkeepOptions& options, const Moment& moment, Decision& decision) {
  Decider decider(state, moment, decision);
  for (const auto piece : {go_on_answering, trim_arrivals, resync, go_on_sweeping}) {
    piece(decider, options);
    if (!decision.entry.events().empty()) break;
  }
  decider.finish();
}

}  // namespace buzzer::kernel
