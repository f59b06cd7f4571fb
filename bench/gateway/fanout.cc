// What it costs to push a buzz to its author's followers, each with a connection and a subscription of its own.
//
//   gateway_fanout [--repetitions=N] [--seconds=S]
//
// One node on its disk, 200, 1,000 and 5,000 followers of one author on JSON connections; the load generator has one
// thread on the same machine.
// - all at once: as many posts as make a million deliveries for each second asked for, 32 in flight; until the last is
//   delivered.
// - paced: 50 posts a second; from sending a post until each follower has it.
// Beside them a server that writes ready-made frames of the same size to as many connections (bare_broadcast.h), and to
// a client that does the same work: the ratio is what the node's own work costs.
#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>

#include "base/asio_transport.h"
#include "base/check.h"
#include "base/random.h"
#include "bench/core/work_folder.h"
#include "bench/gateway/bare_broadcast.h"
#include "bench/gateway/load_client.h"
#include "bench/node_process.h"
#include "bench/options.h"
#include "bench/sample.h"
#include "client/frame_reader.h"

namespace buzzer::bench {
namespace {

constexpr std::size_t kFollowers[] = {200, 1000, 5000};
constexpr double kDeliveriesPerSecond = 1e6;
constexpr std::size_t kInFlight = 32;
constexpr std::size_t kPacedPosts = 50;  // a second
// Bytes of a push of a buzz with a short text, envelope and all.
constexpr std::size_t kPushBytes = 290;
constexpr std::size_t kConnectingAtOnce = 30;  // the password pool has room for 64
constexpr auto kMostWaiting = std::chrono::minutes(2);

// The bench's one thread.
class Bench {
 public:
  Bench() : transport_(loop_), guard_(asio::make_work_guard(loop_.context())) {}

  void run_until(const std::function<bool()>& done, const char* what) {
    const auto until = loop_.now() + kMostWaiting;
    while (!done()) {
      loop_.context().run_one_for(std::chrono::milliseconds(100));
      if (loop_.now() < until) continue;
      std::fprintf(stderr, "waited too long: %s\n", what);
      std::exit(1);
    }
  }
  [[nodiscard]] base::AsioEventLoop& loop() { return loop_; }
  [[nodiscard]] client::WebSocketServices services() { return {loop_, transport_, random_}; }
  [[nodiscard]] base::AsioTransport& transport() { return transport_; }

 private:
  base::AsioEventLoop loop_;
  base::AsioTransport transport_;
  base::SeededRandom random_{1};  // the masks protect nobody here, and a call of the system for each would be measured
  asio::executor_work_guard<asio::io_context::executor_type> guard_;
};

float percentile(std::vector<float>& values, double part) {
  if (values.empty()) return 0;
  const auto at = static_cast<std::ptrdiff_t>(part * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<std::size_t>(at)];
}

std::string named(const char* what, std::size_t followers) {
  return std::string(what) + ", " + std::to_string(followers) + " followers";
}

void print_rate(const std::string& measure, double rate, const std::string& beside,
                std::map<std::string, double> also) {
  Sample sample;
  sample.measure = measure;
  sample.value = rate;
  sample.unit = "deliveries/s";
  sample.beside = beside;
  sample.also = std::move(also);
  print(sample);
}

void print_cost(const std::string& measure, double cost, const std::string& beside) {
  Sample sample;
  sample.measure = measure + ": CPU of the server";
  sample.value = cost;
  sample.unit = "s per 1M";
  if (!beside.empty()) {
    sample.beside = beside + ": CPU of the server";
    sample.aim = "within 1.3x of the bare broadcast";
  }
  print(sample);
}

// Counts whole frames of a connection without a handshake.
class BareClient final : public base::ConnectionHandler {
 public:
  BareClient(base::AsioTransport& transport, std::uint16_t port, std::uint64_t& frames)
      : frames_(frames), connection_(transport.dial({"127.0.0.1", port}, *this)) {}
  void on_connected() override { ready = true; }
  void on_bytes(std::span<const std::uint8_t> bytes) override {
    while (reader_.next(bytes)) ++frames_;
  }
  void on_end(std::string_view /*reason*/) override {}

  bool ready = false;

