// What a shard has of one buzz.
#include <algorithm>

#include "node/kernel/query_parts.h"
#include "node/kernel/text.h"

namespace buzzer::kernel {
namespace {

// Of those that are dated alike: one entry notes few, but a clock that was put back holds the shard's until it catches
// up, and then all that happens meanwhile is dated alike.
constexpr int kMostDatedAlike = 2000;
constexpr int kMostArrivals = 10;  // that are told of one moment

// The first position whose arrival is not dated before that; the log's clock never goes back.
std::uint64_t first_at(const StateView& state, const Span& log, std::int64_t time_ms) {
  std::uint64_t first = log.first;
  std::uint64_t end = log.last + 1;
  while (first < end) {
    const std::uint64_t middle = first + (end - first) / 2;
    const proto::Arrival* arrival = state.arrival(middle);
    if (arrival != nullptr && arrival->time_ms() < time_ms) {
      first = middle + 1;
    } else {
      end = middle;
    }
  }
  return first;
}

// What the log tells of the buzz at that time.
void add_arrivals(const StateView& state, std::uint64_t id, std::int64_t time_ms, proto::Traced& traced) {
  const Span log = state.arrivals();
  if (log.empty() || time_ms == 0) return;
  int looked_at = 0;
  int found_here = 0;
  state.visit_arrivals(first_at(state, log, time_ms), [&](std::uint64_t position, const proto::Arrival& arrival) {
    if (arrival.time_ms() != time_ms || ++looked_at > kMostDatedAlike) return false;
    if (arrival.id() != id) return true;
    if (++found_here > kMostArrivals) return false;
    proto::TracedArrival& found = *traced.add_arrivals();
    found.set_position(position);
    found.set_version(arrival.version());
    found.set_time_ms(arrival.time_ms());
    return true;
  });
}

}  // namespace

void answer_trace(const Question& question, const proto::TraceQuery& query) {
  proto::Traced& traced = *question.answer.mutable_inspection()->mutable_traced();
  if (!is_name(query.author()))
    return question.refuse(proto::ErrorCode::kBadRequest, "a trace needs the author's name");
  const LowerName author(query.author());
  const BuzzId id(query.id());
  if (id_shard(id) == question.shard) {
    const proto::Buzz* buzz = question.state.buzz(id);
    if (buzz == nullptr) return;
    *traced.mutable_buzz() = *buzz;
    add_arrivals(question.state, query.id(), traced.buzz().posted_ms(), traced);
    if (traced.buzz().edited_ms() != traced.buzz().posted_ms()) {
      add_arrivals(question.state, query.id(), traced.buzz().edited_ms(), traced);
    }
    return;
  }
  const proto::Copy* copy = question.state.copy(author.view(), id);
  if (copy == nullptr) return;
  *traced.mutable_buzz() = copy->buzz();
  traced.set_taken_ms(copy->taken_ms());
  add_arrivals(question.state, query.id(), traced.taken_ms(), traced);
}

}  // namespace buzzer::kernel
