#include "node/kernel/decider.h"

#include <algorithm>
#include <string>

namespace buzzer::kernel {

Decider::Decider(const StateView& state, const Moment& moment, Decision& decision)
    : state_(state), moment_(moment), decision_(decision) {
  const proto::ShardState shard = state.shard_state();
  clock_ms_ = std::max(moment.now_ms, shard.clock_ms());
  last_id_ = BuzzId(shard.last_id());
  decision_.clear();
}

BuzzId Decider::give_id(BuzzId named) { return last_id_ = next_id(clock_ms_, moment_.shard, last_id_, named); }

proto::Arrival& Decider::note_arrival(proto::Arrival::Kind kind) {
  if (!arrivals_known_) {
    last_arrival_ = state_.arrivals().last;
    arrivals_known_ = true;
  }
  proto::ArrivalNoted& noted = *add(proto::Event::kArrivalNoted).mutable_arrival_noted();
  noted.set_position(++last_arrival_);
  proto::Arrival& arrival = *noted.mutable_arrival();
  arrival.set_kind(kind);
  arrival.set_life(moment_.life);
  arrival.set_time_ms(clock_ms_);
  return arrival;
}

proto::Delivery& Decider::queue_row(ShardId to) {
  if ((streams_known_ & bit_of(to)) == 0) {
    if (state_.out_stream(to) == nullptr) {
      proto::OutStream first;
      // A generation is random, and so is the shard's life, in which no stream to that shard has begun by itself
      // before.
      first.set_generation(moment_.life);
      begin_stream(to, first, false);
    } else {
      streams_known_ |= bit_of(to);
      last_rows_[to.value()] = state_.rows(to).last;
    }
  }
  proto::RowQueued& queued = *add(proto::Event::kRowQueued).mutable_row_queued();
  queued.set_to(to.value());
  queued.set_number(++last_rows_[to.value()]);
  proto::Delivery& delivery = *queued.mutable_delivery();
  delivery.set_life(moment_.life);
  return delivery;
}

void Decider::begin_stream(ShardId to, const proto::OutStream& stream, bool again) {
  if (!state_.rows(to).empty()) add(proto::Event::kRowsDropped).mutable_rows_dropped()->set_to(to.value());
  streams_known_ |= bit_of(to);
  last_rows_[to.value()] = 0;
  proto::OutStreamPut& put = *add(proto::Event::kOutStreamPut).mutable_out_stream_put();
  put.set_to(to.value());
  *put.mutable_stream() = stream;
  queue_row(to).mutable_begin()->set_again(again);
  if (!stream.resyncing()) queue_row(to).mutable_resynced();
}

void Decider::resolve_key(std::string_view account, std::string_view key, const proto::Reply& reply) {
  proto::KeyResolved& resolved = *add(proto::Event::kKeyResolved).mutable_key_resolved();
  resolved.mutable_account()->assign(account);
  resolved.mutable_key()->assign(key);
  proto::CommandKey& record = *resolved.mutable_record();
  if (const proto::CommandKey* known = state_.command_key(account, key)) {
    record.set_created_ms(known->created_ms());
    record.set_content_hash(known->content_hash());
  }
  record.set_reply(reply.SerializeAsString());
  if (reply.error() == 0) return;
  // Only what succeeds uses a key up.
  const std::int64_t created_ms = record.created_ms();
  proto::KeyForgotten& forgotten = *add(proto::Event::kKeyForgotten).mutable_key_forgotten();
  forgotten.mutable_account()->assign(account);
  forgotten.mutable_key()->assign(key);
  forgotten.set_created_ms(created_ms);
}

void Decider::finish() {
  if (decision_.entry.events().empty()) return;
  decision_.entry.set_clock_ms(clock_ms_);
  decision_.entry.set_shard(moment_.shard.value());
}

}  // namespace buzzer::kernel
