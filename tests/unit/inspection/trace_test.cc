#include <optional>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "node/inspection/buzz_trace.h"
#include "node/inspection/report_json.h"
#include "node/inspection/report_text.h"
#include "tests/unit/inspection/grid_to_ask.h"
#include "tests/unit/kernel/gossip_fixture.h"

namespace buzzer::inspection {
namespace {

class TraceTest : public kernel::GossipTest {
 protected:
  TraceReport trace(std::uint64_t id) {
    std::optional<TraceReport> told;
    const auto running = BuzzTrace::begin(id, to_ask_.ask(), [&](const TraceReport& report) { told = report; });
    to_ask_.run();
    EXPECT_TRUE(told.has_value());
    return told.value_or(TraceReport());
  }
  // Without the buzz and its author.
  std::string where(std::uint64_t id) {
    const std::string line = to_line(trace(id));
    return line.substr(line.find("shard "));
  }

  GridToAsk to_ask_{grid_};
};

TEST_F(TraceTest, FollowsABuzzToWhereItGoes) {
  follow_and_settle(reader_, author_);
  const std::uint64_t id = grid_.post(author_, "for @" + other_).id();
  EXPECT_EQ(to_line(trace(id)), "trace " + std::to_string(id) + "/1 @" + author_ + " shard 5 | 23 pending,63 pending");
  grid_.exchange(kAuthors, kReaders);
  EXPECT_EQ(where(id), "shard 5 | 23 taken,63 pending");
  settle();
  EXPECT_EQ(where(id), "shard 5 | 23 taken,63 taken");
  grid_.edit(author_, id, "for nobody");
  EXPECT_EQ(where(id), "shard 5 | 23 pending,63 pending");
  settle();
  EXPECT_EQ(where(id), "shard 5 | 23 taken,63 unwanted");
  grid_.remove(author_, id);
  settle();
  EXPECT_EQ(where(id), "shard 5 deleted | 23 unwanted,63 unwanted");
}

TEST_F(TraceTest, SaysWhenItWasTaken) {
  follow_and_settle(reader_, author_);
  const std::uint64_t id = grid_.post(author_, "late").id();
  grid_.move_clock(1234);
  settle();
  const TraceReport report = trace(id);
  ASSERT_EQ(report.others.size(), 1U);
  const proto::Traced& there = report.others[0].traced;
  EXPECT_EQ(there.taken_ms(), report.at_home.buzz().posted_ms() + 1234);
  ASSERT_EQ(there.arrivals_size(), 1);
  EXPECT_EQ(there.arrivals(0).version(), 1U);
  EXPECT_EQ(there.arrivals(0).time_ms(), there.taken_ms());
  ASSERT_EQ(report.at_home.arrivals_size(), 1);
  EXPECT_EQ(report.at_home.arrivals(0).time_ms(), report.at_home.buzz().posted_ms());
}

TEST_F(TraceTest, EditedOnesAreTracedByTheirPresentVersion) {
  follow_and_settle(reader_, author_);
  const std::uint64_t id = grid_.post(author_, "one").id();
  settle();
  grid_.move_clock(500);
  grid_.edit(author_, id, "two");
  settle();
  const TraceReport report = trace(id);
  ASSERT_EQ(report.at_home.arrivals_size(), 2);
  EXPECT_EQ(report.at_home.arrivals(1).version(), 2U);
  EXPECT_EQ(report.others.at(0).traced.buzz().version(), 2U);
}

TEST_F(TraceTest, WhatIsNeitherThereNorOnItsWayIsMissing) {
  follow_and_settle(reader_, author_);
  const std::uint64_t id = grid_.post(author_, "one").id();
  settle();
  readers().erase_copy(author_, base::BuzzId(id));
  EXPECT_EQ(where(id), "shard 5 | 23 missing");
}

// However the buzz goes while it is looked for, it is where it is owed, or on its way there.
TEST_F(TraceTest, WhatHappensMeanwhileIsNotBroken) {
  follow_and_settle(reader_, author_);
  for (int turn = 0; turn < 12; ++turn) {
    const std::uint64_t id = grid_.post(author_, "for @" + other_).id();
    int question = 0;
    to_ask_.before_answer = [&](const proto::Query& /*query*/) {
      if (++question == turn) settle();
      if (question == turn + 2) grid_.remove(author_, id);
      if (question == turn + 3) settle();
    };
    const std::string line = where(id);
    for (const char* broken : {"missing", "outdated", "unknown", "unindexed"}) {
      EXPECT_EQ(line.find(broken), std::string::npos) << turn << ": " << line;
    }
    to_ask_.before_answer = nullptr;
    settle();
  }
}

TEST_F(TraceTest, SilentShardsAreNamedAndASilentHomeIsUnavailable) {
  follow_and_settle(reader_, author_);
  const std::uint64_t id = grid_.post(author_, "one").id();
  settle();
  to_ask_.silent = {kReaders};
  EXPECT_EQ(where(id), "shard 5 | 23 silent");
  to_ask_.silent = {kAuthors};
  EXPECT_EQ(error([&] {
              proto::Reply reply;
              reply.set_error(trace(id).error);
              return reply;
            }()),
            proto::ErrorCode::kUnavailable);
}

TEST_F(TraceTest, UnknownBuzzIsSaidToBe) {
  const std::uint64_t id = grid_.post(author_, "one").id();
  const TraceReport report = trace(id + 4096);
  EXPECT_EQ(static_cast<proto::ErrorCode>(report.error), proto::ErrorCode::kUnknownBuzz);
}

TEST_F(TraceTest, JsonHasTheSame) {
  follow_and_settle(reader_, author_);
  const std::uint64_t id = grid_.post(author_, "one").id();
  settle();
  const auto json = nlohmann::json::parse(to_json(trace(id), 3));
  EXPECT_EQ(json["id"], std::to_string(id));
  EXPECT_EQ(json["author"], author_);
  EXPECT_EQ(json["home"]["shard"], 5);
  EXPECT_EQ(json["home"]["node"], 2);
  EXPECT_EQ(json["edited_ms"], nullptr);
  EXPECT_EQ(json["shards"].size(), 1U);
  EXPECT_EQ(json["shards"][0]["state"], "taken");
  EXPECT_EQ(json["shards"][0]["node"], 2);
}

}  // namespace
}  // namespace buzzer::inspection
