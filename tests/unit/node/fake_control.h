// The two sides of a control session, played by a test: the master's end of the connection, and the node.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/transport.h"
#include "node/control/control_session.h"
#include "node/control/control_target.h"
#include "tests/support/bytes.h"

namespace buzzer::control {

// The master's view of the connection.
struct Wire {
  std::string read;                                 // what the master has read
  std::size_t room = static_cast<std::size_t>(-1);  // what the connection still takes
  bool reading = true;
  bool open = true;
  bool broken = false;
};

class FakeConnection final : public base::Connection {
 public:
  explicit FakeConnection(Wire& wire) : wire_(wire) {}
  ~FakeConnection() override { wire_.open = false; }

  void set_handler(base::ConnectionHandler& /*handler*/) override {}
  [[nodiscard]] std::size_t write(std::span<const std::uint8_t> bytes) override {
    const std::size_t taken = std::min(bytes.size(), wire_.room);
    wire_.read += tests::to_text(bytes.first(taken));
    wire_.room -= taken;
    return taken;
  }
  void finish_writing() override {}
  void set_reading(bool on) override { wire_.reading = on; }
  [[nodiscard]] bool is_broken() const override { return wire_.broken; }
  [[nodiscard]] const std::string& peer_name() const override { return name_; }
  [[nodiscard]] bool is_loopback() const override { return true; }

 private:
  Wire& wire_;
  const std::string name_ = "127.0.0.1:50000";
};

// Does what it is told to when a session closes.
struct FakeServer final : ControlSessionEvents {
  void make_room(const ControlSession& /*session*/) override { ++large_answers; }
  void on_closed(ControlSession& /*session*/) override {
    ++closed;
    if (drop) drop();
  }

  int large_answers = 0;
  int closed = 0;
  std::function<void()> drop;
};

// Keeps what it is asked, and the callbacks to answer with.
struct FakeTarget final : ControlTarget {
  [[nodiscard]] const std::deque<std::string>& messages() const override { return lines; }
  [[nodiscard]] const std::vector<base::NodeId>& alive() const override { return alive_ids; }
  void broadcast(std::string text) override { lines.push_back(std::move(text)); }
  void mark(MarkCallback callback) override { marks.push_back(std::move(callback)); }
  void block(const BlockPeer& command, DoneCallback callback) override {
    asked.push_back("block " + std::to_string(command.peer.value()) + (command.in ? " in" : "") +
                    (command.out ? " out" : ""));
    dones.push_back(std::move(callback));
  }
  void unblock(const UnblockPeer& command, DoneCallback callback) override {
    asked.push_back("unblock " + std::to_string(command.peer.value()));
    dones.push_back(std::move(callback));
  }
  void status(StatusCallback callback) override { statuses.push_back(std::move(callback)); }
  void execute(proto::Command command, ReplyCallback callback) override {
    asked.push_back("as " + command.account() + (command.key().empty() ? "" : " with " + command.key()));
    replies.push_back(std::move(callback));
  }
  void query(const proto::Query& query, AnswerCallback callback) override {
    asked.push_back(query.has_users() ? "users" : query.has_owed() ? "owed" : "author");
    answers.push_back(std::move(callback));
  }
  [[nodiscard]] Home home_of(const std::string& /*user*/) const override { return {base::NodeId(2), base::ShardId(5)}; }
  [[nodiscard]] std::shared_ptr<void> settle(std::chrono::milliseconds most, DoneCallback callback) override {
    asked.push_back("settle " + std::to_string(most.count()));
    dones.push_back(std::move(callback));
    const auto kept = std::make_shared<int>();
    settlings.push_back(kept);
    return kept;
  }
  [[nodiscard]] std::shared_ptr<void> trace(const TraceBuzz& command, LineCallback callback) override {
    asked.push_back("trace " + std::to_string(command.id) + (command.json ? " as json" : ""));
    statuses.push_back(std::move(callback));
    return nullptr;
  }
  [[nodiscard]] std::shared_ptr<void> audit(const AuditGrid& command, LineCallback callback) override {
    const std::string whole = command.shard ? " shard " + std::to_string(command.shard->value()) : "";
    asked.push_back("audit" + whole + (command.json ? " as json" : ""));
    statuses.push_back(std::move(callback));
    return nullptr;
  }
  void stop() override { ++stops; }

  std::deque<std::string> lines;
  std::vector<base::NodeId> alive_ids{base::NodeId(0), base::NodeId(2)};
  std::vector<std::string> asked;
  std::vector<MarkCallback> marks;
  std::vector<DoneCallback> dones;
  std::vector<StatusCallback> statuses;  // and of other lines
  std::vector<ReplyCallback> replies;
  std::vector<AnswerCallback> answers;
  std::vector<std::weak_ptr<void>> settlings;
  int stops = 0;
};

}  // namespace buzzer::control
