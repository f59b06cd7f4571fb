// Of the streams that a shard sends: what is still on its way, and which had to begin anew. For this folder alone.
#pragma once

#include <functional>

#include "node/inspection/questions.h"
#include "node/inspection/report.h"

namespace buzzer::inspection {

class StreamAudit {
 public:
  // Both must outlive it.
  StreamAudit(ShardId shard, Questions& questions, AuditReport& report)
      : shard_(shard), questions_(questions), report_(report) {}

  // Once. `then` comes last, and may destroy it.
  void run(std::function<void()> then);

 private:
  void compare(const proto::StreamOut& out, const proto::StreamIn& in);

  const ShardId shard_;
  Questions& questions_;
  AuditReport& report_;
};

}  // namespace buzzer::inspection
