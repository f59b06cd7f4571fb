// How many clients a node lets in: WebSocket handshakes a second, each from connecting to the welcome and the end of
// the close handshake; beside them, for what a connection costs, HTTP requests over connections that stay.
//
//   gateway_handshakes [--repetitions=N] [--seconds=S]
//
// One node, 1 and 16 under way. CPU is in microseconds for each; the load generator has one thread on the same machine.
#include <string>
#include <string_view>

#include "bench/core/closed_loop.h"
#include "bench/gateway/bench_loop.h"
#include "bench/gateway/grid_process.h"
#include "bench/options.h"
#include "bench/sample.h"

namespace buzzer::bench {
namespace {

constexpr std::size_t kUnderWay[] = {1, 16};

// One connection after the other, each closed as soon as it is welcomed.
class Visitor final : public client::WebSocketHandler {
 public:
  Visitor(BenchLoop& bench, std::uint16_t port) : bench_(bench), port_(port) {}

  void visit(std::function<void()> done) {
    done_ = std::move(done);
    client::WebSocketOptions options;
    options.server = {"127.0.0.1", port_};
    options.subprotocols = {"buzzer.v1.json"};
    options.handshake_timeout = std::chrono::minutes(2);
    options.close_timeout = std::chrono::minutes(2);
    auto client = client::WebSocketClient::dial(bench_.services(), std::move(options), *this);
    if (!client) give_up(client.error().message);
    client_ = *std::move(client);
  }

 private:
  void on_open(std::string_view /*subprotocol*/) override {}
  void on_message(std::string_view text) override {
    if (text.find(R"("type":"welcome")") == std::string_view::npos) give_up(text);
    client_->close();
  }
  void on_closed(std::uint16_t code, std::string_view reason) override {
    if (code != client::close_code::kNormal) give_up("a handshake ended: " + std::string(reason));
    const auto done = std::exchange(done_, nullptr);
    done();
  }

  BenchLoop& bench_;
  const std::uint16_t port_;
  std::function<void()> done_;
  std::unique_ptr<client::WebSocketClient> client_;
};

// One connection that asks for /healthz again and again.
class Asker final : public base::ConnectionHandler {
 public:
  Asker(BenchLoop& bench, std::uint16_t port)
      : request_("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) + "\r\n\r\n"),
        connection_(bench.transport().dial({"127.0.0.1", port}, *this)) {}
  [[nodiscard]] bool is_ready() const { return ready_; }

  void ask(std::function<void()> done) {
    done_ = std::move(done);
    answer_.clear();
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(request_.data());
    if (connection_->write({bytes, request_.size()}) != request_.size()) give_up("a request cannot be sent");
  }

 private:
  void on_connected() override { ready_ = true; }
  void on_bytes(std::span<const std::uint8_t> bytes) override {
    constexpr std::string_view kEnd = "\r\n\r\nok\n";
    answer_.append(bytes.begin(), bytes.end());
    if (answer_.rfind("HTTP/1.1 200 ", 0) != 0 || done_ == nullptr) give_up(answer_);
    if (answer_.size() < kEnd.size() || answer_.compare(answer_.size() - kEnd.size(), kEnd.size(), kEnd) != 0) return;
    const auto done = std::exchange(done_, nullptr);
    done();
  }
  void on_end(std::string_view reason) override { give_up(reason); }

  const std::string request_;
  bool ready_ = false;
  std::string answer_;
  std::function<void()> done_;
  std::unique_ptr<base::Connection> connection_;
};

void measure(BenchLoop& bench, const GridProcess& grid, const char* what, std::size_t under_way, double seconds,
             ClosedLoop::Begin begin) {
  ClosedLoop loop(bench.loop(), under_way, std::move(begin));
  bool done = false;
  const GridCpu before = grid.cpu();
  loop.run(std::chrono::duration_cast<base::Duration>(std::chrono::duration<double>(seconds)),
           [&done] { done = true; });
  bench.run_until([&done] { return done; }, what);
  Sample sample;
  sample.measure = std::string(what) + ", " + std::to_string(under_way) + " under way";
  sample.value = loop.per_second();
  sample.unit = std::string(what) + "/s";
  const auto count = static_cast<double>(loop.count());
  sample.also = {{"p50 us", loop.percentile(0.5)},
                 {"p99 us", loop.percentile(0.99)},
                 {"CPU us node", grid.cpu().since(before).total / count * 1e6},
                 {"CPU us load generator", loop.cpu_us_each()}};
  print(sample);
}

void measure_all(BenchLoop& bench, const GridProcess& grid, std::size_t under_way, double seconds) {
  const std::uint16_t port = grid.client_ports()[0];
  std::vector<std::unique_ptr<Visitor>> visitors;
  for (std::size_t lane = 0; lane < under_way; ++lane) visitors.push_back(std::make_unique<Visitor>(bench, port));
  measure(bench, grid, "WebSocket handshakes", under_way, seconds,
          [&](std::size_t lane, std::function<void()> done) { visitors[lane]->visit(std::move(done)); });
  std::vector<std::unique_ptr<Asker>> askers;
  for (std::size_t lane = 0; lane < under_way; ++lane) {
    askers.push_back(std::make_unique<Asker>(bench, port));
    bench.run_until([&] { return askers.back()->is_ready(); }, "a connection");
  }
  measure(bench, grid, "HTTP requests", under_way, seconds,
          [&](std::size_t lane, std::function<void()> done) { askers[lane]->ask(std::move(done)); });
}

}  // namespace
}  // namespace buzzer::bench

int main(int argc, char** argv) {
  using namespace buzzer::bench;
  const auto options = parse_options(argc, argv);
  if (!options) return 2;
  BenchLoop bench;
  const GridProcess grid(1);
  for (int i = 0; i < options->repetitions; ++i) {
    for (const std::size_t under_way : kUnderWay) measure_all(bench, grid, under_way, options->seconds);
  }
  return 0;
}
