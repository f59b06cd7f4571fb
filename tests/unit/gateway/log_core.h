// A core for tests of subscriptions: one feed, whose log a test writes.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/event_loop.h"
#include "node/gateway/core.h"

namespace buzzer::gateway {

// One feed's log, told to every subscriber from where it wants; a subscriber gets more than it has room for.
class LogCore final : public Core {
 public:
  explicit LogCore(base::EventLoop& loop) : loop_(loop) {}

  void execute(proto::Command /*command*/, ReplyCallback /*callback*/) override {}
  void query(proto::Query /*query*/, AnswerCallback /*callback*/) override {}
  void grid(GridCallback /*callback*/) override {}
  std::uint64_t subscribe(Wire /*wire*/, const proto::Feed& /*feed*/, const std::optional<proto::Position>& after,
                          FeedListener& listener) override {
    ++subscribed;
    open_[++last_] = {&listener, after ? after->number() : log.size(), true};
    tell_soon();
    return last_;
  }
  void unsubscribe(std::uint64_t subscription) override { open_.erase(subscription); }
  void taken(std::uint64_t subscription, std::uint64_t position) override {
    EXPECT_LE(position, open_.at(subscription).at);
    ++takes;
  }

  void append(std::string body) {
    log.push_back(std::make_shared<const std::string>(std::move(body)));
    tell_soon();
  }
  void tell(std::uint64_t subscription, proto::Pushes::Kind kind, std::uint64_t number,
            proto::ErrorCode error = proto::ErrorCode::kNone) {
    Open& open = open_.at(subscription);
    if (kind == proto::Pushes::ENTRY) open.at = number;
    open.listener->on_push(subscription, {kind, position(number), 0, nullptr, error});
    if (kind == proto::Pushes::REFUSED) open_.erase(subscription);
  }
  [[nodiscard]] std::uint64_t newest() const { return last_; }
  [[nodiscard]] std::size_t open() const { return open_.size(); }

  static FeedPosition position(std::uint64_t number) { return {77, 0, number}; }

  std::vector<std::shared_ptr<const std::string>> log;
  int subscribed = 0;
  int takes = 0;

 private:
  struct Open {
    FeedListener* listener;
    std::uint64_t at;
    bool is_new;
  };

  void tell_soon() {
    loop_.post([this] {
      for (bool any = true; any;) {
        any = false;
        for (const auto& [number, copy] : std::map(open_)) any = tell_next(number) || any;
      }
    });
  }
  bool tell_next(std::uint64_t number) {
    const auto found = open_.find(number);
    if (found == open_.end()) return false;
    Open& open = found->second;
    if (std::exchange(open.is_new, false)) {
      open.listener->on_push(number, {proto::Pushes::MARK, position(open.at), open.at, nullptr});
      return true;
    }
    if (open.at >= log.size()) return false;
    const std::uint64_t prev = open.at++;
    open.listener->on_push(number, {proto::Pushes::ENTRY, position(open.at), prev, log[prev]});
    return true;
  }

  base::EventLoop& loop_;
  std::map<std::uint64_t, Open> open_;
  std::uint64_t last_ = 0;
};

}  // namespace buzzer::gateway
