#include "tests/unit/kernel/gossip_fixture.h"

namespace buzzer::kernel {
namespace {

using proto::ErrorCode;

class ReplyTest : public GossipTest {};

TEST_F(ReplyTest, StandsInTheThreadAtTheHomeOfItsRoot) {
  const auto root = grid_.post(author_, "root").id();
  const auto reply = grid_.post(reader_, "reply", root).id();
  const auto second = grid_.post(other_, "reply to the reply", reply).id();
  settle();
  EXPECT_EQ(readers().buzz(BuzzId(reply))->root(), root);
  EXPECT_EQ(others().buzz(BuzzId(second))->root(), root);
  EXPECT_EQ(others().buzz(BuzzId(second))->in_reply_to(), reply);
  EXPECT_EQ(indexed(kAuthors, Index::kThread, std::to_string(root)), (std::vector{reply, second}));
  EXPECT_EQ(authors().arrival(authors().arrivals().last)->root(), root);
  EXPECT_NE(readers().copy(other_, BuzzId(second)), nullptr) << "the home of the buzz that it replies to has it too";
  EXPECT_TRUE(indexed(kReaders, Index::kThread, std::to_string(root)).empty());
}

TEST_F(ReplyTest, HasALaterIdThanWhatItRepliesTo) {
  grid_.move_clock(10);
  const BuzzId root(grid_.post(author_, "root").id());
  grid_.move_clock(-10);  // the reader's node has a clock that is behind
  const BuzzId reply(grid_.post(reader_, "reply", root.value()).id());
  EXPECT_EQ(id_ms(reply), id_ms(root) + 1);
}

TEST_F(ReplyTest, ToWhatIsNotThereOrNoMoreIsRefused) {
  const auto root = grid_.post(author_, "root").id();
  grid_.remove(author_, root);
  EXPECT_EQ(error(grid_.post(reader_, "reply", root)), ErrorCode::kUnknownBuzz);
  EXPECT_EQ(error(grid_.post(reader_, "reply", root + 1)), ErrorCode::kUnknownBuzz);
}

TEST_F(ReplyTest, RepetitionIsAnsweredThoughTheRootIsGoneMeanwhile) {
  const auto root = grid_.post(author_, "root").id();
  const auto first = grid_.post(reader_, "reply", root);
  proto::Command again = grid_.last();
  again.mutable_post_buzz()->clear_root();
  EXPECT_EQ(grid_.run(again).SerializeAsString(), first.SerializeAsString());
  again.mutable_post_buzz()->set_in_reply_to(root + 1);
  EXPECT_EQ(error(grid_.run(again)), ErrorCode::kKeyReused);
}

TEST_F(ReplyTest, DeletedKeepsItsPlaceInTheThreadWithoutItsText) {
  const auto root = grid_.post(author_, "root").id();
  const auto reply = grid_.post(reader_, "reply to @" + author_, root).id();
  settle();
  grid_.remove(reader_, reply);
  settle();
  EXPECT_EQ(indexed(kAuthors, Index::kThread, std::to_string(root)), std::vector{reply});
  EXPECT_TRUE(indexed(kAuthors, Index::kMention, author_).empty());
  const proto::Copy& tombstone = *authors().copy(reader_, BuzzId(reply));
  EXPECT_TRUE(tombstone.buzz().deleted());
  EXPECT_TRUE(tombstone.buzz().text().empty());
  const proto::Arrival& arrival = *authors().arrival(authors().arrivals().last);
  EXPECT_EQ(arrival.kind(), proto::Arrival::DELETED);
  EXPECT_EQ(arrival.mentioned_size(), 1) << "who had been mentioned learns of it";
}

}  // namespace
}  // namespace buzzer::kernel
