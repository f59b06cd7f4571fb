#include "node/inspection/stream_audit.h"

#include <algorithm>
#include <utility>

namespace buzzer::inspection {

void StreamAudit::run(std::function<void()> then) {
  proto::InspectionQuery streams;
  streams.mutable_streams();
  questions_.ask(shard_, std::move(streams), [this, then = std::move(then)](const proto::Inspection* own) {
    if (own == nullptr) return then();
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
  const std::uint64_t taken = in.generation() == out.generation() ? in.number() : 0;
  // The receiver was asked later, and may have taken more.
  report_.pending += out.last() - std::min(taken, out.last());
  if (out.resyncing()) ++report_.pending;
  const std::uint64_t times = std::max(out.breaks(), in.epoch() - std::min<std::uint64_t>(in.epoch(), 1));
  if (times > 0) report_.mended.push_back({shard_, ShardId(static_cast<std::uint8_t>(out.to())), times});
}

}  // namespace buzzer::inspection
