// Durable posts a second over WebSocket, as JSON, and how long each takes.
//
//   gateway_posts [--repetitions=N] [--seconds=S]
//
// One node; 1, 16 and 128 clients, each a user of its own with one post in flight, and 128 with eight each. Beside
// them, in turns, the least that durability can cost: a bare group-committed append of as many bytes as a post adds to
// the store's log, as many in flight. The load generator has one thread on the same cores; what it uses is told.
#include <string>

#include "bench/core/bare_append.h"
#include "bench/core/closed_loop.h"
#include "bench/gateway/audience.h"
#include "bench/gateway/figures.h"
#include "bench/gateway/grid_process.h"
#include "bench/options.h"
#include "bench/sample.h"

namespace buzzer::bench {
namespace {

struct Load {
  std::size_t clients = 1;
  std::size_t each = 1;  // posts in flight
};
constexpr Load kLoads[] = {{1, 1}, {16, 1}, {128, 1}, {128, 8}};
constexpr std::size_t kMostClients = 128;
constexpr std::size_t kTrialPosts = 200;  // by which their bytes are known

std::string named(const char* what, const Load& load) {
  const std::string each = load.each == 1 ? "" : " with " + std::to_string(load.each) + " in flight each";
  return std::string(what) + ", " + std::to_string(load.clients) + (load.clients == 1 ? " client" : " clients") + each;
}

class Posts {
 public:
  explicit Posts(BenchLoop& bench) : bench_(bench), grid_(1) {
    for (std::size_t i = 0; i < kMostClients; ++i) {
      const std::string who = credentials("poster" + std::to_string(i));
      clients_.push_back(std::make_unique<LoadClient>(
          bench.services(), grid_.client_ports()[0],
          std::vector<std::string>{R"("type":"register",)" + who, R"("type":"login",)" + who}, deliveries_));
      if (clients_.size() % kConnectingAtOnce == 0) await_ready(bench, clients_, "clients who post");
    }
    await_ready(bench, clients_, "clients who post");
    const double before = grid_.log_bytes();
    for (std::size_t i = 0; i < kTrialPosts; ++i) {
      bool done = false;
      clients_[0]->post(kText, [&done] { done = true; });
      bench.run_until([&done] { return done; }, "a post");
    }
    bytes_ = std::string(static_cast<std::size_t>(grid_.log_bytes() - before) / kTrialPosts, 'b');
    bare_ = std::make_unique<BareAppend>(bench.loop(), grid_.folder() / "bare");
  }

  void measure(const Load& load, double seconds) {
    constexpr const char* kBare = "bare append";
    measure(named(kBare, load), {}, load, seconds,
            [this](std::size_t, std::function<void()> done) { bare_->append(bytes_, std::move(done)); });
    measure(named("durable posts", load), named(kBare, load), load, seconds,
            [&](std::size_t lane, std::function<void()> done) {
              clients_[lane % load.clients]->post(kText, std::move(done));
            });
  }

 private:
  static constexpr const char* kText = "a buzz as people write them, about this and that";

  void measure(const std::string& measure, const std::string& beside, const Load& load, double seconds,
               ClosedLoop::Begin begin) {
    ClosedLoop posts(bench_.loop(), load.clients * load.each, std::move(begin));
    bool done = false;
    const GridCpu before = grid_.cpu();
    posts.run(std::chrono::duration_cast<base::Duration>(std::chrono::duration<double>(seconds)),
              [&done] { done = true; });
    bench_.run_until([&done] { return done; }, "the last post");
    const GridCpu cpu = grid_.cpu().since(before);
    Sample sample;
    sample.measure = measure;
    sample.value = posts.per_second();
    sample.unit = "posts/s";
    sample.beside = beside;
    sample.also = {{"p50 us", posts.percentile(0.5)}, {"p99 us", posts.percentile(0.99)}};
    if (!beside.empty()) {
      for (const auto& [name, us] : cpu.spread(static_cast<double>(posts.count()) / 1e6)) {
        sample.also["CPU us " + name] = us;
      }
      sample.also["CPU us load generator"] = posts.cpu_us_each();
    }
    if (!beside.empty() && load.clients == kMostClients && load.each == 1) sample.aim = "more than 34,000";
    print(sample);
  }

  BenchLoop& bench_;
  GridProcess grid_;
  Deliveries deliveries_;
  std::vector<std::unique_ptr<LoadClient>> clients_;
  std::string bytes_;  // as many as a post adds to the log
  std::unique_ptr<BareAppend> bare_;
};

}  // namespace
}  // namespace buzzer::bench

int main(int argc, char** argv) {
  using namespace buzzer::bench;
  const auto options = parse_options(argc, argv);
  if (!options) return 2;
  BenchLoop bench;
  Posts posts(bench);
  for (int i = 0; i < options->repetitions; ++i) {
    for (const Load& load : kLoads) posts.measure(load, options->seconds);
  }
  return 0;
}
