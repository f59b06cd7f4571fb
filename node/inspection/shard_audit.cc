#include "node/inspection/shard_audit.h"

#include <utility>

#include "node/inspection/buzz_audit.h"
#include "node/inspection/follow_audit.h"
#include "node/inspection/stream_audit.h"

namespace buzzer::inspection {
namespace {

class Run {
 public:
  Run(ShardId shard, Ask ask, ShardAudit::Told told)
      : questions_(std::move(ask)),
        streams_(shard, questions_, report_),
        follows_(shard, questions_, report_),
        buzzes_(shard, questions_, report_),
        told_(std::move(told)) {}

  void begin() {
    streams_.run([this] { follows_.run([this] { buzzes_.run([this] { end(); }); }); });
  }

 private:
  void end() {
    report_.shards = 1;
    report_.silent = questions_.silent();
    const AuditReport report = std::move(report_);
    const auto told = std::move(told_);
    told(report);  // who is told may destroy this
  }

  AuditReport report_;
  Questions questions_;
  StreamAudit streams_;
  FollowAudit follows_;
  BuzzAudit buzzes_;
  ShardAudit::Told told_;
};

}  // namespace

std::shared_ptr<void> ShardAudit::begin(ShardId shard, Ask ask, Told told) {
  const auto run = std::make_shared<Run>(shard, std::move(ask), std::move(told));
  run->begin();
  return run;
}

}  // namespace buzzer::inspection
