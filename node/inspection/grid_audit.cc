#include "node/inspection/grid_audit.h"

#include <utility>

namespace buzzer::inspection {

std::shared_ptr<void> GridAudit::begin(Ask ask, ShardAudit::Told told) {
  const std::shared_ptr<GridAudit> audit(new GridAudit(std::move(ask), std::move(told)));
  for (std::uint32_t i = 0; i < kAtOnce; ++i) audit->look_at_next();
  return audit;
}

void GridAudit::look_at_next() {
  if (next_ == base::kShardCount) return;
  const std::uint32_t shard = next_++;
  running_[shard] = ShardAudit::begin(ShardId(static_cast<std::uint8_t>(shard)), ask_,
                                      [weak = weak_from_this(), shard](const AuditReport& report) {
                                        const auto self = weak.lock();
                                        if (self == nullptr) return;
                                        self->report_.merge(report);
                                        self->running_.erase(shard);
                                        self->look_at_next();
                                        if (!self->running_.empty()) return;
                                        const auto told = std::move(self->told_);
                                        told(self->report_);
                                      });
}

}  // namespace buzzer::inspection
