#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "linkmgr/handshake.h"

namespace buzzer::linkmgr {
namespace {

using proto::Refusal;
using testing::AllOf;
using testing::HasSubstr;

constexpr std::size_t kMostMessage = 256;

// Node 2 of a grid of 5, and a hello of node 3 that it likes.
class JudgeHelloTest : public testing::Test {
 protected:
  JudgeHelloTest() {
    options_.self = base::NodeId(2);
    options_.grid_size = 5;
    options_.grid_id = "home";
    hello_.set_protocol_version(kProtocolVersion);
    hello_.set_grid_id("home");
    hello_.set_grid_size(5);
    hello_.set_placement_version(kPlacementVersion);
    hello_.set_node_id(3);
    hello_.set_nonce(std::string(32, 'n'));
    hello_.set_key_share(std::string(32, 'k'));
  }

  [[nodiscard]] Refusal judge(Role own_role = Role::kAcceptor) const { return judge_hello(options_, own_role, hello_); }

  LinkOptions options_;
  proto::Hello hello_;
};

TEST_F(JudgeHelloTest, GoodHelloIsNotRefused) {
  EXPECT_EQ(judge().reason(), Refusal::UNSPECIFIED);
  EXPECT_EQ(judge().message(), "");
}

TEST_F(JudgeHelloTest, HigherIdsDialAndLowerOnesAreDialled) {
  for (std::uint32_t id = 0; id < 5; ++id) {
    hello_.set_node_id(id);
    EXPECT_EQ(judge(Role::kAcceptor).reason(), id > 2 ? Refusal::UNSPECIFIED : Refusal::NODE_ID) << id;
    EXPECT_EQ(judge(Role::kDialer).reason(), id < 2 ? Refusal::UNSPECIFIED : Refusal::NODE_ID) << id;
  }
}

TEST_F(JudgeHelloTest, IdOutsideTheGridIsRefused) {
  for (const std::uint32_t id : {5U, 64U, 0xffffffffU}) {
    hello_.set_node_id(id);
    EXPECT_EQ(judge(Role::kAcceptor).reason(), Refusal::NODE_ID) << id;
    EXPECT_EQ(judge(Role::kDialer).reason(), Refusal::NODE_ID) << id;
  }
}

TEST_F(JudgeHelloTest, OtherGridSizeIsRefusedWithBothSizesAndWhatToDo) {
  hello_.set_grid_size(7);
  EXPECT_EQ(judge().reason(), Refusal::GRID_SIZE);
  EXPECT_THAT(judge().message(), AllOf(HasSubstr("5"), HasSubstr("7"), HasSubstr("--grid-size")));
}

TEST_F(JudgeHelloTest, OtherGridIsRefusedWithoutRepeatingWhatItSays) {
  hello_.set_grid_id("elsewhere\n");
  EXPECT_EQ(judge().reason(), Refusal::GRID_ID);
  EXPECT_THAT(judge().message(), AllOf(HasSubstr("home"), HasSubstr("--grid")));
  EXPECT_THAT(judge().message(), testing::Not(HasSubstr("elsewhere")));
}

TEST_F(JudgeHelloTest, OtherPlacementIsRefused) {
  hello_.set_placement_version(kPlacementVersion + 1);
  EXPECT_EQ(judge().reason(), Refusal::PLACEMENT_VERSION);
  EXPECT_THAT(judge().message(), HasSubstr("same release"));
}

TEST_F(JudgeHelloTest, OtherProtocolIsRefusedBeforeAnythingElseIsLookedAt) {
  hello_ = {};
  hello_.set_protocol_version(kProtocolVersion + 1);
  EXPECT_EQ(judge().reason(), Refusal::PROTOCOL_VERSION);
  EXPECT_THAT(judge().message(), HasSubstr("same release"));
}

TEST_F(JudgeHelloTest, ChallengeAndKeyShareAreOf32Bytes) {
  for (const std::size_t size : {0U, 31U, 33U}) {
    hello_.set_nonce(std::string(size, 'n'));
    EXPECT_EQ(judge().reason(), Refusal::MALFORMED) << size;
    hello_.set_nonce(std::string(32, 'n'));
    hello_.set_key_share(std::string(size, 'k'));
    EXPECT_EQ(judge().reason(), Refusal::MALFORMED) << size;
    hello_.set_key_share(std::string(32, 'k'));
  }
}

TEST_F(JudgeHelloTest, EmptyHelloIsRefused) {
  hello_ = {};
  EXPECT_NE(judge().reason(), Refusal::UNSPECIFIED);
}

TEST_F(JudgeHelloTest, EveryMessageFitsIntoARefusal) {
  options_.grid_id = std::string(64, 'g');
  options_.grid_size = base::kMaxGridSize;
  hello_.set_protocol_version(0xffffffff);
  EXPECT_LE(judge().message().size(), kMostMessage);
  hello_.set_protocol_version(kProtocolVersion);
  hello_.set_grid_id(std::string(3000, 'x'));
  EXPECT_LE(judge().message().size(), kMostMessage);
  hello_.set_grid_id(options_.grid_id);
  hello_.set_grid_size(0xffffffff);
  EXPECT_LE(judge().message().size(), kMostMessage);
  hello_.set_grid_size(options_.grid_size);
  hello_.set_placement_version(0xffffffff);
  EXPECT_LE(judge().message().size(), kMostMessage);
  hello_.set_placement_version(kPlacementVersion);
  hello_.set_node_id(0xffffffff);
  EXPECT_LE(judge().message().size(), kMostMessage);
}

}  // namespace
}  // namespace buzzer::linkmgr
