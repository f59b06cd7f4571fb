// Requests and answers on real sockets of the loopback interface.
#include "node/http/server.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/unit/http/fixture.h"

namespace buzzer::http {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

class HttpServerTest : public HttpTest {};

TEST_F(HttpServerTest, AnswersWithBodyLengthAndDate) {
  start();
  const Reply reply = ask(get("/hello"));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, "hello");
  EXPECT_EQ(reply.header("Content-Type"), "text/plain");
  EXPECT_EQ(reply.header("Content-Length"), "5");
  EXPECT_THAT(reply.header("Date"), MatchesRegex("[MTWFS][a-z][a-z], [0-9][0-9] [JFMASOND][a-z][a-z] 20[0-9][0-9] "
                                                 "[0-9][0-9]:[0-9][0-9]:[0-9][0-9] GMT"));
}

TEST_F(HttpServerTest, EveryAnswerHasTheHeadersThatKeepBrowsersSafe) {
  start();
  for (const char* path : {"/hello", "/nothing"}) {
    const Reply reply = ask(get(path));
    EXPECT_EQ(reply.header("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(reply.header("Referrer-Policy"), "no-referrer");
    EXPECT_EQ(reply.header("X-Frame-Options"), "DENY");
    EXPECT_EQ(reply.header("Content-Security-Policy"), kNothingAllowed);
  }
}

TEST_F(HttpServerTest, HandlerIsToldWhatWasAskedAndByWhom) {
  std::string seen;
  routes_.add_exact("/a b",
                    [&](const Request& request, const Answer& answer) {
                      seen = std::string(request.method) + "|" + request.path + "|" + std::string(request.query) + "|" +
                             std::string(request.headers.only("x-one").value_or("-")) + "|" +
                             std::string(request.body) + "|" + (request.is_from_loopback ? "loopback" : "elsewhere");
                      EXPECT_THAT(std::string(request.peer), testing::StartsWith("127.0.0.1:"));
                      answer.respond({204, {}, nullptr});
                    },
                    {"POST"});
  start();
  const Reply reply =
      ask("POST /a%20b?c=%20d HTTP/1.1\r\nHost: localhost\r\nX-One:  1 \r\nContent-Length: 4\r\n\r\nbody");
  EXPECT_EQ(seen, "POST|/a b|c=%20d|1|body|loopback");
  EXPECT_EQ(reply.status, 204);
  EXPECT_EQ(reply.header("Content-Length"), "-");
}

TEST_F(HttpServerTest, ConnectionIsKeptForTheNextRequest) {
  start();
  const auto client = connect();
  for (int i = 0; i < 3; ++i) {
    client->send(get("/hello"));
    EXPECT_EQ(reply(*client).body, "hello");
  }
  EXPECT_FALSE(client->ended);
  EXPECT_EQ(server_->counts().connections, 1U);
  EXPECT_EQ(server_->counts().requests, 3U);
}

TEST_F(HttpServerTest, WhoeverAsksForItToBeClosedSeesItClosed) {
  start();
  for (const std::string& request :
       {get("/hello", "Connection: x, Close\r\n"), std::string("GET /hello HTTP/1.0\r\nHost: localhost\r\n\r\n")}) {
    const auto client = connect();
    client->send(request);
    const Reply answer = reply(*client);
    EXPECT_EQ(answer.body, "hello");
    EXPECT_EQ(answer.header("Connection"), "close");
    EXPECT_TRUE(until([&] { return client->ended; }));
    EXPECT_EQ(client->end_reason, "closed by peer");
  }
}

TEST_F(HttpServerTest, PipelinedRequestsAreAnsweredInOrder) {
  start();
  const auto client = connect();
  std::string requests;
  for (int i = 0; i < 500; ++i) requests += get("/echo?" + std::to_string(i));
  client->send(requests);
  for (int i = 0; i < 500; ++i) ASSERT_EQ(reply(*client).body, "GET /echo?" + std::to_string(i) + " ");
  EXPECT_EQ(client->received, "");
}

TEST_F(HttpServerTest, WhatIsPipelinedBehindASlowAnswerWaits) {
  std::function<void(const Response&)> respond;
  routes_.add_exact("/slow", [&](const Request&, const Answer& answer) { respond = answer.respond; });
  start();
  const auto client = connect();
  client->send(get("/slow") + get("/hello"));
  ASSERT_TRUE(until([&] { return respond != nullptr; }));
  EXPECT_EQ(ask(get("/hello")).body, "hello");  // by another connection: that had time to arrive
  EXPECT_EQ(client->received, "");
  EXPECT_EQ(server_->counts().requests, 2U);
  respond(make_response(200, "text/plain", "at last"));
  EXPECT_EQ(reply(*client).body, "at last");
  EXPECT_EQ(reply(*client).body, "hello");
}

TEST_F(HttpServerTest, SecondAnswerAndOneToAConnectionThatIsGoneDoNothing) {
  std::function<void(const Response&)> respond;
  routes_.add_exact("/slow", [&](const Request&, const Answer& answer) { respond = answer.respond; });
  options_.times.keep_alive = std::chrono::milliseconds(1);
  start();
  const auto client = connect();
  client->send(get("/slow"));
  ASSERT_TRUE(until([&] { return respond != nullptr; }));
  respond(make_response(200, "text/plain", "one"));
  respond(make_response(200, "text/plain", "two"));
  EXPECT_EQ(reply(*client).body, "one");
  ASSERT_TRUE(until([&] { return client->ended && server_->connections() == 0; }));
  respond(make_response(200, "text/plain", "three"));
  EXPECT_EQ(client->received, "");
}

TEST_F(HttpServerTest, PipelinedRequestsAreReadAtEverySplit) {
  start();
  const std::string requests = get("/echo?1") +
                               "POST /echo?2 HTTP/1.1\r\nHost: [::1]:80\r\nContent-Length: 3\r\n\r\nabc" +
                               get("/echo?3", "Connection: close\r\n");
  for (std::size_t split = 1; split < requests.size(); ++split) {
    const auto client = connect();
    client->send(requests.substr(0, split));
    // The first part has been read once a later connection has been served.
    ASSERT_EQ(ask(get("/hello")).status, 200);
    client->send(requests.substr(split));
    ASSERT_EQ(reply(*client).body, "GET /echo?1 ") << split;
    ASSERT_EQ(reply(*client).body, "POST /echo?2 abc") << split;
    ASSERT_EQ(reply(*client).body, "GET /echo?3 ") << split;
  }
}

TEST_F(HttpServerTest, RequestIsReadByteByByte) {
  start();
  const auto client = connect();
  for (const char c : "\r\n" + get("/hello")) {
    client->send(std::string(1, c));
    loop_.context().poll();
  }
  EXPECT_EQ(reply(*client).body, "hello");
}

TEST_F(HttpServerTest, HeadIsAnsweredLikeGetWithoutTheBody) {
  start();
  const auto client = connect();
  client->send("HEAD /hello HTTP/1.1\r\nHost: localhost\r\n\r\n" + get("/hello"));
  const Reply head = reply(*client, true);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.header("Content-Length"), "5");
  EXPECT_EQ(reply(*client).body, "hello");
  EXPECT_EQ(client->received, "");
}

TEST_F(HttpServerTest, ErrorsAreProblemsThatProgramsCanRead) {
  start();
  const Reply reply = ask(get("/nothing"));
  EXPECT_EQ(reply.status, 404);
  EXPECT_EQ(reply.header("Content-Type"), "application/problem+json");
  const auto problem = nlohmann::json::parse(reply.body);
  EXPECT_EQ(problem["type"], "urn:buzzer:error:not_found");
  EXPECT_EQ(problem["title"], "Not Found");
  EXPECT_EQ(problem["status"], 404);
  EXPECT_EQ(problem["code"], "not_found");
  EXPECT_EQ(problem["definite"], true);
  EXPECT_THAT(problem["detail"].get<std::string>(), HasSubstr("nothing"));
}

TEST_F(HttpServerTest, OtherMethodsAreToldWhichOnesThereAre) {
  start();
  const Reply hello = ask("DELETE /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(hello.status, 405);
  EXPECT_EQ(hello.header("Allow"), "GET, HEAD");
  const Reply echo = ask("PUT /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx");
  EXPECT_EQ(echo.header("Allow"), "GET, HEAD, POST");
}

TEST_F(HttpServerTest, LargeAnswerReachesAClientThatReadsLate) {
  std::string large;
  while (large.size() < (32UL << 20)) large += std::to_string(large.size()) + " ";
  const auto shared = std::make_shared<const std::string>(large);
  routes_.add_exact("/large", [&](const Request&, const Answer& answer) { answer.respond({200, {}, shared}); });
  start();
  const auto client = connect();
  client->connection->set_reading(false);
  client->send(get("/large") + get("/hello"));
  ASSERT_TRUE(until([&] { return server_->counts().requests == 1; }));
  EXPECT_EQ(ask(get("/hello")).body, "hello");  // nobody waits for the slow one
  client->connection->set_reading(true);
  EXPECT_TRUE(reply(*client).body == large);
  EXPECT_EQ(reply(*client).body, "hello");
  EXPECT_EQ(shared.use_count(), 1);
}

TEST_F(HttpServerTest, AnswerWithAHeaderThatWouldBreakTheLineIsAnErrorOfTheServer) {
  routes_.add_exact("/bad", [](const Request&, const Answer& answer) {
    answer.respond({200, {{"X-Name", "a\r\nSet-Cookie: b"}}, nullptr});
  });
  start();
  const Reply reply = ask(get("/bad"));
  EXPECT_EQ(reply.status, 500);
  EXPECT_EQ(reply.header("Set-Cookie"), "-");
}

TEST_F(HttpServerTest, ClientThatWaitsForLeaveToSendItsBodyGetsIt) {
  start();
  const auto client = connect();
  client->send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  ASSERT_TRUE(until([&] { return client->received == "HTTP/1.1 100 Continue\r\n\r\n"; }));
  client->received.clear();
  client->send("abc");
  EXPECT_EQ(reply(*client).body, "POST /echo? abc");
}

TEST_F(HttpServerTest, TakenPortIsNamed) {
  start();
  Server second(options_, std::make_unique<base::AsioTransport>(loop_), loop_, [](const auto&, const auto&) {});
  const auto started = second.start();
  ASSERT_FALSE(started);
  EXPECT_THAT(started.error().message, HasSubstr(std::to_string(options_.endpoint.port)));
}

TEST_F(HttpServerTest, ThousandConnectionsAreServedAtOnce) {
  start();
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 1000; ++i) {
    clients.push_back(std::make_unique<Client>());
    clients.back()->connection = transport_.dial(options_.endpoint, *clients.back());
  }
  ASSERT_TRUE(until([&] { return server_->connections() == 1000; }));
  for (const auto& client : clients) {
    ASSERT_TRUE(until([&] { return client->connected; }));
    client->send(get("/hello"));
  }
  for (const auto& client : clients) ASSERT_EQ(reply(*client).body, "hello");
  EXPECT_EQ(server_->connections(), 1000U);
  clients.clear();
  EXPECT_TRUE(until([&] { return server_->connections() == 0; }));
}

}  // namespace
}  // namespace buzzer::http
