// The clients of a bare broadcast (bare_broadcast.h), and what is measured of both.
#include <memory>
#include <vector>

#include "bench/gateway/bare_broadcast.h"
#include "bench/gateway/bench_loop.h"
#include "bench/gateway/figures.h"
#include "bench/gateway/free_ports.h"
#include "client/frame_reader.h"

namespace buzzer::bench {
namespace {

constexpr std::size_t kDiallingAtOnce = 500;

// Counts whole frames of a connection without a handshake.
class BareClient final : public base::ConnectionHandler {
 public:
  BareClient(base::AsioTransport& transport, std::uint16_t port, std::uint64_t& frames)
      : frames_(frames), connection_(transport.dial({"127.0.0.1", port}, *this)) {}
  [[nodiscard]] bool is_ready() const { return ready_; }

 private:
  void on_connected() override { ready_ = true; }
  void on_bytes(std::span<const std::uint8_t> bytes) override {
    while (reader_.next(bytes)) ++frames_;
  }
  void on_end(std::string_view reason) override { give_up(reason); }

  std::uint64_t& frames_;
  bool ready_ = false;
  client::FrameReader reader_{client::Role::kClient};
  std::unique_ptr<base::Connection> connection_;
};

}  // namespace

BareFigures run_bare_broadcast(BenchLoop& bench, const BareOptions& options) {
  std::uint64_t count = 0;
  const std::uint16_t port = free_ports(1);
  BareBroadcast server(port, options);
  std::vector<std::unique_ptr<BareClient>> clients;
  std::size_t ready = 0;
  while (clients.size() < options.connections) {
    clients.push_back(std::make_unique<BareClient>(bench.transport(), port, count));
    if (clients.size() % kDiallingAtOnce != 0 && clients.size() < options.connections) continue;
    const auto all_ready = [&] {
      while (ready < clients.size() && clients[ready]->is_ready()) ++ready;
      return ready == clients.size();
    };
    bench.run_until(all_ready, "connections to the bare broadcast");
  }
  server.await_connections();
  const double server_before = cpu_seconds(server.pid());
  const double client_before = own_cpu_seconds();
  const base::MonotonicTime begun = bench.now();
  server.start();
  bench.run_until([&] { return count == options.frames * options.connections; }, "frames of the bare broadcast");

  const double millions = static_cast<double>(count) / 1e6;
  BareFigures figures;
  figures.deliveries_per_second = static_cast<double>(count) / bench.seconds_since(begun);
  figures.server_cpu_per_million = (cpu_seconds(server.pid()) - server_before) / millions;
  figures.client_cpu_per_million = (own_cpu_seconds() - client_before) / millions;
  return figures;
}

}  // namespace buzzer::bench
