#include "node/node_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace buzzer::node {
namespace {

using base::Endpoint;
using base::NodeId;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

// Node 1 of a local grid of 3.
NodeOptions local() {
  NodeOptions options;
  options.id = 1;
  options.grid_size = 3;
  return options;
}

std::string error_of(const NodeOptions& options) {
  const auto completed = complete(options);
  return completed ? "(none)" : completed.error().message;
}

std::string peer_error(const std::vector<std::string>& peers) {
  NodeOptions options = local();
  options.peers = peers;
  return error_of(options);
}

TEST(NodeOptionsTest, DefaultsRestOnTheIdAndTheGrid) {
  const auto options = complete(local());
  ASSERT_TRUE(options);
  EXPECT_EQ(options->mesh_port, 3001);
  EXPECT_EQ(options->control_port, 10001);
  EXPECT_EQ(options->client_port, 8081);
  EXPECT_EQ(options->run_folder, "run/local/node-1");
  EXPECT_EQ(options->grid_key_file, "run/local/grid.key");
  EXPECT_TRUE(options->make_grid_key);
}

TEST(NodeOptionsTest, WhatIsSaidIsKept) {
  NodeOptions said = local();
  said.mesh_port = 7000;
  said.control_port = 7001;
  said.run_folder = "/var/lib/buzzer";
  said.grid_key_file = "/etc/buzzer/key";
  const auto options = complete(said);
  ASSERT_TRUE(options);
  EXPECT_EQ(options->mesh_port, 7000);
  EXPECT_EQ(options->control_port, 7001);
  EXPECT_EQ(options->run_folder, "/var/lib/buzzer");
  EXPECT_EQ(options->grid_key_file, "/etc/buzzer/key");
  EXPECT_FALSE(options->make_grid_key) << "a key that somebody names is never made up";
}

TEST(NodeOptionsTest, CompletingTwiceChangesNothing) {
  const auto once = complete(local());
  ASSERT_TRUE(once);
  const auto twice = complete(*once);
  ASSERT_TRUE(twice);
  EXPECT_EQ(to_config_text(*twice), to_config_text(*once));
  EXPECT_EQ(twice->make_grid_key, once->make_grid_key);
}

TEST(NodeOptionsTest, IdIsBelowTheGridSize) {
  NodeOptions options = local();
  options.id = 3;
  EXPECT_THAT(error_of(options), AllOf(HasSubstr("--id: 3"), HasSubstr("0 to 2"), HasSubstr("--grid-size")));
}

TEST(NodeOptionsTest, GridNameFitsIntoAFolderName) {
  NodeOptions options = local();
  for (const std::string& name : {std::string(), std::string("a/b"), std::string("a b"), std::string(".."),
                                  std::string(".hidden"), std::string("gr\xc3\xbcn"), std::string(65, 'x')}) {
    options.grid = name;
    EXPECT_THAT(error_of(options), HasSubstr("--grid: \"" + name + "\"")) << name;
  }
  for (const std::string& name : {std::string("a"), std::string("My_grid-2.0"), std::string(64, 'x')}) {
    options.grid = name;
    EXPECT_TRUE(complete(options)) << name;
  }
}

TEST(NodeOptionsTest, TimeoutHoldsThreeHeartbeats) {
  NodeOptions options = local();
  options.heartbeat_interval_ms = 100;
  options.heartbeat_timeout_ms = 299;
  EXPECT_THAT(error_of(options), AllOf(HasSubstr("--heartbeat-timeout: 299"), HasSubstr("300")));
  options.heartbeat_timeout_ms = 300;
  EXPECT_TRUE(complete(options));
}

TEST(NodeOptionsTest, BindIsAnAddress) {
  NodeOptions options = local();
  for (const char* name : {"localhost", "", "127.0.0.1:3000", "[::1]"}) {
    options.bind = name;
    EXPECT_THAT(error_of(options), HasSubstr(std::string("--bind: \"") + name + '"'));
  }
  options.bind = "::1";
  EXPECT_TRUE(complete(options));
}

TEST(NodeOptionsTest, LeavingLoopbackTakesANamedKey) {
  NodeOptions options = local();
  for (const char* address : {"0.0.0.0", "10.0.0.1", "::"}) {
    options.bind = address;
    options.grid_key_file.clear();
    EXPECT_THAT(error_of(options), AllOf(HasSubstr(address), HasSubstr("--grid-key-file")));
    options.grid_key_file = "some.key";
    EXPECT_TRUE(complete(options)) << address;
  }
}

TEST(NodeOptionsTest, PortsDiffer) {
  NodeOptions options = local();
  options.control_port = 3001;  // the mesh's default
  EXPECT_THAT(error_of(options), HasSubstr("--control-port: 3001"));
}

TEST(NodeOptionsTest, ClientsHaveAPortOfTheirOwnUnlessNoneAreServed) {
  for (const std::uint16_t taken : {std::uint16_t{3001}, std::uint16_t{10001}}) {
    NodeOptions options = local();
    options.client_port = taken;
    EXPECT_THAT(error_of(options), HasSubstr("--client-port: " + std::to_string(taken)));
    options.no_clients = true;
    EXPECT_TRUE(complete(options));
  }
}

TEST(NodeOptionsTest, TheRoomHasAPortOfItsOwnUnlessItHasNoClients) {
  for (const std::uint16_t taken : {std::uint16_t{3001}, std::uint16_t{10001}, std::uint16_t{8081}}) {
    NodeOptions options = local();
    options.room_port = taken;
    EXPECT_THAT(error_of(options), HasSubstr("--room-port: " + std::to_string(taken)));
    options.no_room = true;
    EXPECT_TRUE(complete(options));
  }
  NodeOptions options = local();
  options.room_port = 8081;
  options.no_clients = true;
  EXPECT_TRUE(complete(options)) << "nothing else takes that port";
}

TEST(NodeOptionsTest, ClientUrlIsIdAndWebSocketUrl) {
  const std::string long_url = "1=ws://" + std::string(252, 'x');
  for (const std::string& text :
       {std::string(), std::string("1"), std::string("=ws://h/ws"), std::string("x=ws://h/ws"), std::string("1=h"),
        std::string("1=http://h/ws"), std::string("1=ws://"), std::string("1=ws://h/ ws"), std::string("1=ws://h/\"ws"),
        std::string("1=ws://h/\x1b[2J"), long_url}) {
    NodeOptions options = local();
    options.client_urls = {text};
    EXPECT_THAT(error_of(options), AllOf(HasSubstr("--client-url: \"" + text), HasSubstr("id=url"))) << text;
  }
  NodeOptions options = local();
  options.client_urls = {"3=ws://h/ws"};
  EXPECT_THAT(error_of(options), AllOf(HasSubstr("--client-url: \"3=ws://h/ws\""), HasSubstr("0 to 2")));
  options.client_urls = {"0=ws://h/ws", "0=ws://i/ws"};
  EXPECT_THAT(error_of(options), AllOf(HasSubstr("\"0=ws://i/ws\""), HasSubstr("twice")));
}

TEST(NodeOptionsTest, ThisNodesUrlIsItsPortUnlessItIsNamed) {
  NodeOptions said = local();
  said.client_urls = {"0=wss://buzz.example/0"};
  auto options = complete(said);
  ASSERT_TRUE(options);
  EXPECT_THAT(client_urls(*options),
              ElementsAre(Pair(NodeId(0), "wss://buzz.example/0"), Pair(NodeId(1), "ws://127.0.0.1:8081/ws")));
  said.client_urls = {"1=wss://buzz.example/1"};
  options = complete(said);
  ASSERT_TRUE(options);
  EXPECT_THAT(client_urls(*options), ElementsAre(Pair(NodeId(1), "wss://buzz.example/1")));
  said.client_urls.clear();
  said.no_clients = true;
  options = complete(said);
  ASSERT_TRUE(options);
  EXPECT_THAT(client_urls(*options), testing::IsEmpty());
}

TEST(NodeOptionsTest, PeerIsIdAndEndpoint) {
  for (const char* text : {"", "0", "=h:1", "x=h:1", "-1=h:1", "0 =h:1", "h:1", "0:h:1"}) {
    EXPECT_THAT(peer_error({text}), AllOf(HasSubstr("--peer"), HasSubstr("id=host:port"))) << text;
  }
  for (const char* text : {"0=", "0=h", "0=:1", "0=h:0", "0=h:65536"}) {
    EXPECT_THAT(peer_error({text}), HasSubstr("--peer: ")) << text;
  }
}

TEST(NodeOptionsTest, PeersAreTheOtherNodesEachNamedOnce) {
  for (const char* text : {"3=h:1", "1=h:1", "4294967295=h:1"}) {
    EXPECT_THAT(peer_error({text}), AllOf(HasSubstr(text), HasSubstr("0 to 2, not 1 itself"))) << text;
  }
  EXPECT_THAT(peer_error({"0=h:1", "2=h:1", "0=h:2"}), AllOf(HasSubstr("\"0=h:2\""), HasSubstr("twice")));
}

TEST(NodeOptionsTest, UnnamedPeersAreOfTheLocalGrid) {
  NodeOptions said = local();
  said.peers = {"2=[fe80::2]:4000"};
  const auto options = complete(said);
  ASSERT_TRUE(options);
  EXPECT_THAT(link_options(*options, {}).peers,
              ElementsAre(Pair(NodeId(0), Endpoint{"127.0.0.1", 3000}), Pair(NodeId(2), Endpoint{"fe80::2", 4000})));
}

TEST(NodeOptionsTest, MeshIsToldWhatConcernsIt) {
  NodeOptions said = local();
  said.grid = "home";
  said.heartbeat_interval_ms = 20;
  said.heartbeat_timeout_ms = 90;
  said.encryption = linkmgr::LinkEncryption::kAlways;
  const auto options = complete(said);
  ASSERT_TRUE(options);
  const linkmgr::GridKey key{1, 2, 3};
  const linkmgr::LinkOptions link = link_options(*options, key);
  EXPECT_EQ(link.self, NodeId(1));
  EXPECT_EQ(link.grid_size, 3U);
  EXPECT_EQ(link.grid_id, "home");
  EXPECT_EQ(link.grid_key, key);
  EXPECT_EQ(link.listen, (Endpoint{"127.0.0.1", 3001}));
  EXPECT_EQ(link.heartbeat_interval, std::chrono::milliseconds(20));
  EXPECT_EQ(link.heartbeat_timeout, std::chrono::milliseconds(90));
  EXPECT_EQ(link.encryption, linkmgr::LinkEncryption::kAlways);
}

TEST(NodeOptionsTest, LabsLinkFormatIsForLoopbackAlone) {
  NodeOptions lab = local();
  lab.link_format = linkmgr::LinkFormat::kLab;
  lab.peers = {"0=localhost:3000"};
  const auto options = complete(lab);
  ASSERT_TRUE(options);
  EXPECT_EQ(link_options(*options, {}).format, linkmgr::LinkFormat::kLab);
  EXPECT_THAT(to_config_text(*options), HasSubstr("link-format = \"lab\"\n"));
  const auto leaves = HasSubstr("leaves loopback: with --link-format lab nobody proves who he is");
  NodeOptions bound = lab;
  bound.bind = "192.0.2.1";
  EXPECT_THAT(error_of(bound), AllOf(HasSubstr("--bind: \"192.0.2.1\""), leaves));
  bound.grid_key_file = "keys/grid";
  EXPECT_THAT(error_of(bound), leaves) << "a key does not help";
  NodeOptions far = lab;
  far.peers = {"0=localhost:3000", "2=node2.example:3002"};
  EXPECT_THAT(error_of(far), AllOf(HasSubstr("--peer: \"2=node2.example:3002\""), leaves));
  NodeOptions sealed = lab;
  sealed.encryption = linkmgr::LinkEncryption::kAlways;
  EXPECT_THAT(error_of(sealed), HasSubstr("--link-encryption: always"));
}

TEST(NodeOptionsTest, GridOfOneHasNoPeers) {
  const auto options = complete(NodeOptions{});
  ASSERT_TRUE(options);
  EXPECT_THAT(link_options(*options, {}).peers, testing::IsEmpty());
  EXPECT_THAT(to_config_text(*options), testing::Not(HasSubstr("peer =")));
}

TEST(NodeOptionsTest, ConfigTextLeavesOutTheKeyFileThatIsMadeAtFirstStart) {
  const auto options = complete(local());
  ASSERT_TRUE(options);
  EXPECT_EQ(options->grid_key_file, "run/local/grid.key");
  EXPECT_THAT(to_config_text(*options), testing::Not(HasSubstr("grid-key-file")));
}

TEST(NodeOptionsTest, ConfigTextSaysEveryOption) {
  NodeOptions said = local();
  said.peers = {"0=10.0.0.1:5"};
  said.web_root = "web/dist";
  said.static_root = "old client";
  said.host_names = {"buzz.example", "b.example"};
  said.client_urls = {"0=wss://buzz.example/0"};
  said.public_grid = true;
  said.echo = true;
  said.cheap_passwords = true;
  said.lose_unsynced = 7;
  said.grid_key_file = "keys/grid";
  said.ephemeral = true;
  said.log_level = base::LogLevel::kWarn;
  said.log_format = base::LogFormat::kJson;
  const auto options = complete(said);
  ASSERT_TRUE(options);
  EXPECT_EQ(to_config_text(*options),
            "[node]\n"
            "id = 1\n"
            "grid-size = 3\n"
            "grid = \"local\"\n"
            "run-folder = \"run/local/node-1\"\n"
            "bind = \"127.0.0.1\"\n"
            "mesh-port = 3001\n"
            "control-port = 10001\n"
            "client-port = 8081\n"
            "no-clients = false\n"
            "room-port = 4001\n"
            "no-room = false\n"
            "web-root = \"web/dist\"\n"
            "static-root = \"old client\"\n"
            "host-name = [\"buzz.example\", \"b.example\"]\n"
            "client-url = [\"0=wss://buzz.example/0\"]\n"
            "public-grid = true\n"
            "test-echo = true\n"
            "test-cheap-passwords = true\n"
            "test-lose-unsynced = 7\n"
            "peer = [\"0=10.0.0.1:5\", \"2=127.0.0.1:3002\"]\n"
            "heartbeat-interval = 100\n"
            "heartbeat-timeout = 500\n"
            "grid-key-file = \"keys/grid\"\n"
            "link-encryption = \"auto\"\n"
            "link-format = \"buzzer\"\n"
            "ephemeral = true\n"
            "log-level = \"warn\"\n"
            "log-format = \"json\"\n");
}

}  // namespace
}  // namespace buzzer::node
