// A session of the original text protocol (docs/protocols/text.md): one command a frame, executed one after the other.
// What comes to the user's home feed is pushed from login on, each buzz once.
//
// A client that does not read its pushes in time is closed: the protocol has no way to resume.
//
// Belongs to one gateway worker's thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "node/gateway/feed_reading.h"
#include "node/gateway/session.h"

namespace buzzer::gateway {

class TextSession final : public Session, private FeedListener, public std::enable_shared_from_this<TextSession> {
 public:
  // Buzzes that `buzzfeed` and `topic` give at most: the newest.
  static constexpr std::size_t kMostListed = 10'000;

  TextSession(const SessionServices& services, std::shared_ptr<WsConnection> connection, ClosedCallback closed);
  ~TextSession() override;

  // Once; a shared pointer holds it. `early`: as WsConnection::start has it.
  void start(std::string_view early) { connection_->start(*this, early); }

  [[nodiscard]] WsConnection& connection() override { return *connection_; }

  void on_message(std::string_view text) override;
  void append_head(std::string& /*to*/, const PushHead& /*head*/) const override {}
  void on_push_written(const PushHead& head) override;
  void on_drained() override;
  void on_closed() override;

 private:
  void on_push(std::uint64_t subscription, const FeedPush& push) override;

  // Each ends with done(), at once or later.
  void register_user(std::string_view name, std::string_view password);
  void log_in(std::string_view name, std::string_view password);
  void log_out();
  void post(std::string_view text);
  void follow(std::string_view name);
  void unfollow(std::string_view name);
  void list(const std::vector<proto::Feed>& feeds, const char* command);
  void list_user(std::string_view name);

  void logged_in(std::string user);
  // The user's feed cannot be followed, from the beginning or any more.
  void refused(proto::ErrorCode why);
  // Otherwise that is said, and the command is over.
  [[nodiscard]] bool is_logged_in();
  void list_followees(const std::string& after);
  void read_on();
  void execute(proto::Command command, const char* word, std::function<void(const proto::Reply&)> then);
  void answer(std::string text) { connection_->send(std::move(text)); }
  void answer_error(std::string_view command, std::string_view sentence);
  void end_with_error(std::string_view command, std::string_view sentence);
  // The command is over; the next one may come.
  void done();
  void unsubscribe();
  template <class Function>
  [[nodiscard]] auto while_here(Function function) {
    return while_open(weak_from_this(), std::move(function));
  }

  const SessionServices& services_;
  const std::shared_ptr<WsConnection> connection_;
  const ClosedCallback on_closed_;
  std::string user_;  // as registered; empty: not logged in
  std::uint64_t subscription_ = 0;
  std::uint32_t untaken_ = 0;
  std::unique_ptr<base::Timer> subscribing_;  // while a login waits to hear that pushes will come
  std::shared_ptr<FeedReading> reading_;      // while a list is under way
  const char* reading_for_ = "";              // its command
};

}  // namespace buzzer::gateway
