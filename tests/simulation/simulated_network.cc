#include "tests/simulation/simulated_network.h"

#include <algorithm>
#include <vector>

namespace buzzer::simulation {
namespace {

constexpr Duration kConnectRetry = std::chrono::seconds(1);  // as TCP repeats a SYN

class SimulatedConnection final : public base::Connection {
 public:
  SimulatedConnection(std::shared_ptr<Stream> stream, int end) : stream_(std::move(stream)), end_(end) {}
  ~SimulatedConnection() override { stream_->close(end_); }

  void set_handler(base::ConnectionHandler& handler) override { stream_->set_handler(end_, &handler); }
  [[nodiscard]] std::size_t write(std::span<const std::uint8_t> bytes) override { return stream_->write(end_, bytes); }
  void finish_writing() override { stream_->finish(end_); }
  void set_reading(bool on) override { stream_->set_reading(end_, on); }
  [[nodiscard]] const std::string& peer_name() const override { return stream_->peer_name(end_); }
  [[nodiscard]] bool is_loopback() const override { return true; }

 private:
  std::shared_ptr<Stream> stream_;
  const int end_;
};

}  // namespace

void SimulatedNetwork::heal(Host from, Host to) {
  cuts_.erase({from, to});
  for (const auto& [number, weak] : std::map(streams_)) {
    if (const auto stream = weak.lock()) stream->healed(from, to);
  }
}

void SimulatedNetwork::reset(Host one, Host other) {
  for (const auto& [number, weak] : std::map(streams_)) {
    if (const auto stream = weak.lock()) stream->reset(one, other);
  }
}

void SimulatedNetwork::vanish(Host host) {
  powerless_.insert(host);
  for (const auto& [number, weak] : std::map(streams_)) {
    if (const auto stream = weak.lock()) stream->vanish(host);
  }
}

Duration SimulatedNetwork::draw_delay() {
  const auto span = static_cast<double>((options_.most_delay - options_.least_delay).count());
  return options_.least_delay + Duration(static_cast<Duration::rep>(span * random_.fraction()));
}

Duration SimulatedNetwork::draw_delay(Host from, Host to) {
  const Duration delay = draw_delay();
  const auto slow = slow_.find({from, to});
  if (slow == slow_.end()) return delay;
  return delay + Duration(static_cast<Duration::rep>(static_cast<double>(slow->second.count()) * random_.fraction()));
}

SimulatedTransport::SimulatedTransport(SimulatedNetwork& network, Host host, SimulatedLoop& loop)
    : network_(network), host_(host), loop_(loop) {
  network_.up_[host] = this;
  network_.powerless_.erase(host);
}

SimulatedTransport::~SimulatedTransport() {
  network_.up_.erase(host_);
  for (const auto& [number, weak] : std::map(network_.streams_)) {
    if (const auto stream = weak.lock()) stream->abandon(*this);
  }
}

base::Result<void> SimulatedTransport::listen(const base::Endpoint& endpoint, AcceptCallback on_accept) {
  if (!listening_.emplace(endpoint.port, std::move(on_accept)).second) return base::fail("the port is taken");
  return {};
}

std::unique_ptr<base::Connection> SimulatedTransport::dial(const base::Endpoint& endpoint,
                                                           base::ConnectionHandler& handler) {
  auto stream = std::make_shared<Stream>(network_, *this, static_cast<Host>(std::stoul(endpoint.host)), endpoint.port);
  network_.streams_[++network_.last_stream_] = stream;
  std::erase_if(network_.streams_, [](const auto& entry) { return entry.second.expired(); });
  stream->set_handler(0, &handler);
  stream->connect();
  return std::make_unique<SimulatedConnection>(std::move(stream), 0);
}

Stream::Stream(SimulatedNetwork& network, SimulatedTransport& dialer, Host acceptor, std::uint16_t port)
    : network_(network), port_(port) {
  ends_[0].host = dialer.host();
  ends_[0].transport = &dialer;
  ends_[1].host = acceptor;
  for (int end = 0; end < 2; ++end) names_[end] = std::to_string(ends_[end].host) + ":1";
}

// The SYN and its answer must both get through; who hears nothing asks again.
void Stream::connect() {
  if (ends_[0].transport == nullptr) return;
  const auto self = shared_from_this();
  const bool passable =
      !network_.is_cut(ends_[0].host, ends_[1].host) && !network_.is_cut(ends_[1].host, ends_[0].host);
  Duration there = network_.draw_delay();
  if (network_.options().late_connections > 0 && network_.random_.fraction() < network_.options().late_connections) {
    there += Duration(
        static_cast<Duration::rep>(static_cast<double>(kLatestConnection.count()) * network_.random_.fraction()));
  }
  if (!passable || network_.powerless_.count(ends_[1].host) > 0) {
    network_.time().schedule(network_.time().now() + kConnectRetry, [self] { self->connect(); });
    return;
  }
  network_.time().schedule(network_.time().now() + there, [self] { self->accepted(); });
}

void Stream::accepted() {
  if (ends_[0].transport == nullptr) return;
  const auto listener = network_.up_.find(ends_[1].host);
  if (listener == network_.up_.end() || listener->second->listening_.count(port_) == 0) return refused();
  SimulatedTransport* transport = listener->second;
  ends_[1].transport = transport;
  connected_ = true;
  const auto self = shared_from_this();
  auto& loop = transport->loop();
  loop.post([self, transport] {
    if (self->ends_[1].transport != transport) return;
    transport->listening_.at(self->port_)(std::make_unique<SimulatedConnection>(self, 1));
  });
  ends_[0].transport->loop().run_at(network_.time().now() + network_.draw_delay(), [self] {
    if (self->ends_[0].handler != nullptr) self->ends_[0].handler->on_connected();
  });
}

void Stream::refused() {
  const auto self = shared_from_this();
  ends_[0].transport->loop().run_at(network_.time().now() + network_.draw_delay(),
                                    [self] { self->end(0, "cannot connect: refused"); });
}

std::size_t Stream::write(int end, std::span<const std::uint8_t> bytes) {
  End& own = ends_[end];
  if (!connected_ || own.finished || own.ended) return bytes.size();
  const std::size_t room = network_.options().window - std::min(network_.options().window, bytes_under_way_[end]);
  const std::size_t taken = std::min(room, bytes.size());
  own.wants_room = taken < bytes.size();
  if (taken > 0) {
    // Cut anywhere, so that frames arrive in pieces.
    std::string all(reinterpret_cast<const char*>(bytes.data()), taken);
    const std::size_t first = 1 + network_.random_.next() % all.size();
    const MonotonicTime now = network_.time().now();
    const MonotonicTime arrives = now + network_.draw_delay(own.host, ends_[1 - end].host);
    send(end, {all.substr(0, first), arrives, false});
    if (first < all.size()) send(end, {all.substr(first), arrives + network_.draw_delay(), false});
  }
  return taken;
}

void Stream::send(int end, Segment segment) {
  auto& queue = under_way_[end];
  if (!queue.empty()) segment.arrives = std::max(segment.arrives, queue.back().arrives);
  bytes_under_way_[end] += segment.bytes.size();
  queue.push_back(std::move(segment));
  schedule_arrival(end);
}

void Stream::schedule_arrival(int from) {
  if (arrival_scheduled_[from] || under_way_[from].empty()) return;
  arrival_scheduled_[from] = true;
  network_.time().schedule(under_way_[from].front().arrives, [self = shared_from_this(), from] {
    self->arrival_scheduled_[from] = false;
    self->arrive(from);
  });
}

// What reaches a host waits there until its process reads; the process may be frozen, or may not want to read.
void Stream::arrive(int from) {
  const int to = 1 - from;
  if (network_.is_cut(ends_[from].host, ends_[to].host)) return;  // goes on in healed()
  End& receiver = ends_[to];
  if (receiver.transport == nullptr) {
    under_way_[from].clear();
    // A host that is back knows nothing of the connection and resets it; one that is down says nothing.
    const bool answers = !receiver.vanished || network_.up_.count(receiver.host) > 0;
    if (answers && !ends_[from].ended && ends_[from].transport != nullptr) {
      send(to, {{}, network_.time().now() + network_.draw_delay(), true});
    }
    return;
  }
  if (receiver.handler == nullptr || !receiver.reading || receiver.ended) return;  // goes on when it reads
  receiver.transport->loop().post([self = shared_from_this(), from, to] {
    End& reader = self->ends_[to];
    auto& queue = self->under_way_[from];
    if (reader.handler == nullptr || !reader.reading || reader.ended || queue.empty()) return;
    if (queue.front().arrives > self->network_.time().now()) return self->schedule_arrival(from);
    const Segment segment = std::move(queue.front());
    queue.pop_front();
    self->bytes_under_way_[from] -= segment.bytes.size();
    self->schedule_arrival(from);
    if (segment.bytes.empty()) return self->end(to, segment.reset ? "reset by peer" : "closed by peer");
    self->make_room(from);
    reader.handler->on_bytes({reinterpret_cast<const std::uint8_t*>(segment.bytes.data()), segment.bytes.size()});
  });
}

void Stream::make_room(int end) {
  End& writer = ends_[end];
  if (!writer.wants_room || writer.transport == nullptr) return;
  writer.wants_room = false;
  writer.transport->loop().post([self = shared_from_this(), end] {
    if (self->ends_[end].handler != nullptr) self->ends_[end].handler->on_writable();
  });
}

void Stream::finish(int end) {
  if (!connected_ || ends_[end].finished) return;
  ends_[end].finished = true;
  send(end, {{}, network_.time().now() + network_.draw_delay(), false});
}

void Stream::close(int end) {
  End& own = ends_[end];
  own.handler = nullptr;
  if (own.transport == nullptr) return;
  if (!own.vanished) finish(end);
  own.transport = nullptr;
}

// What the transport had accepted but its process never took up.
void Stream::abandon(const SimulatedTransport& transport) {
  for (int end = 0; end < 2; ++end) {
    if (ends_[end].transport == &transport) close(end);
  }
}

void Stream::set_handler(int end, base::ConnectionHandler* handler) {
  ends_[end].handler = handler;
  schedule_arrival(1 - end);
}

void Stream::set_reading(int end, bool on) {
  ends_[end].reading = on;
  if (on) schedule_arrival(1 - end);
}

void Stream::vanish(Host host) {
  for (End& end : ends_) {
    if (end.host == host) end.vanished = true;
  }
  for (int from = 0; from < 2; ++from) {
    if (ends_[from].host == host) under_way_[from].clear();
  }
}

void Stream::healed(Host from, Host to) {
  for (int end = 0; end < 2; ++end) {
    if (ends_[end].host != from || ends_[1 - end].host != to || under_way_[end].empty()) continue;
    const auto span = static_cast<double>(network_.options().most_retransmission.count());
    const MonotonicTime arrives =
        network_.time().now() + Duration(static_cast<Duration::rep>(span * network_.random_.fraction()));
    for (Segment& segment : under_way_[end]) segment.arrives = std::max(segment.arrives, arrives);
    schedule_arrival(end);
  }
}

void Stream::reset(Host one, Host other) {
  const bool between =
      (ends_[0].host == one && ends_[1].host == other) || (ends_[0].host == other && ends_[1].host == one);
  if (!between || !connected_) return;
  for (int from = 0; from < 2; ++from) {
    under_way_[from].clear();
    if (ends_[1 - from].transport != nullptr) send(from, {{}, network_.time().now() + network_.draw_delay(), true});
  }
}

void Stream::end(int at, const std::string& reason) {
  End& own = ends_[at];
  if (own.ended) return;
  own.ended = true;
  if (base::ConnectionHandler* handler = std::exchange(own.handler, nullptr)) handler->on_end(reason);
}

}  // namespace buzzer::simulation
