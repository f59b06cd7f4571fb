// One master's connection: lines in, one line out for each, in order.
//
// Bounded: a line by kMostLineBytes; while a command is under way, or answers wait for room in the connection, nothing
// more is read from it, and of what was read already, commands go on while at most kMostUnread of answers waits.
// Belongs to one worker's thread.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/line_buffer.h"
#include "base/transport.h"
#include "node/control/control_command.h"
#include "node/control/control_target.h"

namespace buzzer::control {

inline constexpr std::size_t kMostLineBytes = 64UL << 10;
inline constexpr std::size_t kMostUnread = 1UL << 20;

class ControlSession;

// What a session tells the server.
class ControlSessionEvents {
 public:
  ControlSessionEvents() = default;
  ControlSessionEvents(const ControlSessionEvents&) = delete;
  ControlSessionEvents& operator=(const ControlSessionEvents&) = delete;
  virtual ~ControlSessionEvents() = default;

  // A large answer is about to be put together for it: others may be closed meanwhile, it may not.
  virtual void make_room(const ControlSession& session) = 0;
  // Its last call; the session may be dropped.
  virtual void on_closed(ControlSession& session) = 0;
};

class ControlSession final : public base::ConnectionHandler, public std::enable_shared_from_this<ControlSession> {
 public:
  // `token`, `target` and `events` outlive the session.
  ControlSession(std::unique_ptr<base::Connection> connection, const std::string& token, ControlTarget& target,
                 ControlSessionEvents& events);

  // Must be called once, when a shared pointer holds the session.
  void start() { connection_->set_handler(*this); }

  // Of answers that its master has not read.
  [[nodiscard]] std::size_t unread_bytes() const { return unread_.size() - unread_start_; }
  void close();

  void on_bytes(std::span<const std::uint8_t> bytes) override;
  void on_writable() override;
  void on_end(std::string_view reason) override;

 private:
  void go_on();
  void take_line(const base::Line& line);
  void execute(ControlCommand&& command);
  void execute_wish(proto::Command&& command);
  void answer(std::string_view line);
  void write_unread();
  void answer_result(const char* command, const base::Result<void>& result);

  // Wraps a callback so that it finds the session closed rather than gone, and lets the next command begin.
  template <class... Arguments>
  std::function<void(Arguments...)> when_done(std::function<void(Arguments...)> then);

  std::unique_ptr<base::Connection> connection_;
  const std::string& token_;
  ControlTarget& target_;
  ControlSessionEvents& events_;
  base::LineBuffer lines_{kMostLineBytes};
  std::string unread_;  // answers, from unread_start_ on not taken by the connection yet
  std::size_t unread_start_ = 0;
  bool first_line_ = true;
  bool authorized_ = false;
  bool busy_ = false;  // a command is under way
  bool closed_ = false;
  std::shared_ptr<void> long_command_;  // the last one that takes a while, under way or over
};

}  // namespace buzzer::control
