// How events change what is numbered: the arrival log, and the rows of streams.
#include "node/kernel/applier.h"

namespace buzzer::kernel {

bool Applier::arrival_noted(const proto::ArrivalNoted& event) {
  if (event.position() != state_.arrivals().last + 1) return false;
  state_.append_arrival(event.position(), event.arrival());
  return true;
}

bool Applier::arrivals_trimmed(const proto::ArrivalsTrimmed& event) {
  const Span log = state_.arrivals();
  if (event.first() < log.first || event.first() > log.last) return false;
  state_.trim_arrivals(event.first());
  return true;
}

bool Applier::row_queued(const proto::RowQueued& event) {
  if (!is_shard(event.to()) || event.number() != state_.rows(to_shard(event.to())).last + 1) return false;
  state_.append_row(to_shard(event.to()), event.number(), event.delivery());
  return true;
}

bool Applier::rows_trimmed(const proto::RowsTrimmed& event) {
  if (!is_shard(event.to())) return false;
  const Span rows = state_.rows(to_shard(event.to()));
  if (event.first() < rows.first || event.first() > rows.last) return false;
  state_.trim_rows(to_shard(event.to()), event.first());
  return true;
}

bool Applier::rows_dropped(const proto::RowsDropped& event) {
  if (!is_shard(event.to())) return false;
  state_.drop_rows(to_shard(event.to()));
  return true;
}

bool Applier::out_stream_put(const proto::OutStreamPut& event) {
  if (!is_shard(event.to())) return false;
  state_.put_out_stream(to_shard(event.to()), event.stream());
  return true;
}

bool Applier::watermark_put(const proto::WatermarkPut& event) {
  if (!is_shard(event.from())) return false;
  state_.put_watermark(to_shard(event.from()), event.watermark());
  return true;
}

}  // namespace buzzer::kernel
