// A connection that stops being HTTP, and a server that stops.
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/http/server.h"
#include "tests/unit/http/fixture.h"

namespace buzzer::http {
namespace {

constexpr std::string_view kSwitching = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: shout\r\n\r\n";

// What comes goes back in capitals.
struct Shouter final : base::ConnectionHandler {
  void start(std::unique_ptr<base::Connection> given, std::string_view early) {
    connection = std::move(given);
    connection->set_handler(*this);
    on_bytes(tests::to_bytes(early));
  }
  void on_bytes(std::span<const std::uint8_t> bytes) override {
    std::string text(tests::to_text(bytes));
    for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    EXPECT_EQ(connection->write(tests::to_bytes(text)), text.size());
  }
  void on_end(std::string_view) override { ended = true; }

  std::unique_ptr<base::Connection> connection;
  bool ended = false;
};

class HttpHandOverTest : public HttpTest {
 protected:
  HttpHandOverTest() {
    routes_.add_exact("/shout", [this](const Request&, const Answer& answer) {
      answer.hand_over(std::string(kSwitching), [this](HandedOver handed) {
        shouters_.push_back(std::make_unique<Shouter>());
        shouters_.back()->start(std::move(handed.connection), handed.early);
      });
    });
  }

  std::vector<std::unique_ptr<Shouter>> shouters_;
};

TEST_F(HttpHandOverTest, ConnectionIsTheTakersBehindTheAnswer) {
  start();
  const auto client = connect();
  client->send(get("/shout"));
  ASSERT_TRUE(until([&] { return client->received == kSwitching; }));
  client->send("hello");
  ASSERT_TRUE(until([&] { return client->received == std::string(kSwitching) + "HELLO"; }));
  EXPECT_EQ(server_->connections(), 0U);
  EXPECT_EQ(server_->counts().handed_over, 1U);
}

TEST_F(HttpHandOverTest, BytesSentInAdvanceReachTheTakerAtEverySplit) {
  start();
  const std::string sent = get("/hello") + get("/shout") + "early, and GET / HTTP/1.1\r\n\r\n";
  for (std::size_t split = 0; split < sent.size(); ++split) {
    const auto client = connect();
    client->send(sent.substr(0, split));
    // The first part has been read once a later connection has been served.
    ASSERT_EQ(ask(get("/hello")).status, 200);
    client->send(sent.substr(split));
    ASSERT_EQ(reply(*client).body, "hello");
    const std::string expected = std::string(kSwitching) + "EARLY, AND GET / HTTP/1.1\r\n\r\n";
    ASSERT_TRUE(until([&] { return client->received.size() >= expected.size() || client->ended; })) << split;
    ASSERT_EQ(client->received, expected) << split;
  }
}

TEST_F(HttpHandOverTest, AnswersBeforeItAreWrittenFirstHoweverLarge) {
  const auto large = std::make_shared<const std::string>(16UL << 20, 'x');
  routes_.add_exact("/large", [&](const Request&, const Answer& answer) { answer.respond({200, {}, large}); });
  start();
  const auto client = connect();
  client->connection->set_reading(false);
  client->send(get("/large") + get("/shout") + "early");
  ASSERT_TRUE(until([&] { return server_->counts().requests == 1; }));
  client->connection->set_reading(true);
  EXPECT_EQ(reply(*client).body.size(), large->size());
  EXPECT_TRUE(until([&] { return client->received == std::string(kSwitching) + "EARLY"; }));
}

TEST_F(HttpHandOverTest, AnotherThreadAdoptsTheSocketAndLosesNothing) {
  base::AsioEventLoop other;
  base::AsioTransport adopter(other);
  Shouter shouter;  // belongs to the other thread from now on
  routes_.add_exact("/away", [&](const Request&, const Answer& answer) {
    answer.hand_over(std::string(kSwitching), [&](HandedOver handed) {
      const auto socket =
          std::make_shared<base::OwnedSocket>(base::AsioTransport::release(std::move(handed.connection)));
      EXPECT_TRUE(socket->is_there());
      other.post([&, socket, early = std::move(handed.early)] {
        shouter.start(adopter.adopt(std::move(*socket), 64 << 10), early);
      });
    });
  });
  start();
  std::thread thread([&] { other.run(); });
  const auto client = connect();
  client->send(get("/away") + "early ");
  client->send("late ");
  EXPECT_TRUE(until([&] { return client->received == std::string(kSwitching) + "EARLY LATE "; })) << client->received;
  client->send("later");
  EXPECT_TRUE(until([&] { return client->received == std::string(kSwitching) + "EARLY LATE LATER"; }));
  other.post([&] { shouter.connection.reset(); });
  EXPECT_TRUE(until([&] { return client->ended; }));
  other.stop();
  thread.join();
}

TEST_F(HttpHandOverTest, HandedOverConnectionsOutliveTheServer) {
  start();
  const auto client = connect();
  client->send(get("/shout"));
  ASSERT_TRUE(until([&] { return client->received == kSwitching; }));
  server_.reset();
  client->send("hello");
  EXPECT_TRUE(until([&] { return client->received == std::string(kSwitching) + "HELLO"; }));
}

// Those handed over were counted by nobody: 16,384 was no limit of a node's WebSockets.
TEST_F(HttpHandOverTest, HandedOverConnectionsCountAgainstTheLimitUntilTheirSeatIsLeft) {
  std::vector<std::shared_ptr<const void>> seats;
  routes_.add_exact("/seat", [&](const Request&, const Answer& answer) {
    answer.hand_over(std::string(kSwitching), [&](HandedOver handed) {
      seats.push_back(std::move(handed.seat));
      shouters_.push_back(std::make_unique<Shouter>());
      shouters_.back()->start(std::move(handed.connection), handed.early);
    });
  });
  options_.most_connections = 2;
  start();
  std::vector<std::unique_ptr<Client>> clients;
  for (std::size_t i = 0; i < 2; ++i) {
    clients.push_back(connect());
    clients.back()->send(get("/seat"));
    ASSERT_TRUE(until([&] { return clients.back()->received == kSwitching; }));
  }
  EXPECT_EQ(server_->connections(), 0U);
  const auto further = connect();
  EXPECT_EQ(reply(*further).status, 503);
  ASSERT_TRUE(until([&] { return further->ended; }));
  EXPECT_EQ(server_->counts().turned_away, 1U);
  seats.pop_back();
  EXPECT_EQ(ask(get("/hello")).status, 200);
  server_.reset();
  seats.clear();  // after the server
}

TEST_F(HttpHandOverTest, StoppingFinishesWhatIsUnderWayAndClosesTheRest) {
  std::function<void(const Response&)> respond;
  routes_.add_exact("/slow", [&](const Request&, const Answer& answer) { respond = answer.respond; });
  start();
  const auto idle = connect();
  idle->send(get("/hello"));
  EXPECT_EQ(reply(*idle).status, 200);
  const auto fresh = connect();
  const auto busy = connect();
  busy->send(get("/slow") + get("/hello"));
  ASSERT_TRUE(until([&] { return respond != nullptr && server_->connections() == 3; }));
  bool stopped = false;
  server_->stop([&] { stopped = true; });
  EXPECT_FALSE(stopped);
  ASSERT_TRUE(until([&] { return idle->ended && fresh->ended; }));
  EXPECT_FALSE(busy->ended || stopped);
  // Nobody listens any more.
  Client late;
  late.connection = transport_.dial(options_.endpoint, late);
  ASSERT_TRUE(until([&] { return late.ended; }));
  EXPECT_FALSE(late.connected);
  respond(make_response(200, "text/plain", "at last"));
  EXPECT_EQ(reply(*busy).body, "at last");
  ASSERT_TRUE(until([&] { return stopped; }));
  EXPECT_TRUE(until([&] { return busy->ended; }));
  EXPECT_EQ(busy->received, "");
  EXPECT_EQ(server_->counts().requests, 2U);
}

TEST_F(HttpHandOverTest, StoppingDoesNotWaitForEverForAHandler) {
  bool asked = false;
  routes_.add_exact("/forgotten", [&](const Request&, const Answer&) { asked = true; });
  options_.times.answer = std::chrono::milliseconds(100);
  start();
  const auto client = connect();
  client->send(get("/forgotten"));
  ASSERT_TRUE(until([&] { return asked; }));
  bool stopped = false;
  server_->stop([&] { stopped = true; });
  EXPECT_TRUE(until([&] { return stopped && client->ended; }));
  EXPECT_EQ(server_->connections(), 0U);
}

TEST_F(HttpHandOverTest, StoppingWithNothingOpenIsToldToo) {
  start();
  bool stopped = false;
  server_->stop([&] { stopped = true; });
  EXPECT_FALSE(stopped);
  EXPECT_TRUE(until([&] { return stopped; }));
}

TEST_F(HttpHandOverTest, ServerMayGoWhileConnectionsAreOpenInEveryState) {
  std::function<void(const Response&)> respond;
  const auto large = std::make_shared<const std::string>(64UL << 20, 'x');
  routes_.add_exact("/slow", [&](const Request&, const Answer& answer) { respond = answer.respond; });
  routes_.add_exact("/large", [&](const Request&, const Answer& answer) { answer.respond({200, {}, large}); });
  start();
  const auto fresh = connect();
  const auto partial = connect();
  partial->send("GET /he");
  const auto waiting = connect();
  waiting->send(get("/slow"));
  const auto writing = connect();
  writing->connection->set_reading(false);
  writing->send(get("/large"));
  ASSERT_TRUE(until([&] { return respond && server_->counts().requests == 2 && server_->connections() == 4; }));
  server_.reset();
  EXPECT_EQ(large.use_count(), 1);
  respond(make_response(200, "text/plain", "too late"));
  EXPECT_TRUE(until([&] { return fresh->ended && partial->ended && waiting->ended; }));
  EXPECT_EQ(waiting->received, "");
}

}  // namespace
}  // namespace buzzer::http
