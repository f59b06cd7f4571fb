// Proves that what one shard owes to all others has been delivered, or names what is broken. It compares, at both ends
// of each stream,
//   - the buzzes of its authors with the copies that others should have: versions, and the indexes they belong to
//   - whom its users follow with what the homes of those authors know of it
//   - the rows that it has sent with those that have been taken
// What differs counts as pending while a row on its way may change it, while the stream begins anew, and when the ends
// were not seen at the same place of it. So a grid may be audited while it is used.
//
// What of an author has to be at a follower's home: all that was posted since the follow held. (Of what came before,
// the last 200 buzzes are sent there; they are compared where they are, and not missed where they are not.)
//
// Belongs to one thread.
#pragma once

#include <functional>
#include <memory>

#include "node/inspection/questions.h"
#include "node/inspection/report.h"

namespace buzzer::inspection {

class ShardAudit {
 public:
  using Told = std::function<void(const AuditReport&)>;

  // Told once, never from within the call; and not at all if what is returned is destroyed before.
  [[nodiscard]] static std::shared_ptr<void> begin(ShardId shard, Ask ask, Told told);
};

}  // namespace buzzer::inspection
