// What comes to a shard: commands, queries, rows of streams, and its own upkeep.
#include <utility>

#include "base/planted_mistakes.h"
#include "node/kernel/text.h"
#include "node/shard/shard.h"
#include "proto/errors.h"

namespace buzzer::shard {
namespace {

using journal::EntryNumber;

// An acknowledgement that frees so many rows does not wait for others.
constexpr std::uint64_t kManyRows = 1000;
// Beyond what commands and queries may fill, so that gossip goes on under any load.
constexpr std::size_t kRoomForGossip = 256;

}  // namespace

void Shard::execute(const proto::Command& command, ReplyCallback callback) {
  Waiting waiting{EntryNumber(), {}, std::move(callback), nullptr};
  if (!serving_ || waiting_.size() >= options_.most_waiting) return answer_unavailable(std::move(waiting));
  if (const proto::Reply* refused = refusals_.find(command, loop_.now())) {
    waiting.reply = *refused;
    return wait(std::move(waiting));
  }
  state_.begin();
  // Indefinite: an earlier copy of the command may have been taken before the clock went wrong.
  if (command.has_post_buzz() && !owner_.clock_state().dates_buzzes && !is_repeated(command)) {
    return answer_unavailable(std::move(waiting));
  }
  kernel::decide(state_, command, moment(), decision_);
  if (state_.failed()) return give_up(std::move(waiting));
  if (decision_.waits && parked_.full()) return answer_unavailable(std::move(waiting));
  waiting.reply = decision_.reply;
  const bool waits = decision_.waits;
  if (!waits && !refusals_.remember(command, waiting.reply, loop_.now())) return answer_unavailable(std::move(waiting));
  if (!commit()) return give_up(std::move(waiting));
  if (waits) return parked_.park(kernel::lower_name(command.account()), command.key(), std::move(waiting.callback));
  wait(std::move(waiting));
}

void Shard::query(const Query& query, ToldCallback callback) { ask(query, std::move(callback), options_.most_waiting); }

void Shard::ask(const Query& query, ToldCallback callback, std::size_t most_waiting) {
  Waiting waiting{EntryNumber(), {}, nullptr, std::move(callback)};
  if (!serving_ || waiting_.size() >= most_waiting) return answer_unavailable(std::move(waiting));
  state_.begin();
  query(state_);
  if (state_.failed()) return give_up(std::move(waiting));
  if (is_planted(base::Mistake::kReadBeforeSync)) return loop_.post([told = waiting.told] { told(true); });
  wait(std::move(waiting));
}

bool Shard::is_repeated(const proto::Command& command) {
  const std::size_t key_bytes = command.key().size();
  const bool may_be = kernel::is_name(command.account()) && key_bytes > 0 && key_bytes <= kernel::kMostKeyBytes;
  return may_be && state_.command_key(kernel::lower_name(command.account()), command.key()) != nullptr;
}

void Shard::deliver(base::ShardId from, std::uint64_t incarnation, std::uint64_t generation, std::uint64_t first,
                    const google::protobuf::RepeatedPtrField<proto::Delivery>& rows, PlaceCallback told) {
  if (!serving_ || waiting_.size() >= options_.most_waiting + kRoomForGossip) return;  // the sender asks again
  kernel::Received received{from, incarnation, generation, first, nullptr};
  for (const proto::Delivery& row : rows) {
    received.delivery = &row;
    state_.begin();
    kernel::decide_delivery(state_, received, moment(), decision_);
    if (row.has_begin() && row.begin().again() && decision_.entry.events_size() > 0)
      owner_.on_broken_stream(from, options_.shard, from);
    if (!commit()) {
      read_failed();
      break;
    }
    ++received.number;
  }
  tell_stream(from, std::move(told));
}

void Shard::tell_stream(base::ShardId from, PlaceCallback told) {
  const auto place = std::make_shared<kernel::StreamPlace>();
  const auto look = [from, place](const kernel::StateView& state) { *place = kernel::stream_place(state, from); };
  if (is_planted(base::Mistake::kAckBeforeEffect)) {
    look(state_);
    return loop_.post([place, told] { told(*place); });
  }
  const auto tell = [place, told = std::move(told)](bool readable) {
    if (readable) told(*place);
  };
  ask(look, tell, options_.most_waiting + kRoomForGossip);
}

kernel::Meeting Shard::heard(base::ShardId to, std::uint64_t incarnation, const kernel::StreamPlace& place) {
  if (!serving_) return kernel::Meeting::kMeets;
  state_.begin();
  // Nothing on either end. (A stream that the receiver knows and this shard does not is broken: this shard's store was
  // put back to an older copy of itself.)
  if (state_.out_stream(to) == nullptr && place == kernel::StreamPlace()) return kernel::Meeting::kMeets;
  const kernel::Meeting meeting = kernel::judge_stream(state_, to, place);
  if (state_.failed()) {
    read_failed();
    return kernel::Meeting::kMeets;
  }
  if (meeting == kernel::Meeting::kMeets) {
    acknowledged_.at(to.value()) = {incarnation, place};
    keep_up_after(place.number - state_.rows(to).first >= kManyRows ? options_.upkeep_pause : options_.trim_after);
  }
  if (meeting != kernel::Meeting::kBroken) return meeting;
  owner_.on_broken_stream(options_.shard, to, to);
  acknowledged_.at(to.value()).reset();
  kernel::decide_stream_begin(state_, to, random_.next(), moment(), decision_);
  if (!commit()) read_failed();
  return meeting;
}

bool Shard::peer_serves(base::ShardId peer, std::uint64_t incarnation) {
  if (!serving_) return false;
  state_.begin();
  kernel::decide_peer_incarnation(state_, peer, incarnation, random_.next(), moment(), decision_);
  if (decision_.entry.events_size() > 0) {
    owner_.on_renewed_peer(options_.shard, peer);
    acknowledged_.at(peer.value()).reset();
  }
  if (!commit()) {
    read_failed();
    return false;
  }
  const proto::Watermark* watermark = state_.watermark(peer);
  return watermark != nullptr && watermark->number() > 0;
}

void Shard::read_rows(base::ShardId to, std::uint64_t first, std::size_t most_bytes, RowsCallback callback) {
  struct Read {
    std::uint64_t generation = 0;
    std::vector<proto::Delivery> rows;
  };
  const auto read = std::make_shared<Read>();
  const auto look = [to, first, most_bytes, read](const kernel::StateView& state) {
    if (const proto::OutStream* stream = state.out_stream(to)) read->generation = stream->generation();
    kernel::collect_rows(state, to, first, most_bytes, read->rows);
  };
  if (is_planted(base::Mistake::kHandOverBeforeSync)) {
    look(state_);
    return loop_.post([read, callback] { callback(read->generation, std::move(read->rows)); });
  }
  const auto tell = [read, callback = std::move(callback)](bool readable) {
    if (!readable) read->rows.clear();
    callback(read->generation, std::move(read->rows));
  };
  ask(look, tell, options_.most_waiting + kRoomForGossip);
}

bool Shard::resyncs(base::ShardId to) const {
  const proto::OutStream* stream = state_.out_stream(to);
  return stream != nullptr && stream->resyncing();
}

bool Shard::sweeps() const {
  bool found = false;
  state_.visit_sweeps([&](std::uint64_t /*number*/, const proto::Sweep& /*sweep*/) {
    found = true;
    return false;
  });
  return found;
}

std::vector<base::ShardId> Shard::streams() const {
  std::vector<base::ShardId> found;
  for (std::uint8_t to = 0; to < base::kShardCount; ++to) {
    if (state_.out_stream(base::ShardId(to)) != nullptr) found.emplace_back(to);
  }
  return found;
}

void Shard::keep_up_after(base::Duration delay) {
  const base::MonotonicTime at = loop_.now() + delay;
  if (upkeep_ != nullptr && upkeep_at_ <= at) return;
  upkeep_at_ = at;
  upkeep_ = loop_.call_after(delay, [this] { keep_up(); });
}

void Shard::keep_up() {
  upkeep_.reset();
  if (!serving_) return;
  // Not faster than the disk: while that is slow, or hangs, pieces would gather in memory, as many as there are.
  if (durable_ < kept_up_) return keep_up_after(options_.upkeep_pause);
  bool more = trim_acknowledged();
  state_.begin();
  kernel::decide_upkeep(state_, options_.upkeep, moment(), decision_);
  if (!commit()) {
    read_failed();  // the next upkeep tries again
  } else if (decision_.entry.events_size() > 0) {
    more = true;
  }
  kept_up_ = last_;
  keep_up_after(more ? options_.upkeep_pause : options_.upkeep_every);
}

// True if there is more to be trimmed.
bool Shard::trim_acknowledged() {
  bool more = false;
  for (std::uint8_t number = 0; number < base::kShardCount; ++number) {
    auto& acknowledged = acknowledged_.at(number);
    if (!acknowledged) continue;
    const base::ShardId to(number);
    state_.begin();
    kernel::decide_acknowledged(state_, to, acknowledged->incarnation, acknowledged->place, moment(), decision_);
    if (!commit()) {
      read_failed();
      return false;
    }
    // Without events it is nothing that this stream knows of.
    if (decision_.entry.events_size() > 0 && state_.rows(to).first < acknowledged->place.number) {
      more = true;
    } else {
      acknowledged.reset();
    }
  }
  return more;
}

}  // namespace buzzer::shard
