#include "node/inspection/stream_audit.h"

#include <algorithm>
#include <utility>

namespace buzzer::inspection {

void StreamAudit::run(std::function<void()> then) {
  proto::InspectionQuery streams;
  streams.mutable_streams();
  questions_.ask(shard_, std::move(streams), [this, then = std::move(then)](const proto::Inspection* own) {
    if (own == nullptr) return then();
    report_.pending += own->sweeps();
    for (const proto::StreamIn& in : own->streams_in()) {
      if (in.broke()) report_.begun_anew.insert({ShardId(static_cast<std::uint8_t>(in.from())), shard_});
    }
    Questions::Round round;
    for (const proto::StreamOut& out : own->streams_out()) {
      // With nothing to compare: only how far it is.
      round[ShardId(static_cast<std::uint8_t>(out.to()))].mutable_held()->set_from(shard_.value());
    }
    questions_.ask_each(std::move(round), [this, own = *own, then](const Questions::Answers& answers) {
      for (const proto::StreamOut& out : own.streams_out()) {
        const auto told = answers.find(ShardId(static_cast<std::uint8_t>(out.to())));
        if (told != answers.end()) compare(out, told->second.stream());
      }
      then();
    });
  });
}

void StreamAudit::compare(const proto::StreamOut& out, const proto::StreamIn& in) {
  ++report_.streams;
  const bool same = in.generation() == out.generation();
  const std::uint64_t taken = same ? in.number() : 0;
  // The receiver was asked later, and may have taken more.
  report_.pending += out.last() - std::min(taken, out.last());
  // What its ends say does not fit: it begins anew when they meet. Or the receiver has taken what came meanwhile.
  const bool fits = same ? taken + 1 >= out.first() && taken <= out.last() : out.first() == 1;
  if (out.resyncing() || !fits) ++report_.pending;
  if (out.broke() || in.broke()) report_.begun_anew.insert({shard_, ShardId(static_cast<std::uint8_t>(out.to()))});
}

}  // namespace buzzer::inspection
