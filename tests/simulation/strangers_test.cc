// What strangers, impostors and broken peers can do to a mesh: nothing but lose their own connection.
#include <gtest/gtest.h>

#include "tests/simulation/stranger.h"

namespace buzzer::simulation {
namespace {

using namespace std::chrono_literals;
using proto::Refusal;

constexpr Host kStrangerHost = 100;
constexpr std::uint64_t kStrangersBoot = 77;

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

class StrangersTest : public testing::Test {
 protected:
  void SetUp() override {
    grid_.start_all();
    grid_.run_for(1s);
    ASSERT_TRUE(grid_.whole());
    quiet_from_ = grid_.trace().size();
  }
  // Whatever a test did, nobody's alive set has changed and lines still flow.
  void TearDown() override {
    EXPECT_TRUE(!expect_quiet_ || count(since(), " alive ") == 0);
    EXPECT_TRUE(grid_.whole());
    grid_.broadcast(1);
    grid_.run_for(100ms);
    EXPECT_EQ(grid_.received(0, 1).back(), (ReceivedLine{life_of_1_, 1}));
    if (HasFailure()) std::cerr << since();
  }
  [[nodiscard]] std::string since() const { return grid_.trace().substr(quiet_from_); }

  // The options of a node of this grid, but for the key.
  [[nodiscard]] linkmgr::LinkOptions without_key(std::uint32_t id) const {
    linkmgr::LinkOptions options = grid_.link_options(id);
    options.grid_key.fill(0);
    return options;
  }
  // A stranger who has connected to node 0.
  [[nodiscard]] std::unique_ptr<Stranger> stranger() {
    auto made = std::make_unique<Stranger>(host_, 0);
    grid_.run_for(20ms);
    return made;
  }
  // Somebody who holds the grid's key and speaks as node 1.
  [[nodiscard]] std::unique_ptr<Stranger> proven(std::uint64_t boot, std::uint64_t number) {
    auto made = stranger();
    made->say_hello(grid_.link_options(1), boot, number, grid_.random());
    grid_.run_for(30ms);
    made->say_proof();
    grid_.run_for(30ms);
    return made;
  }
  // What a newer release might send: a frame whose only field, number 99, is not known here.
  static std::string unknown_frame() {
    std::string bytes;
    linkmgr::append_frame("\x9a\x06\x01x", bytes);
    return bytes;
  }
  static proto::LinkFrame line(const std::string& text) {
    proto::LinkFrame frame;
    frame.mutable_room_line()->set_text(text);
    return frame;
  }

