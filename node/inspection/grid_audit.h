// ShardAudit of every shard, some at a time: between far nodes most of an audit is waiting for answers.
//
// Belongs to one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>

#include "node/inspection/shard_audit.h"

namespace buzzer::inspection {

class GridAudit : public std::enable_shared_from_this<GridAudit> {
 public:
  // As ShardAudit::begin.
  [[nodiscard]] static std::shared_ptr<void> begin(Ask ask, ShardAudit::Told told);

 private:
  GridAudit(Ask ask, ShardAudit::Told told) : ask_(std::move(ask)), told_(std::move(told)) {}
  static constexpr std::uint32_t kAtOnce = 8;

  void look_at_next();

  const Ask ask_;
  ShardAudit::Told told_;
  AuditReport report_;
  std::uint32_t next_ = 0;
  std::map<std::uint32_t, std::shared_ptr<void>> running_;  // by shard
};

}  // namespace buzzer::inspection
