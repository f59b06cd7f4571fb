// What a text session does not do any more once its connection closes.
#include "node/gateway/text_session.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "node/gateway/password_pool.h"
#include "tests/unit/gateway/fake_connection.h"
#include "tests/unit/gateway/recorded_loop.h"

namespace buzzer::gateway {
namespace {

// Knows who has registered last, and answers in the loop's next turn.
class OneUserCore final : public Core {
 public:
  explicit OneUserCore(base::EventLoop& loop) : loop_(loop) {}

  void execute(proto::Command command, ReplyCallback callback) override {
    commands.push_back(std::move(command));
    loop_.post([callback = std::move(callback)] { callback({}); });
  }
  void query(proto::Query query, AnswerCallback callback) override {
    proto::Answer answer;
    if (query.has_credential()) {
      answer.mutable_credential()->set_name(query.credential().name());
      answer.mutable_credential()->set_password_hash(commands.front().register_account().password_hash());
    } else if (query.has_user()) {
      answer.add_users()->set_name(query.user().name());
    }
    loop_.post([answer = std::move(answer), callback = std::move(callback)] { callback(answer); });
  }
  void grid(GridCallback /*callback*/) override {}
  std::uint64_t subscribe(Wire /*wire*/, const proto::Feed& /*feed*/, const std::optional<proto::Position>& /*after*/,
                          FeedListener& /*listener*/) override {
    return ++subscriptions;
  }
  void unsubscribe(std::uint64_t /*subscription*/) override {}
  void taken(std::uint64_t /*subscription*/, std::uint64_t /*position*/) override {}

  std::vector<proto::Command> commands;
  std::uint64_t subscriptions = 0;

 private:
  base::EventLoop& loop_;
};

class TextSessionTest : public testing::Test {
 protected:
  TextSessionTest() {
    session_->start({});
    session_->on_message("register Ann pw");
    EXPECT_TRUE(loop_.run_until([this] { return core_.commands.size() == 1; }));
    session_->on_message("login Ann pw");
    EXPECT_TRUE(loop_.run_until([this] { return core_.subscriptions == 1; }));
  }

  RecordedLoop loop_;
  OneUserCore core_{loop_};
  PasswordPool passwords_{{{8, 1}, 4}};
  base::SystemRandom random_;
  Login login_{LoginOptions(), core_, passwords_, random_, loop_};
  Flusher flusher_{loop_};
  WsLimits limits_;
  FakeWire wire_;
  SessionServices services_{core_, login_, loop_, random_, base::NodeId(0), 1};
  std::shared_ptr<TextSession> session_ = std::make_shared<TextSession>(
      services_, std::make_shared<WsConnection>(limits_, std::make_unique<FakeConnection>(wire_), loop_, flusher_),
      [](Session&) {});
};

TEST_F(TextSessionTest, AnUnfollowAsksForTheNameAndIsThenExecuted) {
  session_->on_message("unfollow bob");
  loop_.run_posted();
  ASSERT_EQ(core_.commands.size(), 2U);
  EXPECT_EQ(core_.commands.back().unfollow_user().name(), "bob");
}

// It was executed once the name had been asked for, though its client had been told to come back and repeat.
TEST_F(TextSessionTest, AnUnfollowThatStillAsksWhenItsConnectionClosesIsNotExecuted) {
  session_->on_message("unfollow bob");
  session_->connection().close(close_code::kStoodStill, "stood still");
  loop_.run_posted();
  EXPECT_EQ(core_.commands.size(), 1U);
}

}  // namespace
}  // namespace buzzer::gateway
