// A network between simulated hosts: streams like TCP's, with delay, cuts in either direction, and hosts that vanish.
//
// As with TCP, bytes that a cut holds back are retransmitted once it heals; a connection whose host vanished without a
// word stays silent until the host is back and resets it. Everything random is drawn from one seed.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "base/random.h"
#include "base/transport.h"
#include "tests/simulation/virtual_time.h"

namespace buzzer::simulation {

using Host = std::uint32_t;

inline constexpr Duration kLatestConnection = std::chrono::seconds(2);

struct NetworkOptions {
  Duration least_delay = std::chrono::microseconds(100);
  Duration most_delay = std::chrono::milliseconds(5);
  Duration most_retransmission = std::chrono::milliseconds(300);  // after a cut heals
  std::size_t window = 256UL << 10;                               // bytes under way in one direction
  double late_connections = 0;  // so many of all connections take up to kLatestConnection to be made
};

class SimulatedTransport;
class Stream;

class SimulatedNetwork {
 public:
  SimulatedNetwork(VirtualTime& time, base::Random& random, NetworkOptions options = {})
      : time_(time), random_(random), options_(options) {}

  // Nothing gets from one host to the other, until heal().
  void cut(Host from, Host to) { cuts_.insert({from, to}); }
  void heal(Host from, Host to);
  [[nodiscard]] bool is_cut(Host from, Host to) const { return cuts_.count({from, to}) > 0; }

  // From now on bytes from one host to the other take up to so much longer.
  void slow_down(Host from, Host to, Duration most) { slow_[{from, to}] = most; }

  // All connections between two hosts end, as when something on the way forgets them: both ends are told.
  void reset(Host one, Host other);

  // The host loses its power: its connections end without a word to the other side. Call before destroying what runs
  // there.
  void vanish(Host host);

  [[nodiscard]] VirtualTime& time() { return time_; }
  [[nodiscard]] const NetworkOptions& options() const { return options_; }
  [[nodiscard]] Duration draw_delay();
  // Of bytes from one host to the other: slow ways take longer.
  [[nodiscard]] Duration draw_delay(Host from, Host to);

 private:
  friend class SimulatedTransport;
  friend class Stream;

  VirtualTime& time_;
  base::Random& random_;
  const NetworkOptions options_;
  std::set<std::pair<Host, Host>> cuts_;
  std::map<std::pair<Host, Host>, Duration> slow_;
  std::map<Host, SimulatedTransport*> up_;  // hosts on which a process runs
  std::set<Host> powerless_;
  std::map<std::uint64_t, std::weak_ptr<Stream>> streams_;
  std::uint64_t last_stream_ = 0;
};

// The endpoint's host is the number as text ("3"), so a peer is at Endpoint{"3", port}.
class SimulatedTransport final : public base::Transport {
 public:
  SimulatedTransport(SimulatedNetwork& network, Host host, SimulatedLoop& loop);
  ~SimulatedTransport() override;

  [[nodiscard]] base::Result<void> listen(const base::Endpoint& endpoint, AcceptCallback on_accept) override;
  [[nodiscard]] std::unique_ptr<base::Connection> dial(const base::Endpoint& endpoint,
                                                       base::ConnectionHandler& handler) override;

  [[nodiscard]] Host host() const { return host_; }
  [[nodiscard]] SimulatedLoop& loop() { return loop_; }

 private:
  friend class Stream;
  friend class SimulatedNetwork;

  SimulatedNetwork& network_;
  const Host host_;
  SimulatedLoop& loop_;
  std::map<std::uint16_t, AcceptCallback> listening_;
};

// One connection with its two ends, 0 the dialer's and 1 the acceptor's.
class Stream final : public std::enable_shared_from_this<Stream> {
 public:
  Stream(SimulatedNetwork& network, SimulatedTransport& dialer, Host acceptor, std::uint16_t port);

  void connect();
  [[nodiscard]] std::size_t write(int end, std::span<const std::uint8_t> bytes);
  void finish(int end);
  void close(int end);
  void set_handler(int end, base::ConnectionHandler* handler);
  void set_reading(int end, bool on);

  [[nodiscard]] const std::string& peer_name(int end) const { return names_[1 - end]; }

  // Called by the network.
  void vanish(Host host);
  void abandon(const SimulatedTransport& transport);
  void healed(Host from, Host to);
  void reset(Host one, Host other);

 private:
  struct End {
    Host host = 0;
    SimulatedTransport* transport = nullptr;  // null once the end is closed or gone
    base::ConnectionHandler* handler = nullptr;
    bool reading = true;
    bool ended = false;       // on_end was told
    bool wants_room = false;  // write() took less than it was given
    bool finished = false;    // sent all it will send
    bool vanished = false;    // lost without a word
  };
  struct Segment {
    std::string bytes;  // empty: the end of the stream
    MonotonicTime arrives;
    bool reset = false;
  };

  void accepted();
  void refused();
  void send(int end, Segment segment);
  void schedule_arrival(int from);
  void arrive(int from);
  void make_room(int end);
  void end(int at, const std::string& reason);

  SimulatedNetwork& network_;
  const std::uint16_t port_;
  End ends_[2];
  std::string names_[2];
  std::deque<Segment> under_way_[2];  // sent by that end
  std::size_t bytes_under_way_[2] = {0, 0};
  bool arrival_scheduled_[2] = {false, false};
  bool connected_ = false;
};

}  // namespace buzzer::simulation
