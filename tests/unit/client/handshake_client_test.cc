#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "client/handshake.h"

namespace buzzer::client {
namespace {

using testing::HasSubstr;

class OfferTest : public testing::Test {
 protected:
  [[nodiscard]] std::string why_no_request() const {
    const auto request = upgrade_request(offer_);
    return request ? "" : request.error().message;
  }
  [[nodiscard]] std::string chosen(const std::string& headers, const std::string& start = "HTTP/1.1 101 Fine") const {
    const auto answer = judge_answer(start + "\r\n" + headers + "\r\n", offer_);
    return answer ? *answer : "refused: " + answer.error().message;
  }

  UpgradeOffer offer_{"server.example.com", "/chat?x=1", "dGhlIHNhbXBsZSBub25jZQ==", {"chat", "superchat"}, {}};
  // What every good answer holds.
  const std::string base_ = "Upgrade: websocket\r\nConnection: Upgrade\r\n";
  const std::string accept_ = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";
};

TEST_F(OfferTest, RequestHoldsWhatTheRfcDemandsAndWhatIsAdded) {
  offer_.headers = {{"Origin", "http://example.com"}, {"Cookie", "session=x"}};
  EXPECT_EQ(upgrade_request(offer_),
            "GET /chat?x=1 HTTP/1.1\r\n"
            "Host: server.example.com\r\n"
            "Upgrade: websocket\r\n"
            "Connection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            "Sec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Protocol: chat, superchat\r\n"
            "Origin: http://example.com\r\n"
            "Cookie: session=x\r\n\r\n");
}

TEST_F(OfferTest, RequestIsAcceptedByTheServersRules) {
  const auto request = upgrade_request(offer_);
  ASSERT_TRUE(request);
  const auto head = parse_head(*request);
  ASSERT_TRUE(head) << head.error().message;
  const std::string_view spoken[] = {"superchat"};
  const auto verdict = judge_upgrade({"GET", 1, 1, HeaderList(head->headers)}, spoken);
  ASSERT_TRUE(verdict.is_accepted()) << verdict.reason;
  EXPECT_EQ(judge_answer(upgrade_answer(verdict), offer_), "superchat");
}

TEST_F(OfferTest, WhatCannotStandInARequestIsRefused) {
  const UpgradeOffer good = offer_;
  for (const auto* target : {"", "ws", "/a b", "/a\r\nX: y", "/caf\xc3\xa9", "/ws#part"}) {
    offer_.target = target;
    EXPECT_THAT(why_no_request(), HasSubstr("target")) << target;
  }
  offer_ = good;
  for (const auto* host : {"", "a\r\nX: y"}) {
    offer_.host = host;
    EXPECT_THAT(why_no_request(), HasSubstr("host")) << host;
  }
  offer_ = good;
  offer_.subprotocols = {"chat", "a b"};
  EXPECT_THAT(why_no_request(), HasSubstr("subprotocol"));
  offer_ = good;
  for (const auto& header : std::vector<OwnedHeader>{{"", "x"},
                                                     {"A b", "x"},
                                                     {"A", "x\r\nB: y"},
                                                     {"host", "x"},
                                                     {"Connection", "x"},
                                                     {"Upgrade", "x"},
                                                     {"Content-Length", "1"},
                                                     {"Transfer-Encoding", "chunked"},
                                                     {"sec-websocket-extensions", "permessage-deflate"}}) {
    offer_.headers = {header};
    EXPECT_THAT(why_no_request(), HasSubstr("header")) << header.name;
  }
}

TEST_F(OfferTest, GoodAnswersAreAccepted) {
  EXPECT_EQ(chosen(base_ + accept_), "");
  EXPECT_EQ(chosen(base_ + accept_ + "Sec-WebSocket-Protocol: superchat\r\n"), "superchat");
  EXPECT_EQ(chosen("upgrade: WebSocket\r\nCONNECTION: x, upgrade\r\n" + accept_), "");
  EXPECT_EQ(chosen(base_ + accept_, "HTTP/1.1 101"), "");
}

TEST_F(OfferTest, RefusalIsToldAsTheServerSaysIt) {
  EXPECT_THAT(chosen("", "HTTP/1.1 426 Upgrade Required"), HasSubstr("426 Upgrade Required"));
  EXPECT_THAT(chosen(base_ + accept_, "HTTP/1.1 1010 Odd"), HasSubstr("refused the upgrade"));
  EXPECT_THAT(chosen(base_ + accept_, "HTTP/1.1 200 OK"), HasSubstr("refused the upgrade"));
}

TEST_F(OfferTest, AnswersThatAreNotHttp11AreRefused) {
  EXPECT_THAT(chosen(base_ + accept_, "HTTP/1.0 101 Fine"), HasSubstr("not of HTTP/1.1"));
  EXPECT_THAT(chosen(base_ + accept_, "SSH-2.0"), HasSubstr("not of HTTP/1.1"));
  EXPECT_THAT(chosen("no header\r\n"), HasSubstr("no HTTP"));
}

TEST_F(OfferTest, AnswersThatLackAnythingAreRefused) {
  EXPECT_THAT(chosen("Connection: Upgrade\r\n" + accept_), HasSubstr("did not upgrade"));
  EXPECT_THAT(chosen("Upgrade: h2c\r\nConnection: Upgrade\r\n" + accept_), HasSubstr("did not upgrade"));
  EXPECT_THAT(chosen("Upgrade: websocket\r\n" + accept_), HasSubstr("Connection"));
  EXPECT_THAT(chosen(base_), HasSubstr("Accept"));
  EXPECT_THAT(chosen(base_ + accept_ + accept_), HasSubstr("Accept"));
  EXPECT_THAT(chosen(base_ + "Sec-WebSocket-Accept: S3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"), HasSubstr("Accept"));
}

TEST_F(OfferTest, WhatWasNotOfferedIsRefused) {
  EXPECT_THAT(chosen(base_ + accept_ + "Sec-WebSocket-Protocol: other\r\n"), HasSubstr("subprotocol"));
  EXPECT_THAT(chosen(base_ + accept_ + "Sec-WebSocket-Protocol: chat, superchat\r\n"), HasSubstr("subprotocol"));
  EXPECT_THAT(chosen(base_ + accept_ + "Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Protocol: chat\r\n"),
              HasSubstr("subprotocol"));
  EXPECT_THAT(chosen(base_ + accept_ + "Sec-WebSocket-Extensions: permessage-deflate\r\n"), HasSubstr("extension"));
}

}  // namespace
}  // namespace buzzer::client