  SimulatedGrid grid_{GridOptions{}};
  StrangerHost host_{grid_, kStrangerHost};
  std::size_t quiet_from_ = 0;
  bool expect_quiet_ = true;
  std::uint32_t life_of_1_ = 1;
};

TEST_F(StrangersTest, HelloWithoutTheKeyGetsInNowhere) {
  const auto impostor = stranger();
  impostor->say_hello(without_key(1), kStrangersBoot, 1, grid_.random());
  grid_.run_for(30ms);
  impostor->say_proof();
  impostor->say(line("1 999"));
  grid_.run_for(30ms);
  EXPECT_EQ(impostor->refusal().reason(), Refusal::GRID_KEY);
  EXPECT_FALSE(impostor->heard_heartbeat());
  EXPECT_TRUE(grid_.received(0, 1).empty());
}

TEST_F(StrangersTest, HelloAloneDoesNotDisturbTheRealLinkAndEndsAtItsDeadline) {
  const auto impostor = stranger();
  impostor->say_hello(without_key(1), kStrangersBoot, 1'000'000, grid_.random());
  grid_.run_for(900ms);
  EXPECT_FALSE(impostor->ended());
  grid_.run_for(200ms);
  EXPECT_TRUE(impostor->ended());
}

TEST_F(StrangersTest, WrongHellosAreRefusedWithWhatToDo) {
  struct Wrong {
    const char* what;
    std::function<void(linkmgr::LinkOptions&)> change;
    Refusal::Reason reason;
    const char* advice;
  };
  const std::vector<Wrong> wrongs{
      {"grid", [](auto& o) { o.grid_id = "other"; }, Refusal::GRID_ID, "--grid"},
      {"size", [](auto& o) { o.grid_size = 5; }, Refusal::GRID_SIZE, "--grid-size"},
      {"unknown id", [](auto& o) { o.self = NodeId(3); }, Refusal::NODE_ID, "--id"},
      {"its own id", [](auto& o) { o.self = NodeId(0); }, Refusal::NODE_ID, "--id"},
  };
  for (const Wrong& wrong : wrongs) {
    SCOPED_TRACE(wrong.what);
    auto options = grid_.link_options(1);
    wrong.change(options);
    const auto peer = stranger();
    peer->say_hello(options, kStrangersBoot, 1, grid_.random());
    grid_.run_for(50ms);
    EXPECT_EQ(peer->refusal().reason(), wrong.reason);
    EXPECT_NE(peer->refusal().message().find(wrong.advice), std::string::npos) << peer->refusal().message();
    EXPECT_TRUE(peer->ended());
  }
}

TEST_F(StrangersTest, MalformedBytesEndTheirConnectionAndAreLoggedOnceAMinute) {
  const std::vector<std::string> nonsense{
      std::string("\xff\xff\xff\xff", 4) + "a frame of four gigabytes",
      std::string("\x00\x00\x10\x01", 4) + "one byte more than an unproven frame may have",
      std::string("\x00\x00\x00\x00", 4),
      std::string("\x00\x00\x00\x03", 4) + "\x0f\xff\xff",
      "GET / HTTP/1.1\r\n\r\n",
  };
  for (int round = 0; round < 3; ++round) {
    for (const std::string& bytes : nonsense) {
      const auto peer = stranger();
      peer->say(bytes);
      grid_.run_for(50ms);
      EXPECT_TRUE(peer->ended()) << bytes;
    }
  }
  EXPECT_EQ(count(since(), "connection refused"), 1U);
  grid_.run_for(1min);
  const auto peer = stranger();
  peer->say(nonsense.front());
  grid_.run_for(50ms);
  EXPECT_EQ(count(since(), "connection refused"), 2U);
}

TEST_F(StrangersTest, ThousandSilentConnectionsAreBounded) {
  std::vector<std::unique_ptr<Stranger>> crowd;
  crowd.reserve(1000);
  for (int i = 0; i < 1000; ++i) crowd.push_back(std::make_unique<Stranger>(host_, 0));
  grid_.run_for(200ms);
  std::size_t open = 0;
  for (const auto& one : crowd) open += one->ended() ? 0 : 1;
  EXPECT_LE(open, grid_.link_options(0).most_unproven);
  // A node that restarts now gets in all the same.
  expect_quiet_ = false;
  grid_.crash(2);
  grid_.run_for(100ms);
  grid_.start(2);
  grid_.run_for(100ms);
  EXPECT_TRUE(grid_.whole());
}

TEST_F(StrangersTest, KnockFloodCausesNoDialling) {
  for (int i = 0; i < 200; ++i) {
    const auto knocker = stranger();
    proto::LinkFrame frame;
    frame.mutable_knock()->set_grid_id(grid_.link_options(0).grid_id);
    frame.mutable_knock()->set_node_id(static_cast<std::uint32_t>(i) % 5);
    knocker->say(frame);
    grid_.run_for(10ms);
  }
}

// A node of the grid is recorded while it connects; what it said, said again, gets nobody in.
TEST_F(StrangersTest, ReplayedHandshakeGetsInNowhere) {
  const auto honest = proven(kStrangersBoot, 1);
  expect_quiet_ = false;  // it is a newer link of node 1's, by all rules
  ASSERT_TRUE(honest->heard_heartbeat());
  grid_.run_for(3s);
  ASSERT_TRUE(grid_.whole());

  const auto replayer = stranger();
  base::SeededRandom same_draws(5);
  const auto recorded = stranger();
  recorded->say_hello(grid_.link_options(1), kStrangersBoot, 2, same_draws);
  grid_.run_for(30ms);
  base::SeededRandom same_draws_again(5);
  replayer->say_hello(grid_.link_options(1), kStrangersBoot, 2, same_draws_again);
  grid_.run_for(30ms);
  // The proof for the recorded connection's challenge, sent on the other one.
  proto::LinkFrame proof;
  proof.mutable_proof()->set_mac(recorded->own_proof());
  replayer->say(proof);
  grid_.run_for(30ms);
  EXPECT_EQ(replayer->refusal().reason(), Refusal::GRID_KEY);
  EXPECT_FALSE(replayer->heard_heartbeat());
}

TEST_F(StrangersTest, OfTwoProvenLinksTheNewerOneCounts) {
  expect_quiet_ = false;  // node 1's place is taken by somebody who holds the key
  grid_.crash(1);
  grid_.run_for(100ms);
  const auto first = proven(kStrangersBoot, 1);
  const auto second = proven(kStrangersBoot, 2);
  ASSERT_TRUE(second->heard_heartbeat());
  first->say(line("7 1"));  // a frame of the older link, after the newer hello was accepted
  second->say(line("7 2"));
  grid_.run_for(50ms);
  EXPECT_TRUE(first->ended());
  EXPECT_EQ(grid_.received(0, 1), (std::vector<ReceivedLine>{{7, 2}}));

  const auto late = proven(kStrangersBoot, 1);
  late->say(line("7 3"));
  second->say(line("7 4"));
  grid_.run_for(50ms);
  EXPECT_TRUE(late->ended());
  EXPECT_FALSE(second->ended());
  EXPECT_EQ(grid_.received(0, 1), (std::vector<ReceivedLine>{{7, 2}, {7, 4}}));
  grid_.start(1);
  ++life_of_1_;
  grid_.run_for(3s);
}

TEST_F(StrangersTest, ProvenPeerThatSendsNonsenseLosesItsLinkAlone) {
  expect_quiet_ = false;
  const auto peer = proven(kStrangersBoot, 1);
  ASSERT_TRUE(peer->heard_heartbeat());
  peer->say(std::string("\x7f\xff\xff\xff", 4) + "x");
  grid_.run_for(50ms);
  EXPECT_TRUE(peer->ended());
  EXPECT_TRUE(grid_.sees(0, 2));
  grid_.run_for(3s);
}

// It once cost the link, so that no release could have sent anything new to the one before it.
TEST_F(StrangersTest, UnknownFrameOnAProvenLinkIsPassedOver) {
  expect_quiet_ = false;
  grid_.crash(1);
  grid_.run_for(100ms);
  const auto peer = proven(kStrangersBoot, 1);
  ASSERT_TRUE(peer->heard_heartbeat());
  peer->say(unknown_frame());
  peer->say(line("7 1"));
  grid_.run_for(50ms);
  EXPECT_FALSE(peer->ended());
  EXPECT_EQ(grid_.received(0, 1), (std::vector<ReceivedLine>{{7, 1}}));
  grid_.start(1);
  ++life_of_1_;
  grid_.run_for(3s);
}

TEST_F(StrangersTest, UnknownFrameBeforeTheProofEndsTheConnection) {
  const auto first = stranger();
  first->say(unknown_frame());
  const auto second = stranger();
  second->say_hello(grid_.link_options(1), kStrangersBoot, 1, grid_.random());
  grid_.run_for(30ms);
  EXPECT_FALSE(second->ended());
  second->say(unknown_frame());
  grid_.run_for(50ms);
  EXPECT_TRUE(first->ended());
  EXPECT_TRUE(second->ended());
}

// Two processes with one --id took each other's place without end, and nobody was told.
TEST_F(StrangersTest, SecondProcessWithTheIdOfALiveNodeIsWarnedAboutOnceAMinute) {
  expect_quiet_ = false;
  const std::string warning = "node=0 mesh: another process takes the place of a peer that is alive";
  for (std::uint64_t round = 0; round < 3; ++round) {
    const auto twin = proven(kStrangersBoot + round, 1);
    EXPECT_TRUE(twin->heard_heartbeat());
    ASSERT_TRUE(grid_.run_until([&] { return grid_.whole(); }, 3s));
  }
  EXPECT_EQ(count(since(), warning), 1U);
  EXPECT_EQ(count(since(), "another process"), 1U) << "the others have nothing to do with it";
}

// A node that crashed and is back is not its own twin.
TEST_F(StrangersTest, RestartedNodeIsNotTakenForASecondProcess) {
  expect_quiet_ = false;
  grid_.crash(1);
  grid_.start(1);
  ++life_of_1_;
  grid_.run_for(3s);
  grid_.lose_power(1);
  grid_.start(1);
  ++life_of_1_;
  grid_.run_for(3s);
  EXPECT_EQ(count(since(), "another process"), 0U);
}

// Each link that came up once made the next wait short again, though none of them lasted.
TEST_F(StrangersTest, NodeWhoseLinksDoNotLastDialsLessAndLessOften) {
  expect_quiet_ = false;
  Duration last_wait{0};
  for (std::uint64_t round = 0; round < 10; ++round) {
    const auto twin = proven(kStrangersBoot + round, 1);
    EXPECT_FALSE(grid_.sees(0, 1));
    const MonotonicTime from = grid_.now();
    ASSERT_TRUE(grid_.run_until([&] { return grid_.sees(0, 1); }, 3s));
    last_wait = grid_.now() - from;
  }
  EXPECT_GT(last_wait, grid_.link_options(1).redial_most / 3);
  // A link that lasts makes up for it.
  grid_.run_for(1s);
  const auto twin = proven(kStrangersBoot + 99, 1);
  EXPECT_TRUE(grid_.run_until([&] { return grid_.sees(0, 1); }, 200ms));
  grid_.run_for(1s);
}

// A link that was blocked while its dial was under way once said hello all the same, as did a knock.
TEST(BlockedDialTest, PeerThatIsBlockedBeforeTheConnectionIsMadeHearsNothingUntilItIsUnblocked) {
  struct Listener final : base::ConnectionHandler {
    void on_bytes(std::span<const std::uint8_t> bytes) override { received += bytes.size(); }
    void on_end(std::string_view /*reason*/) override {}
    std::vector<std::unique_ptr<base::Connection>> connections;
    std::size_t received = 0;
  };
  for (const auto& [own, peer] : {std::pair{0U, 1U}, std::pair{1U, 0U}}) {
    for (const Duration dialled_for : {Duration{0}, Duration{500us}}) {
      GridOptions options;
      options.size = 2;
      options.network.least_delay = 1ms;
      SimulatedGrid grid(options);
      StrangerHost host(grid, peer);
      Listener listener;
      const auto listening = host.transport().listen({std::to_string(peer), kMeshPort}, [&](auto connection) {
        connection->set_handler(listener);
        listener.connections.push_back(std::move(connection));
      });
      ASSERT_TRUE(listening.has_value());
      grid.start(own);
      grid.run_for(dialled_for);
      grid.block(own, peer, {true, true});
      grid.run_for(5s);
      EXPECT_EQ(listener.received, 0U) << "from node " << own;
      grid.unblock(own, peer);
      grid.run_for(100ms);
      EXPECT_GT(listener.received, 0U) << "from node " << own;
      listener.connections.clear();
    }
  }
}

TEST(WrongKeyTest, NodesWithDifferentKeysNeverSeeEachOtherAndSayWhyOnceAMinute) {
  GridOptions options;
  options.size = 2;
  options.adjust = [](std::uint32_t id, linkmgr::LinkOptions& link) {
    link.grid_key.fill(static_cast<std::uint8_t>(id));
  };
  SimulatedGrid grid(options);
  grid.start_all();
  grid.run_for(50s);
  EXPECT_FALSE(grid.sees(0, 1));
  EXPECT_FALSE(grid.sees(1, 0));
  EXPECT_EQ(count(grid.trace(), "grid keys differ"), 2U) << grid.trace();
}

TEST(EavesdropperTest, BrokenSealEndsAnEncryptedLink) {
  GridOptions options;
  options.encryption = linkmgr::LinkEncryption::kAlways;
  SimulatedGrid grid(options);
  grid.start_all();
  grid.run_for(1s);
  ASSERT_TRUE(grid.whole());
  StrangerHost host(grid, kStrangerHost);
  Stranger peer(host, 0);
  grid.run_for(20ms);
  peer.say_hello(grid.link_options(1), kStrangersBoot, 1, grid.random());
  grid.run_for(30ms);
  peer.say_proof();
  grid.run_for(30ms);
  proto::LinkFrame frame;
  frame.mutable_room_line()->set_text("9 9");
  peer.say(frame);  // in the clear, where it should be sealed
  grid.run_for(50ms);
  EXPECT_TRUE(peer.ended());
  EXPECT_TRUE(grid.received(0, 1).empty());
}

}  // namespace
}  // namespace buzzer::simulation
