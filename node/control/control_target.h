// What the control port drives. Declared here, implemented by the node; called on the control port's worker.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/status.h"
#include "node/control/control_command.h"

namespace buzzer::control {

// Callbacks come later on the same thread, or never if the node stops first.
class ControlTarget {
 public:
  using DoneCallback = std::function<void(base::Result<void>)>;
  using MarkCallback = std::function<void(base::Result<std::vector<base::NodeId>>)>;
  using StatusCallback = std::function<void(std::string json)>;
  using ReplyCallback = std::function<void(proto::Reply)>;
  using AnswerCallback = std::function<void(proto::Answer)>;

  ControlTarget() = default;
  ControlTarget(const ControlTarget&) = delete;
  ControlTarget& operator=(const ControlTarget&) = delete;
  virtual ~ControlTarget() = default;

  [[nodiscard]] virtual const std::deque<std::string>& messages() const = 0;
  [[nodiscard]] virtual const std::vector<base::NodeId>& alive() const = 0;
  virtual void broadcast(std::string text) = 0;
  virtual void mark(MarkCallback callback) = 0;
  virtual void block(const BlockPeer& command, DoneCallback callback) = 0;
  virtual void unblock(const UnblockPeer& command, DoneCallback callback) = 0;
  virtual void status(StatusCallback callback) = 0;
  // With an empty key: with a new one. The key's time is always now.
  virtual void execute(proto::Command command, ReplyCallback callback) = 0;
  virtual void query(const proto::Query& query, AnswerCallback callback) = 0;
  // Where such a user is at home, or would be.
  struct Home {
    base::NodeId node;
    base::ShardId shard;
  };
  [[nodiscard]] virtual Home home_of(const std::string& user) const = 0;
  // Done once nothing is owed any more from shard to shard in the whole grid (settling.h); after `most` it fails, and
  // the message says what is. Whoever drops what is returned does not wait any longer.
  [[nodiscard]] virtual std::shared_ptr<void> settle(std::chrono::milliseconds most, DoneCallback callback) = 0;
  // Told is the answer, one line. Whoever drops what is returned is not told any more.
  using LineCallback = std::function<void(std::string line)>;
  [[nodiscard]] virtual std::shared_ptr<void> trace(const TraceBuzz& command, LineCallback callback) = 0;
  [[nodiscard]] virtual std::shared_ptr<void> audit(const AuditGrid& command, LineCallback callback) = 0;
  // Begins to stop the node in order.
  virtual void stop() = 0;
};

}  // namespace buzzer::control
