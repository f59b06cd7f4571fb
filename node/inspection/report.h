// What an inspection finds, for people and programs (report_text.h, report_json.h).
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "proto/queries.pb.h"

namespace buzzer::inspection {

using base::ShardId;

// Something that was owed, has not been delivered, and is not on its way.
struct BrokenThing {
  enum class Kind {
    kMissing,    // the buzz is not at the shard that should have it
    kOutdated,   // it has an older version
    kUnknown,    // it has a version that the buzz's home does not have, or does not know to have sent
    kUnindexed,  // it has it, but not where it belongs: in a mention, topic or thread
    kInterest,   // the author's home knows another number of followers than there are
  };

  Kind kind = Kind::kMissing;
  ShardId from;          // where the buzz, or the author, is at home
  ShardId to;            // the shard that should have it, or where the followers are
  std::uint64_t id = 0;  // of the buzz; 0: of kInterest
  std::string author;    // in lower case
};

// From one shard to another.
using Stream = std::pair<ShardId, ShardId>;

struct AuditReport {
  enum class Verdict {
    kProven,  // all that was owed has been delivered
    kBroken,
    kUnproven,  // nothing is known to be broken, but something is still on its way, or somebody has not answered
  };

  // That were looked at.
  std::uint64_t shards = 0;
  std::uint64_t buzzes = 0;
  std::uint64_t deliveries = 0;  // of a buzz to a shard
  std::uint64_t follows = 0;     // of an author by a shard
  std::uint64_t streams = 0;

  std::uint64_t pending = 0;         // deliveries, declared follows and rows that are still on their way
  std::vector<BrokenThing> broken;   // of several shards, in no order of theirs
  std::uint64_t further_broken = 0;  // beyond kMostBroken
  // Those that had to begin anew once, because the store of one end was not what it had been (kernel/streams.h): as
  // either end says.
  std::set<Stream> begun_anew;
  std::set<ShardId> silent;

  static constexpr std::size_t kMostBroken = 1000;

  [[nodiscard]] Verdict verdict() const;
  void add(BrokenThing thing);
  void merge(const AuditReport& other);
};

// Where one buzz went.
struct TraceReport {
  struct Shard {
    enum class State {
      kTaken,      // it has the present version
      kPending,    // a row is on its way
      kOutdated,   // it has an older version, and nothing is on its way
      kUnknown,    // it has a version that the home does not have, or does not know to have sent
      kUnindexed,  // it has it, but not where it belongs
      kMissing,    // it should have it, and nothing is on its way
      kUnwanted,   // it was sent there, and is not kept: nobody there follows the author, or it is deleted
      kSilent,     // it has not answered
    };

    ShardId shard;
    State state = State::kSilent;
    proto::Traced traced;
  };

  std::uint32_t error = 0;  // an ErrorCode; then there is nothing else
  std::string message;
  ShardId home;
  proto::Traced at_home;
  std::vector<Shard> others;  // every shard that was ever sent it, ascending
};

}  // namespace buzzer::inspection
