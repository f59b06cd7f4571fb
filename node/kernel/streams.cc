#include "node/kernel/streams.h"

#include <algorithm>
#include <optional>

#include "base/planted_mistakes.h"
#include "node/kernel/decider.h"

namespace buzzer::kernel {
namespace {

using proto::Event;

// Rows that one acknowledgement lets go: so that the entry stays small, however many were under way.
constexpr std::uint64_t kMostRowsTrimmed = 300;

// The next generation of a broken stream, of which nothing has been gone through.
proto::OutStream begun_anew(const proto::OutStream& broken, std::uint64_t generation) {
  proto::OutStream stream;
  stream.set_generation(generation);
  stream.set_breaks(broken.breaks() + 1);
  stream.set_resyncing(true);
  return stream;
}

// Whether the first row of the stream to `peer` tells it to begin anew, and nobody is known to have taken it yet.
bool is_about_to_begin(const StateView& state, ShardId peer, const proto::OutStream& stream) {
  if (stream.peer_incarnation() != 0 || !state.rows(peer).holds(1)) return false;
  const proto::Delivery* first = state.row(peer, 1);
  return first != nullptr && first->begin().again();
}

void fill_in(const StateView& state, proto::Buzz& buzz) {
  const proto::Buzz* present = state.buzz(BuzzId(buzz.id()));
  if (present == nullptr) return;  // never; the receiver passes over a buzz without an author
  buzz = *present;
  buzz.clear_sent_to();
}

}  // namespace

StreamPlace stream_place(const StateView& state, ShardId from) {
  const proto::Watermark* watermark = state.watermark(from);
  if (watermark == nullptr) return {};
  return {watermark->generation(), watermark->number(), watermark->life()};
}

Meeting judge_stream(const StateView& state, ShardId to, const StreamPlace& place) {
  if (is_planted(base::Mistake::kWipedStreamNotBroken) && place == StreamPlace{}) return Meeting::kFromBeginning;
  const proto::OutStream* stream = state.out_stream(to);
  // This shard was put back to when it had nothing for that one; or there is nothing on either end.
  if (stream == nullptr) return place == StreamPlace{} ? Meeting::kFromBeginning : Meeting::kBroken;
  const std::uint64_t generation = stream->generation();
  const Span rows = state.rows(to);
  if (place.generation != generation) return rows.holds(1) ? Meeting::kFromBeginning : Meeting::kBroken;
  if (!rows.holds(place.number)) return Meeting::kBroken;
  const proto::Delivery* row = state.row(to, place.number);
  // A store that was put back to an older copy of itself gives numbers again that it has given before: to other rows.
  const bool same_life =
      is_planted(base::Mistake::kRestoredPositionsReused) || (row != nullptr && row->life() == place.life);
  return same_life ? Meeting::kMeets : Meeting::kBroken;
}

void decide_acknowledged(const StateView& state, ShardId to, std::uint64_t incarnation, const StreamPlace& place,
                         const Moment& moment, Decision& decision) {
  Decider decider(state, moment, decision);
  const proto::OutStream* found = state.out_stream(to);
  if (found == nullptr) return;
  proto::OutStream stream = *found;
  const bool known = stream.peer_incarnation() == incarnation;
  // What a receiver of another incarnation has is for decide_peer_incarnation to judge.
  if (!known && stream.peer_incarnation() != 0) return;
  if (judge_stream(state, to, place) != Meeting::kMeets) return;
  if (!known) {
    stream.set_peer_incarnation(incarnation);
    proto::OutStreamPut& put = *decider.add(Event::kOutStreamPut).mutable_out_stream_put();
    put.set_to(to.value());
    *put.mutable_stream() = stream;
  }
  const Span rows = state.rows(to);
  const std::uint64_t first = std::min(place.number, rows.first + kMostRowsTrimmed);
  if (first > rows.first) {
    proto::RowsTrimmed& trimmed = *decider.add(Event::kRowsTrimmed).mutable_rows_trimmed();
    trimmed.set_to(to.value());
    trimmed.set_first(first);
  }
  decider.finish();
}

void decide_stream_begin(const StateView& state, ShardId to, std::uint64_t generation, const Moment& moment,
                         Decision& decision) {
  Decider decider(state, moment, decision);
  const proto::OutStream* broken = state.out_stream(to);
  // Which incarnation the receiver is of will show with what it acknowledges.
  decider.begin_stream(to, begun_anew(broken == nullptr ? proto::OutStream() : *broken, generation), true);
  decider.finish();
}

void decide_peer_incarnation(const StateView& state, ShardId peer, std::uint64_t incarnation, std::uint64_t generation,
                             const Moment& moment, Decision& decision) {
  Decider decider(state, moment, decision);
  if (peer == moment.shard || is_planted(base::Mistake::kWipedStreamNotBroken)) return;
  bool changed = false;
  if (const proto::Watermark* found = state.watermark(peer); found != nullptr && found->incarnation() != incarnation) {
    changed = true;
    const std::uint64_t epoch = found->epoch() + 1;
    // As if nothing had come of its stream: so it does not meet, and is sent from the beginning or begun anew.
    proto::WatermarkPut& put = *decider.add(Event::kWatermarkPut).mutable_watermark_put();
    put.set_from(peer.value());
    put.mutable_watermark()->set_incarnation(incarnation);
    put.mutable_watermark()->set_epoch(epoch);
  }
  std::optional<proto::OutStream> stream;
  if (const proto::OutStream* found = state.out_stream(peer)) stream = *found;
  if (!stream) {
    // There was nothing to tell this peer, and there is nothing now; but it is to begin its own stream anew.
    proto::OutStream first;
    first.set_generation(generation);
    if (changed) decider.begin_stream(peer, first, true);
  } else if (stream->peer_incarnation() == 0 ? changed && !is_about_to_begin(state, peer, *stream)
                                             : stream->peer_incarnation() != incarnation) {
    proto::OutStream anew = begun_anew(*stream, generation);
    anew.set_peer_incarnation(incarnation);
    decider.begin_stream(peer, anew, true);
  }
  decider.finish();
}

void collect_rows(const StateView& state, ShardId to, std::uint64_t first, std::size_t most_bytes,
                  std::vector<proto::Delivery>& rows) {
  rows.clear();
  std::size_t bytes = 0;
  state.visit_rows(to, first, [&](std::uint64_t /*number*/, const proto::Delivery& row) {
    proto::Delivery delivery = row;
    if (delivery.has_buzz()) fill_in(state, *delivery.mutable_buzz());
    for (int i = 0; i < delivery.backfill().buzzes_size(); ++i) {
      fill_in(state, *delivery.mutable_backfill()->mutable_buzzes(i));
    }
    bytes += delivery.ByteSizeLong();
    if (!rows.empty() && bytes > most_bytes) return false;
    rows.push_back(std::move(delivery));
    return bytes < most_bytes;
  });
}

}  // namespace buzzer::kernel
