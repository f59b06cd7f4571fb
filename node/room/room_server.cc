#include "node/room/room_server.h"

#include <sys/socket.h>

#include <algorithm>
#include <string>
#include <utility>

namespace buzzer::room {
namespace {

// How often it looks whether it should go on without somebody.
constexpr auto kLookEvery = std::chrono::milliseconds(10);
// For who has ended its side and does not read what is queued for it.
constexpr auto kMostEnding = std::chrono::seconds(10);
constexpr auto kMostStopping = std::chrono::milliseconds(500);

}  // namespace

RoomServer::RoomServer(const RoomServerOptions& options, base::AsioEventLoop& loop, base::Log& log,
                       RoomServerEvents& events)
    : options_(options),
      loop_(loop),
      events_(events),
      acceptor_(loop, log, [this](base::OwnedSocket socket) { welcome(std::move(socket)); }),
      pacing_(loop.now()) {}

RoomServer::~RoomServer() {
  for (const auto& client : clients_) client->close();
}

base::Result<void> RoomServer::start() { return acceptor_.listen(options_.port, kSendBufferBytes); }

void RoomServer::welcome(base::OwnedSocket socket) {
  if (stopped_) return;
  if (clients_.size() >= options_.most_clients) {
    const std::string error =
        "error too many room clients: the limit is " + std::to_string(options_.most_clients) + "\n";
    static_cast<void>(::send(socket.descriptor(), error.data(), error.size(), MSG_DONTWAIT | MSG_NOSIGNAL));
    RoomClient(loop_.context(), std::move(socket), held_, *this).close();
    return;
  }
  auto client =
      std::make_shared<RoomClient>(loop_.context(), std::move(socket), held_, static_cast<RoomClientEvents&>(*this));
  if (client->is_closed()) return;
  client->place = clients_.size();
  client->wait_for_lines();
  clients_.push_back(std::move(client));
  client_count_.store(clients_.size(), std::memory_order_relaxed);
}

void RoomServer::show(std::string_view line) {
  if (clients_.empty()) return;
  if (showing_.full()) shown_.push_back(showing_.take());
  showing_.add(line);
  step_soon();
}

void RoomServer::on_readable(RoomClient& client) {
  turns_.push_back(client.shared_from_this());
  step_soon();
}

void RoomServer::on_written(RoomClient& client) {
  const base::MonotonicTime now = loop_.now();
  note(client, now);
  pacing_.took_some(client.pace(), now);
  if (client.is_ending() && !client.is_behind()) remove(client);
  if (!must_wait()) step_soon();
}

// After the events that are there already: so the lines of many clients become one batch.
void RoomServer::step_soon() {
  if (std::exchange(step_posted_, true)) return;
  loop_.post([this] {
    step_posted_ = false;
    if (stopped_) return;
    look_at_other_nodes(loop_.now());
    if (!must_wait()) step();
  });
}

void RoomServer::step() {
  clients_next_ = !clients_next_;
  if (!(clients_next_ ? take_some() : show_some())) static_cast<void>(clients_next_ ? show_some() : take_some());
  if (!all_shown() || (!turns_.empty() && events_.takes_lines())) step_soon();
}

bool RoomServer::show_some() {
  if (all_shown()) return false;
  if (shown_.empty()) shown_.push_back(showing_.take());
  const SharedBatch batch = std::move(shown_.front());
  shown_.pop_front();
  give_to_all(batch);
  if (all_shown() && !stopped_) events_.on_shown();
  return true;
}

bool RoomServer::take_some() {
  if (turns_.empty() || (!stopped_ && !events_.takes_lines())) return false;
  BatchBuilder lines(held_);
  std::vector<std::shared_ptr<RoomClient>> ended;
  for (std::size_t left = turns_.size(); left > 0 && !lines.full(); --left) {
    const std::shared_ptr<RoomClient> client = std::move(turns_.front());
    turns_.pop_front();
    if (client->is_closed()) continue;
    switch (client->take_turn(lines)) {
      case Turn::kDone:
        client->wait_for_lines();
        break;
      case Turn::kMore:
        turns_.push_back(client);
        break;
      case Turn::kEnded:
        ended.push_back(client);  // once it has its own last lines
        break;
      case Turn::kUnwelcome:
        remove(*client);
        continue;
    }
    note(*client, loop_.now());
  }
  const bool some = !lines.empty();
  if (some) {
    const SharedBatch batch = lines.take();
    events_.on_lines(batch);  // first: who has got a line finds it in this node's log
    give_to_all(batch);
  }
  for (const auto& client : ended) end(*client);
  return some;
}

void RoomServer::give_to_all(const SharedBatch& batch) {
  const base::MonotonicTime now = loop_.now();
  if (holds_too_much()) close_stalled();
  const bool sparing = holds_too_much();
  std::uint64_t lost = 0;
  std::vector<RoomClient*> unaffordable;
  for (const auto& client : clients_) {
    const bool was_behind = client->is_behind();
    const bool queues = !sparing || (!was_behind && Pacing::is_trusted(client->pace(), now));
    lost += client->give(batch, queues ? kMostQueuedLines : 0);
    if (was_behind || !client->is_behind()) continue;
    if (queues) {
      pacing_.fell_behind(client->pace(), now);
    } else {
      unaffordable.push_back(client.get());
    }
  }
  if (lost > 0) dropped_lines_.fetch_add(lost, std::memory_order_relaxed);
  for (RoomClient* client : unaffordable) remove(*client);
}

// Well below the limit, so that it is not looked for them with every batch.
void RoomServer::close_stalled() {
  std::vector<RoomClient*> stalled;
  for (const auto& client : clients_) {
    if (client->is_behind() && !client->pace().awaited) stalled.push_back(client.get());
  }
  std::sort(stalled.begin(), stalled.end(),
            [](RoomClient* a, RoomClient* b) { return a->pace().since < b->pace().since; });
  for (RoomClient* client : stalled) {
    if (held_bytes() <= options_.most_held_bytes / 4 * 3) return;
    remove(*client);
  }
}

bool RoomServer::must_wait() {
  if (!pacing_.must_wait() && !events_.is_busy()) {
    look_.reset();
    return false;
  }
  if (look_ == nullptr && !stopped_) {
    look_ = loop_.call_after(kLookEvery, [this] {
      look_.reset();
      look_at_who_is_behind();
    });
  }
  return true;
}

void RoomServer::look_at_who_is_behind() {
  const base::MonotonicTime now = loop_.now();
  const bool sparing = holds_too_much();
  std::vector<RoomClient*> unaffordable;
  pacing_.look(now, events_.has_many_to_show());
  look_at_other_nodes(now);
  for (OtherNode& node : other_nodes_) static_cast<void>(pacing_.lose_patience(node.pace, now));
  for (const auto& client : clients_) {
    if (pacing_.lose_patience(client->pace(), now) && sparing) unaffordable.push_back(client.get());
  }
  for (RoomClient* client : unaffordable) remove(*client);
  if (!must_wait()) step_soon();
}

void RoomServer::note(RoomClient& client, base::MonotonicTime now) {
  if (!client.is_behind()) return pacing_.caught_up(client.pace(), now);
  pacing_.fell_behind(client.pace(), now);
}

void RoomServer::look_at_other_nodes(base::MonotonicTime now) {
  const auto unsent = events_.unsent_bytes();
  other_nodes_.resize(unsent.size());
  for (std::size_t i = 0; i < unsent.size(); ++i) {
    OtherNode& node = other_nodes_[i];
    const std::size_t before = std::exchange(node.unsent, unsent[i].load(std::memory_order_relaxed));
    if (node.unsent < kMostUnsentBytes) {
      pacing_.caught_up(node.pace, now);
    } else {
      pacing_.fell_behind(node.pace, now);
      if (node.unsent < before) pacing_.took_some(node.pace, now);
    }
  }
}

void RoomServer::end(RoomClient& client) {
  if (client.is_closed()) return;
  if (!client.is_behind()) return remove(client);
  client.set_ending(loop_.call_after(kMostEnding, [this, &client] { remove(client); }));
}

void RoomServer::remove(RoomClient& client) {
  if (client.is_closed()) return;
  const std::shared_ptr<RoomClient> kept = client.shared_from_this();
  client.close();
  pacing_.caught_up(client.pace(), loop_.now());
  clients_.back()->place = client.place;
  std::swap(clients_[client.place], clients_.back());
  clients_.pop_back();
  client_count_.store(clients_.size(), std::memory_order_relaxed);
}

void RoomServer::stop() {
  if (std::exchange(stopped_, true)) return;
  acceptor_.close();
  const base::MonotonicTime end = loop_.now() + kMostStopping;
  const auto in_time = [&] { return loop_.now() < end; };
  // What has been read already, and of the rest one turn's worth of each client.
  for (std::size_t left = turns_.size(); left > 0 && in_time() && take_some(); --left) continue;
  while (in_time() && show_some()) continue;
  while (!clients_.empty()) remove(*clients_.back());
}

}  // namespace buzzer::room
