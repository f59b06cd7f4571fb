// The part of gossip_check.h about streams, arrival logs and what is done by and by.
#include <string>

#include "tests/simulation/gossip_check.h"

namespace buzzer::simulation {
namespace {

using base::ShardId;

std::string about(ShardId from, ShardId to) {
  return "the stream from shard " + std::to_string(from.value()) + " to " + std::to_string(to.value()) + ' ';
}

void check_stream(const ShardRecords& from, const ShardRecords& to, ShardId source, ShardId destination,
                  History& history) {
  const ShardRecords::OutgoingRecords& out = from.streams.at(destination);
  const std::string name = "in the end " + about(source, destination);
  if (out.stream.breaks() > 0 && !history.lossy()) history.problem(name + "was broken, though nothing was lost");
  if (out.stream.resyncing()) history.problem(name + "is still being repaired");
  const auto found = to.watermarks.find(source);
  if (found == to.watermarks.end()) return history.problem(name + "has never arrived");
  const proto::Watermark& mark = found->second;
  if (mark.generation() != out.stream.generation()) return history.problem(name + "has begun anew, unnoticed");
  if (mark.number() != out.rows.last) {
    history.problem(name + "has rows up to " + std::to_string(out.rows.last) + ", of which " +
                    std::to_string(mark.number()) + " have been taken");
  }
  if (mark.incarnation() != from.incarnation) history.problem(name + "is known of another incarnation");
}

}  // namespace

void check_streams(const GridRecords& records, History& history) {
  for (std::uint8_t number = 0; number < base::kShardCount; ++number) {
    const ShardId shard(number);
    const ShardRecords& own = records[number];
    for (const auto& [to, out] : own.streams) check_stream(own, records[to.value()], shard, to, history);
    const std::string name = "in the end shard " + std::to_string(number);
    if (own.sweeps > 0) history.problem(name + " has still copies to look at");
    for (const auto& [from, mark] : own.watermarks) {
      const bool sent = records[from.value()].streams.count(shard) > 0;
      if (!sent && !history.lossy()) history.problem(name + " knows a stream that nobody sends");
    }
    std::uint64_t expected = own.span.first;
    for (const auto& [position, arrival] : own.arrivals) {
      if (position != expected++) history.problem(name + " has a hole in its log at " + std::to_string(position));
    }
    if (expected != own.span.last + 1) history.problem(name + "'s log does not end where it says");
  }
}

}  // namespace buzzer::simulation
