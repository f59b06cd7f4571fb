#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "client/handshake.h"

namespace buzzer::client {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// The request of RFC 6455, 1.2, and changes to it.
class UpgradeTest : public testing::Test {
 protected:
  void set(const std::string& name, const std::string& value) {
    remove(name);
    add(name, value);
  }
  void add(const std::string& name, const std::string& value) { headers_.push_back({name, value}); }
  void remove(const std::string& name) {
    headers_.erase(std::remove_if(headers_.begin(), headers_.end(), [&](const auto& h) { return h.name == name; }),
                   headers_.end());
  }

  [[nodiscard]] UpgradeVerdict judge() const {
    std::vector<Header> views;
    for (const OwnedHeader& header : headers_) views.push_back({header.name, header.value});
    return judge_upgrade({method_, major_, minor_, HeaderList(views)}, spoken_);
  }
  [[nodiscard]] int status() const { return judge().status; }

  static std::string value(const UpgradeVerdict& verdict, std::string_view name) {
    for (const OwnedHeader& header : verdict.headers) {
      if (header.name == name) return header.value;
    }
    return "(none)";
  }

  std::string method_ = "GET";
  int major_ = 1;
  int minor_ = 1;
  std::vector<std::string_view> spoken_ = {"chat", "superchat"};
  std::vector<OwnedHeader> headers_ = {
      {"Host", "server.example.com"},   {"Upgrade", "websocket"},
      {"Connection", "Upgrade"},        {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
      {"Origin", "http://example.com"}, {"Sec-WebSocket-Version", "13"}};
};

// RFC 6455, 1.3.
TEST_F(UpgradeTest, ExampleOfTheRfcIsAnsweredByteForByte) {
  add("Sec-WebSocket-Protocol", "chat, superchat");
  const auto verdict = judge();
  ASSERT_TRUE(verdict.is_accepted()) << verdict.reason;
  EXPECT_EQ(upgrade_answer(verdict),
            "HTTP/1.1 101 Switching Protocols\r\n"
            "Upgrade: websocket\r\n"
            "Connection: Upgrade\r\n"
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            "Sec-WebSocket-Protocol: chat\r\n\r\n");
}

TEST_F(UpgradeTest, WithoutSubprotocolNoneIsAnswered) {
  const auto verdict = judge();
  EXPECT_TRUE(verdict.is_accepted());
  EXPECT_EQ(verdict.subprotocol, "");
  EXPECT_FALSE(verdict.offered_subprotocols);
  EXPECT_EQ(value(verdict, "Sec-WebSocket-Protocol"), "(none)");
}

TEST_F(UpgradeTest, OtherMethodsAreRefused) {
  for (const auto* method : {"POST", "HEAD", "get"}) {
    method_ = method;
    EXPECT_EQ(status(), 405);
    EXPECT_EQ(value(judge(), "Allow"), "GET");
  }
}

TEST_F(UpgradeTest, OlderHttpIsRefused) {
  minor_ = 0;
  EXPECT_EQ(status(), 505);
  major_ = 0;
  minor_ = 9;
  EXPECT_EQ(status(), 505);
  major_ = 1;
  minor_ = 2;
  EXPECT_EQ(status(), 101);
  major_ = 2;
  minor_ = 0;
  EXPECT_EQ(status(), 101);
}

TEST_F(UpgradeTest, WithoutUpgradeItSaysWhatToUpgradeTo) {
  for (const auto* upgrade : {"", "h2c", "websocket2", "web socket"}) {
    set("Upgrade", upgrade);
    const auto verdict = judge();
    EXPECT_EQ(verdict.status, 426) << upgrade;
    EXPECT_EQ(value(verdict, "Upgrade"), "websocket");
    EXPECT_EQ(value(verdict, "Sec-WebSocket-Version"), "13");
    EXPECT_EQ(value(verdict, "Sec-WebSocket-Accept"), "(none)");
  }
  remove("Upgrade");
  EXPECT_EQ(status(), 426);
}

TEST_F(UpgradeTest, TokensMayStandInListsAndInAnyCase) {
  set("Upgrade", "h2c, WebSocket");
  set("Connection", "keep-alive, UPGRADE");
  EXPECT_EQ(status(), 101);
}

TEST_F(UpgradeTest, ConnectionMustSayUpgrade) {
  set("Connection", "keep-alive");
  EXPECT_EQ(status(), 400);
  EXPECT_THAT(judge().reason, HasSubstr("Connection"));
  remove("Connection");
  EXPECT_EQ(status(), 400);
}

TEST_F(UpgradeTest, HostMustBeThereOnce) {
  add("Host", "another");
  EXPECT_EQ(status(), 400);
  set("Host", "");
  EXPECT_EQ(status(), 400);
  remove("Host");
  EXPECT_EQ(status(), 400);
  EXPECT_THAT(judge().reason, HasSubstr("Host"));
}

TEST_F(UpgradeTest, BodyIsRefused) {
  add("Content-Length", "5");
  EXPECT_EQ(status(), 400);
  set("Content-Length", "0");
  EXPECT_EQ(status(), 101);
  add("Content-Length", "0");
  EXPECT_EQ(status(), 400);
  remove("Content-Length");
  add("Transfer-Encoding", "chunked");
  EXPECT_EQ(status(), 400);
  EXPECT_THAT(judge().reason, HasSubstr("body"));
}

TEST_F(UpgradeTest, OtherVersionsAreToldTheRightOne) {
  for (const auto* version : {"", "12", "14", "8", "013", "13, 8"}) {
    set("Sec-WebSocket-Version", version);
    EXPECT_EQ(status(), 426) << version;
    EXPECT_EQ(value(judge(), "Sec-WebSocket-Version"), "13");
  }
  set("Sec-WebSocket-Version", "13");
  add("Sec-WebSocket-Version", "13");
  EXPECT_EQ(status(), 426);
  remove("Sec-WebSocket-Version");
  EXPECT_EQ(status(), 426);
}

TEST_F(UpgradeTest, KeyMustBeSixteenBytesInBase64) {
  for (const auto* key : {"", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQAA",
                          "dGhlIHNhbXBsZSBub25j", "dGhlIHNhbXBsZSBub25jZWU=", "dGhlIHNhbXBsZSBub25jZQ===",
                          "dGhlIHNhbXBs-SBub25jZQ==", "dGhlIHNhbXBs SBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQA=="}) {
    set("Sec-WebSocket-Key", key);
    EXPECT_EQ(status(), 400) << key;
    EXPECT_THAT(judge().reason, HasSubstr("Sec-WebSocket-Key"));
  }
  remove("Sec-WebSocket-Key");
  EXPECT_EQ(status(), 400);
  add("Sec-WebSocket-Key", "AZaz09+/AAAAAAAAAAAAAA==");
  EXPECT_EQ(status(), 101);
  add("Sec-WebSocket-Key", "AZaz09+/AAAAAAAAAAAAAA==");
  EXPECT_EQ(status(), 400);
}

TEST_F(UpgradeTest, FirstOfTheClientsSubprotocolsThatIsSpokenIsTaken) {
  add("Sec-WebSocket-Protocol", "unknown, superchat");
  add("Sec-WebSocket-Protocol", "chat");
  EXPECT_EQ(judge().subprotocol, "superchat");
}

TEST_F(UpgradeTest, WithoutAgreementNoSubprotocolIsAnswered) {
  add("Sec-WebSocket-Protocol", "unknown, Chat");
  const auto verdict = judge();
  EXPECT_TRUE(verdict.is_accepted());
  EXPECT_TRUE(verdict.offered_subprotocols);
  EXPECT_EQ(verdict.subprotocol, "");
  EXPECT_EQ(value(verdict, "Sec-WebSocket-Protocol"), "(none)");
}

TEST_F(UpgradeTest, MalformedSubprotocolsAreRefused) {
  for (const auto* offered : {"chat, chat", "cha t", "chat, a/b"}) {
    set("Sec-WebSocket-Protocol", offered);
    EXPECT_EQ(status(), 400) << offered;
  }
}

TEST_F(UpgradeTest, ExtensionsAreDeclined) {
  add("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits");
  const auto verdict = judge();
  EXPECT_TRUE(verdict.is_accepted());
  EXPECT_THAT(upgrade_answer(verdict), Not(HasSubstr("Extensions")));
}

TEST_F(UpgradeTest, RefusalSaysWhy) {
  method_ = "POST";
  EXPECT_THAT(judge().reason, Not(IsEmpty()));
  EXPECT_FALSE(judge().is_accepted());
}

TEST(UpgradeKeyTest, KeysAreSixteenRandomBytes) {
  base::SeededRandom random(1);
  const std::string key = make_key(random);
  EXPECT_EQ(key.size(), 24U);
  EXPECT_NE(make_key(random), key);
  EXPECT_EQ(accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

}  // namespace
}  // namespace buzzer::client
