#include "node/grid/out_streams.h"

#include <algorithm>
#include <utility>

namespace buzzer::grid {
OutStreams::OutStreams(const GossipOptions& options, base::EventLoop& loop, GossipShards& shards,
                       const ServingShards& who, GossipFrames& frames)
    : options_(options), loop_(loop), shards_(shards), who_(who), frames_(frames) {}

OutStreams::Stream* OutStreams::find(const StreamKey& key) {
  const auto found = streams_.find(key);
  return found == streams_.end() ? nullptr : &found->second;
}

void OutStreams::sender_serves(base::ShardId from) {
  for (const base::ShardId to : shards_.streams_of(from)) {
    const StreamKey key{to, from};
    wake(key, streams_[key]);
  }
}

void OutStreams::sender_stopped(base::ShardId from) {
  for (std::uint8_t number = 0; number < base::kShardCount; ++number) {
    const StreamKey key{base::ShardId(number), from};
    if (Stream* stream = find(key)) close(key, *stream);
    streams_.erase(key);
  }
  for (auto& [node, peer] : peers_) {
    std::erase_if(peer.line, [from](const StreamKey& key) { return key.from == from; });
  }
  turn_soon();  // others may have room now
}

void OutStreams::receiver_serves(base::ShardId to) {
  for (auto at = streams_.lower_bound({to, base::ShardId(0)}); at != streams_.end() && at->first.to == to; ++at) {
    ask(at->first, at->second);
  }
}

void OutStreams::receiver_stopped(base::ShardId to) {
  for (auto at = streams_.lower_bound({to, base::ShardId(0)}); at != streams_.end() && at->first.to == to; ++at) {
    close(at->first, at->second);
  }
}

void OutStreams::node_came(base::NodeId node) {
  for (auto& [key, stream] : streams_) {
    if (who_.node_of(key.to) == node) wake(key, stream);
  }
}

void OutStreams::node_left(base::NodeId node) {
  for (auto& [key, stream] : streams_) {
    if (who_.node_of(key.to) != node) continue;
    close(key, stream);
    stream.in_line = false;
  }
  peers_.erase(node);
}

void OutStreams::rows_queued(base::ShardId from, base::ShardId to) {
  queued_.insert({to, from});
  turn_soon();
}

void OutStreams::turn_soon() {
  if (std::exchange(turn_posted_, true)) return;
  loop_.post(here_.while_here([this] { turn(); }));
}

void OutStreams::turn() {
  turn_posted_ = false;
  for (const StreamKey& key : std::exchange(queued_, {})) {
    if (!who_.serves(key.from)) continue;  // it will say so, and then be asked for its streams
    Stream& stream = streams_[key];
    if (stream.phase == Phase::kOpen) line_up(key, stream);
    if (stream.phase == Phase::kWaiting) wake(key, stream);
  }
  for (const base::NodeId node : who_.alive()) {
    if (const auto peer = peers_.find(node); peer != peers_.end()) serve_line(peer->second);
  }
}

void OutStreams::wake(const StreamKey& key, Stream& stream) {
  if (who_.serves(key.to)) return ask(key, stream);
  // Its announcement may have got lost. Those of this node's own shards do not.
  const base::NodeId node = who_.node_of(key.to);
  if (node != who_.self() && who_.is_alive(node)) watch(stream);
}

void OutStreams::ask(const StreamKey& key, Stream& stream) {
  // A question that is repeated keeps its number: the answer to the first is as good, and a slow one would never count.
  if (stream.phase != Phase::kAsked) {
    close(key, stream);
    stream.phase = Phase::kAsked;
    stream.question = ++last_question_;
  }
  watch(stream);
  proto::StreamQuestion question;
  question.set_from(key.from.value());
  question.set_to(key.to.value());
  question.set_number(stream.question);
  frames_.add(who_.node_of(key.to), std::move(question));
}

void OutStreams::open(const StreamKey& key, Stream& stream, std::uint64_t generation, std::uint64_t next,
                      std::size_t credit) {
  stream.phase = Phase::kOpen;
  stream.ask_at.reset();
  stream.needs = 0;
  stream.window.open(generation, next, credit);
  line_up(key, stream);
}

void OutStreams::close(const StreamKey& key, Stream& stream) {
  if (const std::size_t bytes = stream.window.under_way() + stream.reserved; bytes > 0) {
    peer_of(key).under_way -= bytes;
    turn_soon();
  }
  if (stream.window.under_way() > 0) stream.sends_again = true;
  stream.window = StreamWindow();
  stream.reserved = 0;
  stream.phase = Phase::kWaiting;
  stream.ask_at.reset();
}

void OutStreams::told(base::ShardId from, base::ShardId to, const proto::StreamState& state) {
  const StreamKey key{to, from};
  const bool known = find(key) != nullptr;
  const kernel::StreamPlace place{state.generation(), state.number(), state.life()};
  const kernel::Meeting meeting = shards_.heard(from, to, state.incarnation(), place);
  Stream* stream = find(key);
  // The shard has stopped over it; or had no such stream, and if it should have one, that now begins.
  if (!known || stream == nullptr) return;
  stream->acknowledged_by = state.incarnation();
  const bool answers = stream->phase == Phase::kAsked && state.question() == stream->question;
  switch (meeting) {
    case kernel::Meeting::kBroken:
      // The rows with which it begins anew wake it; if they should not, its receiver is asked again.
      stream->acknowledged.reset();
      close(key, *stream);
      return watch(*stream);
    case kernel::Meeting::kFromBeginning:
      if (!answers) return;  // of a former generation, or of rows that came before others which were lost
      stream->acknowledged = 0;
      return open(key, *stream, 0, 1, state.credit_bytes());
    case kernel::Meeting::kMeets:
      break;
  }
  stream->acknowledged = place.number;
  if (answers) return open(key, *stream, place.generation, place.number + 1, state.credit_bytes());
  if (stream->phase != Phase::kOpen || place.generation != stream->window.generation()) return;
  const std::size_t freed = stream->window.acknowledged(place.number, state.credit_bytes());
  peer_of(key).under_way -= freed;
  if (stream->window.under_way() == 0) stream->ask_at.reset();
  if (freed > 0 && stream->window.under_way() > 0) watch(*stream);
  if (freed > 0) turn_soon();  // another stream may have waited for the room
  line_up(key, *stream);
}

std::uint64_t OutStreams::owed(base::ShardId from, base::ShardId to) const {
  const kernel::Span rows = shards_.rows(from, to);
  if (rows.empty()) return 0;
  const auto found = streams_.find({to, from});
  const bool known =
      found != streams_.end() && found->second.acknowledged && found->second.acknowledged_by == who_.incarnation(to);
  const std::uint64_t arrived = known ? *found->second.acknowledged : rows.first - 1;
  return rows.last <= arrived ? 0 : rows.last - std::max(arrived, rows.first - 1);
}

void OutStreams::watch(Stream& stream) {
  stream.ask_at = loop_.now() + options_.ask_again;
  if (sweep_timer_ == nullptr) sweep_timer_ = loop_.call_after(options_.ask_again, [this] { sweep(); });
}

void OutStreams::sweep() {
  sweep_timer_.reset();
  std::optional<base::MonotonicTime> next;
  for (auto& [key, stream] : streams_) {
    if (stream.ask_at && *stream.ask_at <= loop_.now()) ask(key, stream);
    if (stream.ask_at && (!next || *stream.ask_at < *next)) next = stream.ask_at;
  }
  // Asking has armed it; but not for what was to be asked earlier.
  if (next) sweep_timer_ = loop_.call_after(*next - loop_.now(), [this] { sweep(); });
}

}  // namespace buzzer::grid
