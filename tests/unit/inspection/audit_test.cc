// What an audit finds, and what it must not take for a fault.
#include <optional>

#include <gmock/gmock.h>

#include "node/inspection/report_text.h"
#include "node/inspection/shard_audit.h"
#include "tests/unit/inspection/grid_to_ask.h"
#include "tests/unit/kernel/gossip_fixture.h"

namespace buzzer::inspection {
namespace {

using kernel::BuzzId;
using kernel::Index;
using testing::Contains;
using testing::HasSubstr;
using Verdict = AuditReport::Verdict;

class AuditTest : public kernel::GossipTest {
 protected:
  AuditReport audit(ShardId shard) {
    std::optional<AuditReport> told;
    const auto running = ShardAudit::begin(shard, to_ask_.ask(), [&](const AuditReport& report) { told = report; });
    EXPECT_FALSE(told.has_value());
    to_ask_.run();
    EXPECT_TRUE(told.has_value());
    return told.value_or(AuditReport());
  }
  std::string line(ShardId shard) { return to_line(audit(shard)); }

  std::uint64_t post(const std::string& text, std::uint64_t in_reply_to = 0) {
    return grid_.post(author_, text, in_reply_to).id();
  }
  // Rows to the readers' shard, as if they had been lost on the way without anybody knowing.
  void lose_rows() {
    for (const auto& packet : grid_.send(kAuthors, kReaders)) {
      kernel::KernelGrid::Packet empty = packet;
      empty.delivery.mutable_interest_answer();  // of nobody: it has no effect
      EXPECT_TRUE(grid_.deliver(empty));
    }
    grid_.acknowledge(kAuthors, kReaders);
  }