 private:
  std::uint64_t& frames_;
  client::FrameReader reader_{client::Role::kClient};
  std::unique_ptr<base::Connection> connection_;
};

void measure_bare(Bench& bench, std::size_t followers, double seconds, std::uint16_t port) {
  const auto frames =
      static_cast<std::size_t>(std::ceil(kDeliveriesPerSecond * seconds / static_cast<double>(followers)));
  const BareBroadcast server(port, followers, frames, kPushBytes, 0);
  std::uint64_t count = 0;
  std::vector<std::unique_ptr<BareClient>> clients;
  const double before = cpu_seconds(server.pid());
  const base::MonotonicTime begun = bench.loop().now();
  bench.run_until(
      [&, tried = begun]() mutable {
        // The server may not listen yet.
        if (clients.empty() ||
            (!clients.front()->ready && bench.loop().now() - tried > std::chrono::milliseconds(50))) {
          tried = bench.loop().now();
          clients.clear();
          clients.push_back(std::make_unique<BareClient>(bench.transport(), port, count));
        }
        return clients.front()->ready;
      },
      "the bare server");
  while (clients.size() < followers) {
    clients.push_back(std::make_unique<BareClient>(bench.transport(), port, count));
    bench.run_until([&] { return clients.back()->ready; }, "connections to the bare server");
  }
  const base::MonotonicTime first = bench.loop().now();
  bench.run_until([&] { return count == frames * followers; }, "frames of the bare server");
  const double took = std::chrono::duration<double>(bench.loop().now() - first).count();
  const double cost = (cpu_seconds(server.pid()) - before) / static_cast<double>(count) * 1e6;
  print_rate(named("bare broadcast", followers), static_cast<double>(count) / took, "", {});
  print_cost(named("bare broadcast", followers), cost, "");
}

// A node with an author and followers, each connected.
class Audience {
 public:
  Audience(Bench& bench, std::size_t followers, std::uint16_t port) : bench_(bench) {
    const auto script = [](const std::string& name, bool follows) {
      const std::string who = R"("name":")" + name + R"(","password":"pw")";
      std::vector<std::string> requests{R"("type":"register",)" + who, R"("type":"login",)" + who};
      if (!follows) return requests;
      requests.emplace_back(R"("type":"follow","name":"author")");
      requests.push_back(R"("type":"subscribe","feed":{"kind":"home","of":")" + name + "\"}");
      return requests;
    };
    const auto connect = [&](const std::string& name, bool follows) {
      return std::make_unique<LoadClient>(bench.services(), port, script(name, follows), deliveries);
    };
    author_ = connect("author", false);
    bench.run_until([&] { return author_->is_ready(); }, "the author");
    while (followers_.size() < followers) {
      const std::size_t before = followers_.size();
      while (followers_.size() < std::min(before + kConnectingAtOnce, followers)) {
        followers_.push_back(connect("reader" + std::to_string(followers_.size()), true));
      }
      bench.run_until([&] { return followers_.back()->is_ready() && all_ready(before); }, "followers");
    }
    deliveries.sent.resize(1);
  }

  void post() {
    deliveries.sent.push_back(bench_.loop().now());
    ++under_way_;
    author_->post(std::to_string(deliveries.sent.size() - 1) + " hello", [this] { --under_way_; });
  }
  [[nodiscard]] std::size_t under_way() const { return under_way_; }
  [[nodiscard]] std::uint64_t expected() const { return (deliveries.sent.size() - 1) * followers_.size(); }

  Deliveries deliveries;

 private:
  [[nodiscard]] bool all_ready(std::size_t from) const {
    return std::all_of(followers_.begin() + static_cast<std::ptrdiff_t>(from), followers_.end(),
                       [](const auto& follower) { return follower->is_ready(); });
  }

  Bench& bench_;
  std::unique_ptr<LoadClient> author_;
  std::vector<std::unique_ptr<LoadClient>> followers_;
  std::size_t under_way_ = 0;
};

void measure_node(Bench& bench, std::size_t followers, double seconds) {
  const WorkFolder folder;
  node::NodeOptions options = node_options(folder.path(), 0, 1);
  options.make_grid_key = true;
  options.no_clients = false;
  options.cheap_passwords = true;
  options.client_port = static_cast<std::uint16_t>(options.mesh_port + 2000);
  const NodeProcess node(node_program(), options);
  await_listening(options.client_port);
  Audience audience(bench, followers, options.client_port);
  Deliveries& deliveries = audience.deliveries;
  const auto all_delivered = [&] { return deliveries.count >= audience.expected(); };

  const auto posts =
      static_cast<std::size_t>(std::ceil(kDeliveriesPerSecond * seconds / static_cast<double>(followers)));
  const double before = cpu_seconds(node.pid());
  const base::MonotonicTime begun = bench.loop().now();
  for (std::size_t i = 0; i < posts; ++i) {
    bench.run_until([&] { return audience.under_way() < kInFlight; }, "answers to posts");
    audience.post();
  }
  bench.run_until(all_delivered, "deliveries");
  const double took = std::chrono::duration<double>(bench.loop().now() - begun).count();
  const auto count = static_cast<double>(deliveries.count);
  const std::string measure = named("all at once", followers);
  print_rate(measure, count / took, named("bare broadcast", followers),
             {{"out of order", static_cast<double>(deliveries.out_of_order)}});
  print_cost(measure, (cpu_seconds(node.pid()) - before) / count * 1e6, named("bare broadcast", followers));

  deliveries.wants_times = true;
  const double before_paced = cpu_seconds(node.pid());
  const auto paced = std::max<std::size_t>(kPacedPosts / 2, static_cast<std::size_t>(2 * seconds * kPacedPosts));
  base::MonotonicTime due = bench.loop().now();
  for (std::size_t i = 0; i < paced; ++i) {
    bench.run_until([&] { return bench.loop().now() >= due; }, "the next post");
    audience.post();
    due += std::chrono::nanoseconds(std::chrono::seconds(1)) / kPacedPosts;
  }
  bench.run_until(all_delivered, "paced deliveries");
  Sample sample;
  sample.measure = named("paced, p99 of a push", followers);
  sample.value = percentile(deliveries.took_ms, 0.99);
  sample.unit = "ms";
  sample.also = {
      {"p50 ms", percentile(deliveries.took_ms, 0.5)},
      {"CPU s per 1M", (cpu_seconds(node.pid()) - before_paced) / static_cast<double>(deliveries.took_ms.size()) * 1e6},
      {"out of order", static_cast<double>(deliveries.out_of_order)}};
  if (followers == kFollowers[1]) sample.aim = "under 20 ms";
  print(sample);
}

}  // namespace
}  // namespace buzzer::bench

int main(int argc, char** argv) {
  using namespace buzzer::bench;
  const auto options = parse_options(argc, argv);
  if (!options) return 2;
  for (int i = 0; i < options->repetitions; ++i) {
    for (const std::size_t followers : kFollowers) {
      Bench bench;
      measure_bare(bench, followers, options->seconds, 28'000);
      measure_node(bench, followers, options->seconds);
    }
  }
  return 0;
}
