// A host name that was never answered once kept all other named peers off, and the node from stopping.
#include "base/resolver.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/run_until.h"

namespace buzzer::base {
namespace {

using testing::AnyOf;
using testing::Contains;
using testing::IsEmpty;
using testing::Not;

// What came of one question.
struct Heard {
  int calls = 0;
  std::vector<std::string> addresses;
  std::string error;
};

class ResolverTest : public testing::Test {
 protected:
  [[nodiscard]] std::unique_ptr<Resolver::Question> ask(const std::string& host, Heard& heard) {
    return resolver_->ask(host, [&heard](const std::vector<std::string>& addresses, const std::string& error) {
      ++heard.calls;
      heard.addresses = addresses;
      heard.error = error;
    });
  }
  [[nodiscard]] bool until(const std::function<bool()>& condition) { return tests::run_until(loop_, condition); }

  AsioEventLoop loop_;
  std::unique_ptr<Resolver> resolver_ = std::make_unique<Resolver>(loop_);
};

TEST_F(ResolverTest, LocalhostIsFound) {
  Heard heard;
  const auto question = ask("localhost", heard);
  ASSERT_TRUE(until([&] { return heard.calls > 0; }));
  EXPECT_THAT(heard.addresses, Contains(AnyOf("127.0.0.1", "::1"))) << heard.error;
}

TEST_F(ResolverTest, NameThatCannotBeFoundIsToldWithTheReason) {
  Heard heard;
  const auto question = ask("no host has a blank", heard);
  ASSERT_TRUE(until([&] { return heard.calls > 0; }));
  EXPECT_THAT(heard.addresses, IsEmpty());
  EXPECT_THAT(heard.error, Not(IsEmpty()));
}

TEST_F(ResolverTest, NothingIsToldFromWithinTheCallEvenIfTheAnswerIsKnown) {
  for (int round = 0; round < 2; ++round) {
    Heard heard;
    const auto question = ask("localhost", heard);
    EXPECT_EQ(heard.calls, 0) << round;
    ASSERT_TRUE(until([&] { return heard.calls > 0; })) << round;
  }
}

TEST_F(ResolverTest, TwoQuestionsForOneNameAreBothAnsweredOnce) {
  Heard first;
  Heard second;
  const auto one = ask("localhost", first);
  const auto other = ask("localhost", second);
  ASSERT_TRUE(until([&] { return first.calls > 0 && second.calls > 0; }));
  EXPECT_EQ(first.addresses, second.addresses);
  Heard later;
  const auto after = ask("localhost", later);
  ASSERT_TRUE(until([&] { return later.calls > 0; }));
  EXPECT_EQ(first.calls, 1);
  EXPECT_EQ(second.calls, 1);
}

TEST_F(ResolverTest, DestroyedQuestionHearsNothing) {
  Heard forgotten;
  Heard heard;
  static_cast<void>(ask("localhost", forgotten));
  const auto question = ask("localhost", heard);
  ASSERT_TRUE(until([&] { return heard.calls > 0; }));
  EXPECT_EQ(forgotten.calls, 0);
}

TEST_F(ResolverTest, AnswerMayEndItsOwnQuestionAndOthers) {
  std::unique_ptr<Resolver::Question> one;
  std::unique_ptr<Resolver::Question> other;
  int calls = 0;
  const auto end_both = [&](const std::vector<std::string>&, const std::string&) {
    ++calls;
    one.reset();
    other.reset();
  };
  one = resolver_->ask("localhost", end_both);
  other = resolver_->ask("localhost", end_both);
  Heard later;
  ASSERT_TRUE(until([&] { return calls > 0; }));
  const auto question = ask("localhost", later);
  ASSERT_TRUE(until([&] { return later.calls > 0; }));
  EXPECT_EQ(calls, 1);
}

TEST_F(ResolverTest, ResolverMayGoBeforeItsLookUpsReturn) {
  for (int round = 0; round < 20; ++round) {
    Heard heard;
    { const auto question = ask("localhost", heard); }
    resolver_ = std::make_unique<Resolver>(loop_);
    Heard next;
    const auto question = ask("localhost", next);
    ASSERT_TRUE(until([&] { return next.calls > 0; }));
    EXPECT_EQ(heard.calls, 0);
  }
}

}  // namespace
}  // namespace buzzer::base