  GridToAsk to_ask_{grid_};
};

TEST_F(AuditTest, NothingOwedIsProven) {
  EXPECT_EQ(line(kAuthors), "audit proven");
  EXPECT_EQ(audit(kAuthors).shards, 1U);
}

TEST_F(AuditTest, WhatWasDeliveredIsCountedAndProven) {
  follow_and_settle(reader_, author_);
  const std::uint64_t root = post("one");
  grid_.move_clock(10 * 60 * 1000);
  post("to @" + other_ + " of #" + kernel::topic_at(kOthers));
  grid_.post(other_, "a reply", root);
  settle();
  const AuditReport report = audit(kAuthors);
  EXPECT_EQ(to_line(report), "audit proven");
  EXPECT_EQ(report.buzzes, 2U);
  EXPECT_EQ(report.deliveries, 3U);  // both to the reader, the second to the other
  EXPECT_EQ(report.streams, 2U);
  EXPECT_EQ(audit(kReaders).follows, 1U);
  EXPECT_EQ(line(kReaders), "audit proven");
  EXPECT_EQ(line(kOthers), "audit proven");
}

TEST_F(AuditTest, WhatIsOnItsWayIsPending) {
  follow_and_settle(reader_, author_);
  post("one");
  const AuditReport report = audit(kAuthors);
  EXPECT_EQ(report.verdict(), Verdict::kUnproven);
  EXPECT_EQ(to_line(report), "audit unproven pending 2");  // the row of the stream, and what it brings
  settle();
  EXPECT_EQ(line(kAuthors), "audit proven");
}

TEST_F(AuditTest, LostRowIsMissing) {
  follow_and_settle(reader_, author_);
  const std::uint64_t id = post("one");
  lose_rows();
  EXPECT_EQ(line(kAuthors), "audit broken " + std::to_string(id) + " missing at 23");
}

TEST_F(AuditTest, LostEditAndDeleteAreOutdated) {
  follow_and_settle(reader_, author_);
  const std::uint64_t edited = post("one");
  const std::uint64_t deleted = post("two");
  settle();
  grid_.edit(author_, edited, "changed");
  grid_.remove(author_, deleted);
  lose_rows();
  EXPECT_EQ(line(kAuthors), "audit broken " + std::to_string(edited) + " outdated at 23," + std::to_string(deleted) +
                                " outdated at 23");
}

TEST_F(AuditTest, WhatWasPostedBeforeTheFollowMayBeThereOrNot) {
  const std::uint64_t id = post("before");
  follow_and_settle(reader_, author_);
  ASSERT_NE(copy_in(kReaders, id), nullptr);
  EXPECT_EQ(line(kAuthors), "audit proven");
  readers().erase_copy(author_, BuzzId(id));
  EXPECT_EQ(line(kAuthors), "audit proven");
}

TEST_F(AuditTest, WhoLeftIsOwedNothing) {
  follow_and_settle(reader_, author_);
  post("one");
  settle();
  grid_.unfollow(reader_, author_);
  settle();
  EXPECT_EQ(line(kAuthors), "audit proven");
  // And who comes back nothing of the time in between.
  post("two");
  follow_and_settle(reader_, author_);
  EXPECT_EQ(line(kAuthors), "audit proven");
}

TEST_F(AuditTest, MissingIndexEntryIsFound) {
  const std::string topic = kernel::topic_at(kOthers);
  grid_.move_clock(10 * 60 * 1000);
  const std::uint64_t id = post("to @" + other_ + " of #" + topic);
  settle();
  EXPECT_EQ(line(kAuthors), "audit proven");
  others().remove_from_index(Index::kMention, other_, BuzzId(id));
  EXPECT_EQ(line(kAuthors), "audit broken " + std::to_string(id) + " unindexed at 63");
  others().add_to_index(Index::kMention, other_, BuzzId(id), author_);
  others().remove_from_index(Index::kTopic, topic, BuzzId(id));
  EXPECT_EQ(line(kAuthors), "audit broken " + std::to_string(id) + " unindexed at 63");
}

TEST_F(AuditTest, ReplyMustBeAtItsRoot) {
  const std::uint64_t root = post("root");
  const std::uint64_t reply = grid_.post(other_, "reply", root).id();
  settle();
  EXPECT_EQ(line(kOthers), "audit proven");
  authors().erase_copy(other_, BuzzId(reply));
  EXPECT_EQ(line(kOthers), "audit broken " + std::to_string(reply) + " missing at 5");
}

TEST_F(AuditTest, VersionThatItsHomeDoesNotHaveIsUnknown) {
  follow_and_settle(reader_, author_);
  const std::uint64_t id = post("one");
  settle();
  proto::Copy copy = *copy_in(kReaders, id);
  copy.mutable_buzz()->set_version(7);
  readers().put_copy(author_, copy);
  EXPECT_EQ(line(kAuthors), "audit broken " + std::to_string(id) + " unknown at 23");
}

TEST_F(AuditTest, LostInterestIsFound) {
  follow_and_settle(reader_, author_);
  follow_and_settle(second_reader_, author_);
  EXPECT_EQ(line(kReaders), "audit proven");
  proto::AuthorInterest interest;
  authors().put_interest(author_, interest);
  EXPECT_EQ(line(kReaders), "audit broken interest of 23 in @" + author_);
}

TEST_F(AuditTest, DeclaredInterestOnItsWayIsPending) {
  follow_and_settle(reader_, author_);
  grid_.follow(second_reader_, author_);
  EXPECT_EQ(audit(kReaders).verdict(), Verdict::kUnproven);
}

// The follow of somebody who does not exist, whose home has been asked and whose answer is on its way.
TEST_F(AuditTest, FollowWithoutAnAnswerIsPending) {
  grid_.follow(reader_, kernel::name_at(kAuthors, 1));
  grid_.exchange(kReaders, kAuthors);
  EXPECT_EQ(line(kReaders), "audit unproven pending 1");
  settle();
  EXPECT_EQ(line(kReaders), "audit proven");
}

// Its ends have not met since: what is missing comes when they do.
TEST_F(AuditTest, WipedShardIsPendingUntilItsStreamsHaveMet) {
  const std::string topic = kernel::topic_at(kReaders);
  for (int i = 0; i < 5; ++i) post("of #" + topic);
  settle();
  grid_.acknowledge(kAuthors, kReaders);
  grid_.restore(kReaders, *grid_.state(kOthers).clone(), true);
  EXPECT_EQ(audit(kAuthors).verdict(), Verdict::kUnproven);
}

// Follows come and go in such an order that both ends show the same two different numbers at two looks.
TEST_F(AuditTest, NumbersThatComeAndGoAreNotBroken) {
  follow_and_settle(reader_, author_);
  int questions = 0;
  to_ask_.before_answer = [&](const proto::Query& query) {
    if (!query.inspection().has_interest()) return;
    ++questions;
    grid_.unfollow(reader_, author_);
    ASSERT_TRUE(grid_.settle());
  };
  const AuditReport report = audit(kReaders);
  EXPECT_GT(questions, 0);
  EXPECT_NE(report.verdict(), Verdict::kBroken) << to_line(report);
}

TEST_F(AuditTest, HostileQuestionsAreRefused) {
  const auto refused = [&](const proto::InspectionQuery& inspection) {
    proto::Query query;
    *query.mutable_inspection() = inspection;
    query.mutable_inspection()->set_shard(kReaders.value());
    proto::Answer answer;
    kernel::answer_query(readers(), query, kReaders, answer);
    return static_cast<proto::ErrorCode>(answer.error()) == proto::ErrorCode::kBadRequest;
  };
  const std::uint64_t id = post("one");
  for (const std::string& name : {std::string(), std::string("Ann"), std::string(31, 'a'), std::string("a\0b", 3)}) {
    proto::InspectionQuery query;
    query.mutable_interest()->add_followed()->set_author(name);
    EXPECT_TRUE(refused(query)) << name;
    query.mutable_held()->add_buzzes()->set_author(name);
    query.mutable_held()->mutable_buzzes(0)->set_id(id);
    EXPECT_TRUE(refused(query)) << name;
    query.mutable_trace()->set_author(name == "Ann" ? "" : name);
    EXPECT_TRUE(refused(query)) << name;
    query.mutable_followed()->set_limit(1);
    query.mutable_followed()->set_from(name.empty() ? std::string(200, 'a') : name);
    EXPECT_TRUE(refused(query)) << name;
  }
  for (const auto& [kind, value] : {std::pair(proto::Entity::MENTION, ""), std::pair(proto::Entity::MENTION, "A b"),
                                    std::pair(proto::Entity::TOPIC, "")}) {
    proto::InspectionQuery query;
    query.mutable_held()->set_from(kAuthors.value());
    proto::Buzz& buzz = *query.mutable_held()->add_buzzes();
    buzz.set_id(id);
    buzz.set_author(author_);
    EXPECT_FALSE(refused(query));
    buzz.add_entities()->set_kind(kind);
    buzz.mutable_entities(0)->set_value(value);
    EXPECT_TRUE(refused(query)) << value;
  }
  proto::InspectionQuery query;
  query.mutable_own_buzzes()->set_limit(201);
  EXPECT_TRUE(refused(query));
  query.mutable_followed()->set_limit(0);
  EXPECT_TRUE(refused(query));
  query.mutable_held()->set_from(64);
  EXPECT_TRUE(refused(query));
  query.clear_held();
  EXPECT_TRUE(refused(query));
}

TEST_F(AuditTest, SilentShardsAreNamed) {
  follow_and_settle(reader_, author_);
  to_ask_.silent = {kReaders};
  EXPECT_EQ(line(kAuthors), "audit unproven silent 23");
  EXPECT_EQ(line(kReaders), "audit unproven silent 23");
}

TEST_F(AuditTest, MendedStreamsAreToldByBothEnds) {
  follow_and_settle(reader_, author_);
  grid_.wipe(kAuthors);
  settle();
  const AuditReport readers = audit(kReaders);
  EXPECT_EQ(readers.verdict(), Verdict::kProven);
  EXPECT_THAT(readers.begun_anew, Contains(Stream(kAuthors, kReaders)));
  EXPECT_THAT(audit(kAuthors).begun_anew, Contains(Stream(kAuthors, kReaders)));
}

// Everything is posted, edited and delivered while it is looked at.
TEST_F(AuditTest, GridInUseIsNeverCalledBroken) {
  follow_and_settle(reader_, author_);
  std::vector<std::uint64_t> ids;
  for (int i = 0; i < 450; ++i) ids.push_back(post("buzz " + std::to_string(i)));
  settle();
  std::uint32_t turn = 0;
  to_ask_.before_answer = [&](const proto::Query& /*query*/) {
    ++turn;
    if (turn > 60) return;
    grid_.edit(author_, ids[turn % ids.size()], "edit " + std::to_string(turn));
    if (turn % 3 == 0) post("more " + std::to_string(turn));
    if (turn % 4 == 0) grid_.follow(second_reader_, author_);
    if (turn % 4 == 2) grid_.unfollow(second_reader_, author_);
    if (turn % 2 == 0) grid_.exchange(kAuthors, kReaders);
    if (turn % 2 == 1) grid_.exchange(kReaders, kAuthors);
  };
  for (const ShardId shard : {kAuthors, kReaders, kAuthors}) {
    turn = 0;
    EXPECT_NE(audit(shard).verdict(), Verdict::kBroken) << line(shard);
  }
  to_ask_.before_answer = nullptr;
  settle();
  EXPECT_EQ(line(kAuthors), "audit proven");
  EXPECT_EQ(line(kReaders), "audit proven");
}

TEST_F(AuditTest, AMillionBrokenThingsAreCountedNotKept) {
  AuditReport report;
  for (int i = 0; i < 5000; ++i) report.add({BrokenThing::Kind::kMissing, kAuthors, kReaders, 1, author_});
  EXPECT_EQ(report.broken.size(), AuditReport::kMostBroken);
  EXPECT_EQ(report.further_broken, 4000U);
  AuditReport whole;
  whole.merge(report);
  whole.merge(report);
  EXPECT_EQ(whole.broken.size() + whole.further_broken, 10'000U);
  EXPECT_THAT(to_line(whole), HasSubstr(",and 9000 more"));
}

TEST_F(AuditTest, NobodyIsToldOnceItWasDropped) {
  bool told = false;
  auto running = ShardAudit::begin(kAuthors, to_ask_.ask(), [&](const AuditReport& /*report*/) { told = true; });
  running.reset();
  to_ask_.run();
  EXPECT_FALSE(told);
}

}  // namespace
}  // namespace buzzer::inspection
