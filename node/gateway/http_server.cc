#include "node/gateway/http_server.h"

#include <chrono>
#include <utility>

namespace buzzer::gateway {
namespace {

constexpr auto kLookAfterEvery = std::chrono::milliseconds(250);

}  // namespace

HttpServer::HttpServer(HttpServerOptions options, std::unique_ptr<base::Transport> transport, base::EventLoop& loop,
                       HttpHandler handler)
    : options_(std::move(options)),
      transport_(std::move(transport)),
      service_{options_.limits, options_.times, HostNames(options_.host_names), std::move(handler), {}, loop} {}

HttpServer::~HttpServer() {
  // Each tells that it is gone when its connection is; nobody listens any more.
  const auto connections = std::exchange(connections_, {});
}

base::Result<void> HttpServer::start() {
  return transport_->listen(options_.endpoint,
                            [this](std::unique_ptr<base::Connection> connection) { accept(std::move(connection)); });
}

void HttpServer::accept(std::unique_ptr<base::Connection> connection) {
  ++service_.counts.connections;
  if (connections_.size() >= options_.most_connections) {
    ++service_.counts.turned_away;
    HttpResponse full = problem(503, "too_many_connections", "this node has as many connections as it may have");
    const std::string answer = encode_head(full, true, service_.loop.wall_now()) + *full.body;
    // A new connection has room for it; it may still be lost if the client has already sent something.
    static_cast<void>(connection->write({reinterpret_cast<const std::uint8_t*>(answer.data()), answer.size()}));
    connection->finish_writing();
    return;
  }
  auto made = std::make_shared<HttpConnection>(service_, std::move(connection), [this](HttpConnection& gone) {
    connections_.erase(gone.shared_from_this());
    if (connections_.empty()) stopped();
  });
  connections_.insert(made);
  if (!timer_) look_after_soon();
  made->start();
}

void HttpServer::look_after_soon() {
  timer_ = service_.loop.call_after(kLookAfterEvery, [this] { look_after(); });
}

void HttpServer::look_after() {
  const base::MonotonicTime now = service_.loop.now();
  std::vector<std::shared_ptr<HttpConnection>> overdue;
  for (const auto& connection : connections_) {
    if (connection->is_overdue(now)) overdue.push_back(connection);
  }
  for (const auto& connection : overdue) connection->give_up();
  if (connections_.empty()) {
    timer_.reset();
  } else {
    look_after_soon();
  }
}

void HttpServer::stop(std::function<void()> done) {
  transport_.reset();
  stopped_ = std::move(done);
  const std::vector<std::shared_ptr<HttpConnection>> all(connections_.begin(), connections_.end());
  for (const auto& connection : all) connection->finish();
  if (connections_.empty()) return stopped();
  stopping_timer_ = service_.loop.call_after(options_.times.answer, [this] {
    connections_.clear();
    stopped();
  });
}

void HttpServer::stopped() {
  if (!stopped_) return;
  stopping_timer_ = service_.loop.call_after({}, std::exchange(stopped_, nullptr));
}

}  // namespace buzzer::gateway
