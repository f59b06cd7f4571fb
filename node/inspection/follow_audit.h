// Whether the homes of the authors whom somebody in a shard follows know how many do: by that they send their buzzes.
// For this folder alone.
//
// Numbers of followers come and go, so the two ends are compared by the stream between them: the shard says which row
// was its last when it had so many, the author's home up to which row it knows. Between the two nothing may be told of
// that author.
#pragma once

#include <functional>
#include <string>

#include "node/inspection/questions.h"
#include "node/inspection/report.h"

namespace buzzer::inspection {

class FollowAudit {
 public:
  // Both must outlive it.
  FollowAudit(ShardId shard, Questions& questions, AuditReport& report)
      : shard_(shard), questions_(questions), report_(report) {}

  // Once. `then` comes last, and may destroy it.
  void run(std::function<void()> then);

 private:
  // A piece of the followed authors, from that name on.
  void look(const std::string& from);
  void compare();
  void compared(const Questions::Answers& answers);
  void judge(const Questions::Wanted& wanted, const Questions::Queued& queued);
  void go_on();
  void end();

  const ShardId shard_;
  Questions& questions_;
  AuditReport& report_;
  std::function<void()> then_;
  proto::Inspection piece_;
};

}  // namespace buzzer::inspection
