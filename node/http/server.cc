#include "node/http/server.h"

#include <atomic>
#include <chrono>
#include <utility>

namespace buzzer::http {
namespace {

constexpr auto kLookAfterEvery = std::chrono::milliseconds(250);

}  // namespace

Server::Server(ServerOptions options, std::unique_ptr<base::Transport> transport, base::EventLoop& loop,
               Handler handler)
    : options_(std::move(options)),
      transport_(std::move(transport)),
      service_{options_.limits,
               options_.times,
               HostNames(options_.host_names),
               std::move(handler),
               {},
               std::make_shared<std::atomic<std::size_t>>(0),
               loop} {}

Server::~Server() {
  // Each tells that it is gone when its connection is; nobody listens any more.
  const auto connections = std::exchange(connections_, {});
}

base::Result<void> Server::start() {
  return transport_->listen(options_.endpoint,
                            [this](std::unique_ptr<base::Connection> connection) { accept(std::move(connection)); });
}

void Server::accept(std::unique_ptr<base::Connection> connection) {
  ++service_.counts.connections;
  if (connections_.size() + service_.handed_over->load() >= options_.most_connections) {
    ++service_.counts.turned_away;
    Response full = problem(503, "too_many_connections", "this node has as many connections as it may have");
    const std::string answer = encode_head(full, true, service_.loop.wall_now()) + *full.body;
    // A new connection has room for it; it may still be lost if the client has already sent something.
    static_cast<void>(connection->write({reinterpret_cast<const std::uint8_t*>(answer.data()), answer.size()}));
    connection->finish_writing();
    return;
  }
  auto made = std::make_shared<Connection>(service_, std::move(connection), [this](Connection& gone) {
    connections_.erase(gone.shared_from_this());
    if (connections_.empty()) stopped();
  });
  connections_.insert(made);
  if (!timer_) look_after_soon();
  made->start();
}

void Server::look_after_soon() {
  timer_ = service_.loop.call_after(kLookAfterEvery, [this] { look_after(); });
}

void Server::look_after() {
  const base::MonotonicTime now = service_.loop.now();
  std::vector<std::shared_ptr<Connection>> overdue;
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

void Server::stop(std::function<void()> done) {
  transport_.reset();
  stopped_ = std::move(done);
  const std::vector<std::shared_ptr<Connection>> all(connections_.begin(), connections_.end());
  for (const auto& connection : all) connection->finish();
  if (connections_.empty()) return stopped();
  stopping_timer_ = service_.loop.call_after(options_.times.answer, [this] {
    connections_.clear();
    stopped();
  });
}

void Server::stopped() {
  if (!stopped_) return;
  stopping_timer_ = service_.loop.call_after({}, std::exchange(stopped_, nullptr));
}

}  // namespace buzzer::http
