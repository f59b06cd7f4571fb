// A server of HTTP on a port of the loopback interface, and clients that speak to it in raw bytes.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/asio_transport.h"
#include "client/http_head.h"
#include "node/http/routes.h"
#include "node/http/server.h"
#include "tests/support/bytes.h"
#include "tests/support/run_until.h"

namespace buzzer::http {

struct Client final : base::ConnectionHandler {
  void on_connected() override { connected = true; }
  void on_bytes(std::span<const std::uint8_t> bytes) override { received += tests::to_text(bytes); }
  void on_writable() override { writable = true; }
  void on_end(std::string_view reason) override {
    ended = true;
    end_reason = reason;
  }
  void send(std::string_view text) { EXPECT_EQ(connection->write(tests::to_bytes(text)), text.size()); }

  std::unique_ptr<base::Connection> connection;
  std::string received;
  std::string end_reason;
  bool connected = false;
  bool writable = false;
  bool ended = false;
};

struct Reply {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  // The value of the only header of that name; "-" if there is none or are several.
  [[nodiscard]] std::string header(std::string_view name) const {
    std::string value = "-";
    int count = 0;
    for (const auto& [known, text] : headers) {
      if (!client::equal_in_any_case(known, name)) continue;
      value = text;
      ++count;
    }
    return count == 1 ? value : "-";
  }
};

// Takes the first answer from the front of the bytes; none while it is not whole. `to_head`: it is one to a HEAD.
[[nodiscard]] inline std::optional<Reply> take_reply(std::string& bytes, bool to_head = false) {
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string::npos) return std::nullopt;
  const auto head = client::parse_head(std::string_view(bytes).substr(0, end + 4));
  if (!head) {
    ADD_FAILURE() << head.error().message;
    return std::nullopt;
  }
  Reply reply;
  EXPECT_THAT(std::string(head->start), testing::StartsWith("HTTP/1.1 "));
  reply.status = std::stoi(std::string(head->start.substr(9, 3)));
  for (const client::Header& header : head->headers) reply.headers.emplace_back(header.name, header.value);
  const std::string length = reply.header("Content-Length");
  const std::size_t size = to_head || length == "-" ? 0 : std::stoul(length);
  if (bytes.size() < end + 4 + size) return std::nullopt;
  reply.body = bytes.substr(end + 4, size);
  bytes.erase(0, end + 4 + size);
  return reply;
}

class HttpTest : public testing::Test {
 protected:
  // The routes of most tests: /hello and what a test adds before it starts the server.
  HttpTest() {
    routes_.add_exact("/hello", [](const Request&, const Answer& answer) {
      answer.respond(make_response(200, "text/plain", "hello"));
    });
    routes_.add_exact("/echo",
                      [](const Request& request, const Answer& answer) {
                        answer.respond(make_response(200, "text/plain",
                                                     std::string(request.method) + " " + request.path + "?" +
                                                         std::string(request.query) + " " + std::string(request.body)));
                      },
                      {"GET", "POST"});
  }

  // On a free port, of those that the system does not give to dialled connections.
  void start() {
    static std::uint32_t next = std::random_device()();
    while (true) {
      options_.endpoint = {"127.0.0.1", static_cast<std::uint16_t>(20000 + next++ % 8000)};
      server_ = std::make_unique<Server>(
          options_, std::make_unique<base::AsioTransport>(loop_), loop_,
          [this](const Request& request, const Answer& answer) { routes_.handle(request, answer); });
      const auto started = server_->start();
      if (started) return;
      ASSERT_THAT(started.error().message, testing::HasSubstr("in use"));
    }
  }

  [[nodiscard]] std::unique_ptr<Client> connect() {
    auto client = std::make_unique<Client>();
    client->connection = transport_.dial(options_.endpoint, *client);
    EXPECT_TRUE(until([&] { return client->connected; })) << client->end_reason;
    return client;
  }

  [[nodiscard]] bool until(const std::function<bool()>& condition) { return tests::run_until(loop_, condition); }

  // The next answer on the connection.
  [[nodiscard]] Reply reply(Client& client, bool to_head = false) {
    std::optional<Reply> reply;
    EXPECT_TRUE(until([&] { return (reply = take_reply(client.received, to_head)) || client.ended; }))
        << client.received;
    if (!reply) reply = take_reply(client.received, to_head);
    EXPECT_TRUE(reply.has_value()) << "ended: " << client.end_reason;
    return reply.value_or(Reply{});
  }

  // Of one request on a connection of its own.
  [[nodiscard]] Reply ask(std::string_view request) {
    const auto client = connect();
    client->send(request);
    return reply(*client, request.substr(0, 5) == "HEAD ");
  }

  // A GET without more than it needs.
  [[nodiscard]] static std::string get(std::string_view path, std::string_view more = "") {
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(more) + "\r\n";
  }

  base::AsioEventLoop loop_;
  base::AsioTransport transport_{loop_};
  Routes routes_;
  ServerOptions options_;
  std::unique_ptr<Server> server_;
};

}  // namespace buzzer::http
