// What exceeds a limit, is malformed or takes too long: each gets its error, and costs nobody but itself.
#include <chrono>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/unit/http/fixture.h"

namespace buzzer::http {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

class HttpLimitsTest : public HttpTest {
 protected:
  // The connection is closed behind the answer, and the answer is not lost by that.
  void expect_refused(std::string_view request, int status, std::string_view code) {
    const auto client = connect();
    client->send(request);
    const Reply answer = reply(*client);
    EXPECT_EQ(answer.status, status) << request.substr(0, 60);
    EXPECT_EQ(nlohmann::json::parse(answer.body)["code"], code);
    EXPECT_EQ(answer.header("Connection"), "close");
    EXPECT_TRUE(until([&] { return client->ended; }));
    EXPECT_EQ(client->end_reason, "closed by peer");
  }
  [[nodiscard]] static std::string get_from(std::string_view host, std::string_view target = "/hello") {
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n";
  }
};

TEST_F(HttpLimitsTest, HeadOfMoreThanItsLimitIsRefused) {
  start();
  const std::string bare = get("/hello", "X: \r\n");
  const std::string most = get("/hello", "X: " + std::string(8192 - bare.size(), 'x') + "\r\n");
  ASSERT_EQ(most.size(), 8192U);
  EXPECT_EQ(ask(most).status, 200);
  expect_refused(get("/hello", "X: " + std::string(8193 - bare.size(), 'x') + "\r\n"), 431, "headers_too_large");
  expect_refused(get("/hello", "X: " + std::string(200'000, 'x') + "\r\n"), 431, "headers_too_large");
}

TEST_F(HttpLimitsTest, TargetThatFillsTheHeadIsTooLong) {
  start();
  expect_refused("GET /" + std::string(9000, 'x') + " HTTP/1.1\r\nHost: localhost\r\n\r\n", 414, "target_too_long");
}

TEST_F(HttpLimitsTest, MoreThanAHundredHeadersAreRefused) {
  start();
  std::string headers;
  for (int i = 0; i < 99; ++i) headers += "X: y\r\n";
  EXPECT_EQ(ask(get("/hello", headers)).status, 200);
  expect_refused(get("/hello", headers + "X: y\r\n"), 431, "headers_too_large");
}

TEST_F(HttpLimitsTest, BodyOfMoreThanItsLimitIsRefusedBeforeItIsRead) {
  start();
  const auto post = [](std::size_t size) {
    return "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n";
  };
  EXPECT_EQ(ask(post(65'536) + std::string(65'536, 'x')).body.size(), 65'536 + std::string("POST /echo? ").size());
  expect_refused(post(65'537), 413, "body_too_large");
  expect_refused(post(65'537) + std::string(65'537, 'x'), 413, "body_too_large");
  expect_refused("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999999\r\n\r\n", 413,
                 "body_too_large");
}

TEST_F(HttpLimitsTest, WhatIsUnclearIsRefused) {
  start();
  const std::string post = "POST /echo HTTP/1.1\r\nHost: localhost\r\n";
  expect_refused(post + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411, "length_required");
  expect_refused(post + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501, "not_implemented");
  expect_refused(post + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc", 400, "bad_request");
  expect_refused(post + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400, "bad_request");
  expect_refused(post + "Content-Length: +3\r\n\r\nabc", 400, "bad_request");
  expect_refused(post + "Content-Length: 3\r\nExpect: more\r\n\r\nabc", 417, "expectation_failed");
  expect_refused("GET /hello HTTP/1.1\r\n\r\n", 400, "bad_request");
  expect_refused("GET /hello HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", 400, "bad_request");
  expect_refused("GET /hello HTTP/1.1\r\nHost : localhost\r\n\r\n", 400, "bad_request");
  expect_refused("GET  /hello HTTP/1.1\r\nHost: localhost\r\n\r\n", 400, "bad_request");
  expect_refused("GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n", 400, "bad_request");
  expect_refused("GET /hello\r\nHost: localhost\r\n\r\n", 400, "bad_request");
  expect_refused("GET /hello HTTP/2.0\r\nHost: localhost\r\n\r\n", 505, "http_version");
  expect_refused("GET /hello HTTP/1.10\r\nHost: localhost\r\n\r\n", 400, "bad_request");
  expect_refused("GET /hello HTTP/1.x\r\nHost: localhost\r\n\r\n", 400, "bad_request");
}

// It was refused with 505; RFC 9110, 2.5: it is processed as the highest minor version that is known.
TEST_F(HttpLimitsTest, HigherMinorVersionIsAnsweredAsOurs) {
  start();
  const auto client = connect();
  for (int i = 0; i < 2; ++i) {
    client->send("GET /hello HTTP/1.2\r\nHost: localhost\r\n\r\n");
    const Reply told = reply(*client);
    EXPECT_EQ(told.status, 200);
    EXPECT_EQ(told.body, "hello");
  }
}

TEST_F(HttpLimitsTest, AnswersToItsOwnNamesOnly) {
  options_.host_names = {"buzzer.example"};
  start();
  for (const char* host : {"localhost", "LocalHost:8080", "127.0.0.1", "127.0.0.1:1", "[::1]", "[::1]:8080",
                           "buzzer.example", "Buzzer.Example:443"}) {
    EXPECT_EQ(ask(get_from(host)).status, 200) << host;
  }
  for (const char* host : {"evil.example", "localhost.evil.example", "192.0.2.1", "[2001:db8::1]", "", "::1", "[::1",
                           "localhost:x", "localhost:80:80", "127.0.0.1@evil.example"}) {
    const Reply reply = ask(get_from(host));
    EXPECT_EQ(reply.status, 421) << host;
    EXPECT_THAT(reply.body, HasSubstr("does not answer to the Host"));
  }
  EXPECT_EQ(ask(get_from("localhost", "http://evil.example/hello")).status, 421);
  EXPECT_EQ(ask(get_from("evil.example", "HTTP://localhost:8080/hello")).status, 200);
}

TEST_F(HttpLimitsTest, RequestThatDripsInIsCutOff) {
  options_.times.request = milliseconds(600);
  start();
  const auto client = connect();
  client->send("GET /hello HTTP/1.1\r\n");
  const auto begin = loop_.now();
  auto next = begin;
  // A byte every 50 ms, which is never the end of the head.
  ASSERT_TRUE(until([&] {
    if (!client->ended && client->received.empty() && loop_.now() >= next) {
      client->send("x");
      next = loop_.now() + milliseconds(50);
    }
    return client->ended;
  }));
  EXPECT_GE(loop_.now() - begin, milliseconds(500));
  EXPECT_EQ(reply(*client).status, 408);
  EXPECT_EQ(server_->counts().timed_out, 1U);
}

TEST_F(HttpLimitsTest, ConnectionThatAsksNothingIsClosed) {
  options_.times.request = milliseconds(100);
  start();
  const auto client = connect();
  ASSERT_TRUE(until([&] { return client->ended; }));
  EXPECT_EQ(client->received, "");
}

TEST_F(HttpLimitsTest, KeptConnectionMayIdleLongerThanARequestMayTake) {
  options_.times.request = milliseconds(300);
  options_.times.keep_alive = milliseconds(1200);
  start();
  const auto client = connect();
  client->send(get("/hello"));
  EXPECT_EQ(reply(*client).status, 200);
  const auto begin = loop_.now();
  ASSERT_TRUE(until([&] { return client->ended; }));
  EXPECT_GE(loop_.now() - begin, milliseconds(1150));
  EXPECT_EQ(client->received, "");
}

TEST_F(HttpLimitsTest, HandlerThatForgetsToAnswerIsAnsweredForIt) {
  routes_.add_exact("/forgotten", [](const Request&, const Answer&) {});
  options_.times.answer = milliseconds(100);
  start();
  const Reply reply = ask(get("/forgotten"));
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(nlohmann::json::parse(reply.body)["definite"], false);
}

TEST_F(HttpLimitsTest, ClientThatDoesNotReadItsAnswerIsGivenUp) {
  const auto large = std::make_shared<const std::string>(64UL << 20, 'x');
  routes_.add_exact("/large", [&](const Request&, const Answer& answer) { answer.respond({200, {}, large}); });
  options_.times.stalled = milliseconds(300);
  start();
  const auto client = connect();
  client->connection->set_reading(false);
  client->send(get("/large"));
  ASSERT_TRUE(until([&] { return server_->counts().requests == 1 && server_->connections() == 0; }));
  EXPECT_EQ(large.use_count(), 1);
  EXPECT_EQ(server_->counts().timed_out, 1U);
}

TEST_F(HttpLimitsTest, ConnectionBeyondTheLimitIsToldSoAndClosed) {
  options_.most_connections = 2;
  start();
  auto one = connect();
  auto two = connect();
  auto three = connect();
  EXPECT_EQ(reply(*three).status, 503);
  ASSERT_TRUE(until([&] { return three->ended; }));
  EXPECT_EQ(server_->counts().turned_away, 1U);
  two.reset();
  ASSERT_TRUE(until([&] { return server_->connections() == 1; }));
  EXPECT_EQ(ask(get("/hello")).status, 200);
  one->send(get("/hello"));
  EXPECT_EQ(reply(*one).status, 200);
}

TEST_F(HttpLimitsTest, WhoeverGoesInTheMiddleOfItsRequestLeavesNothing) {
  start();
  for (const std::string& part :
       {std::string("GET /he"), get("/hello").substr(0, 30),
        std::string("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nab")}) {
    auto client = connect();
    client->send(part);
    ASSERT_EQ(ask(get("/hello")).status, 200);
    client.reset();
    EXPECT_TRUE(until([&] { return server_->connections() == 0; }));
  }
}

}  // namespace
}  // namespace buzzer::http
