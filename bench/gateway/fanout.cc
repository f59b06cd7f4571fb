// What it costs to push a buzz to its author's followers, each with a connection and a subscription of its own.
//
//   gateway_fanout [--repetitions=N] [--seconds=S]   (five repetitions at most)
//
// 200, 1,000 and 5,000 followers on JSON connections to one node, and to three among which they and all homes are
// spread; the load generator has one thread on the same machine. The last push of the last buzz ends a measure.
// - all at once: one author posts as fast as 32 in flight allow.
// - offered: as many posts a second, of as many authors as it takes, as make a million deliveries.
// - paced: 50 posts a second; from sending a post until each follower has it.
//
// Beside them a server that writes ready-made frames of the same size to as many connections (bare_broadcast.h): all at
// once, a million a second gathered as a good one does, and one by one as a plain one does. What the node costs is held
// against the good one. CPU is that of all nodes, in seconds per million deliveries; what of it the threads of shards
// and of sessions have, and what the load generator has used, stands beside.
#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>

#include "bench/gateway/audience.h"
#include "bench/gateway/bare_broadcast.h"
#include "bench/gateway/figures.h"
#include "bench/gateway/grid_process.h"
#include "bench/options.h"
#include "bench/sample.h"

namespace buzzer::bench {
namespace {

constexpr int kMostRepetitions = 5;
constexpr std::size_t kFollowers[] = {200, 1000, 5000};
constexpr double kOffered = 1e6;           // deliveries a second
constexpr double kAtOnce = 400'000;        // deliveries for each second asked for
constexpr double kEachByItself = 400'000;  // likewise, of the plain broadcast
constexpr std::size_t kLeastPosts = 50;    // of a measure, so that it says something of posts
constexpr double kPacedPosts = 50;         // a second
constexpr double kPostsOfAnAuthor = 650;   // a second: with 32 in flight each may take 49 ms
// Bytes of a push of a buzz with a short text, envelope and all.
constexpr std::size_t kPushBytes = 277;
constexpr const char* kText = "hello";

std::size_t posts_for(double deliveries, std::size_t followers) {
  return std::max(kLeastPosts, static_cast<std::size_t>(std::ceil(deliveries / static_cast<double>(followers))));
}

std::size_t authors_for(std::size_t followers) {
  const double posts = kOffered / static_cast<double>(followers);
  return std::max<std::size_t>(2, static_cast<std::size_t>(std::ceil(posts / kPostsOfAnAuthor)));
}

struct Names {
  std::string what;     // such as "1M/s offered, 200 followers"
  std::string against;  // what it stands beside: likewise
  std::string aim;      // for the CPU

  [[nodiscard]] static std::string cpu(const std::string& of) { return of + ": CPU"; }
};

void print_figures(const Names& names, double rate, double cost, std::map<std::string, double> also_rate,
                   std::map<std::string, double> also_cost) {
  Sample sample;
  sample.measure = names.what;
  sample.value = rate;
  sample.unit = "deliveries/s";
  sample.beside = names.against;
  sample.also = std::move(also_rate);
  print(sample);
  sample.measure = Names::cpu(names.what);
  sample.value = cost;
  sample.unit = "s per 1M";
  if (!names.against.empty()) sample.beside = Names::cpu(names.against);
  sample.aim = names.aim;
  sample.also = std::move(also_cost);
  print(sample);
}

std::string named(const char* what, std::size_t followers) {
  return std::string(what) + ", " + std::to_string(followers) + " followers";
}

void measure_bare(BenchLoop& bench, const char* what, double deliveries, BareOptions options) {
  options.frames = posts_for(deliveries, options.connections);
  options.frame_bytes = kPushBytes;
  const BareFigures bare = run_bare_broadcast(bench, options);
  print_figures({named(what, options.connections), {}, {}}, bare.deliveries_per_second, bare.server_cpu_per_million, {},
                {{"load generator", bare.client_cpu_per_million}});
}

constexpr const char* kBareAtOnce = "bare, all at once";
constexpr const char* kBareOffered = "bare, 1M/s offered";

void measure_all_bare(BenchLoop& bench, std::size_t followers, double seconds) {
  BareOptions options;
  options.connections = followers;
  measure_bare(bench, kBareAtOnce, kAtOnce * seconds, options);
  options.frames_per_second = kOffered / static_cast<double>(followers);
  measure_bare(bench, kBareOffered, kOffered * seconds, options);
  options.writing = Writing::kEach;
  measure_bare(bench, "bare, each frame written by itself", kEachByItself * seconds, options);
}

class Fanout {
 public:
  Fanout(BenchLoop& bench, std::uint32_t nodes, std::size_t followers)
      : bench_(bench),
        followers_(followers),
        authors_(authors_for(followers)),
        nodes_(nodes),
        grid_(nodes),
        audience_(bench, grid_.client_ports(), followers, authors_) {}

  void all_at_once(double seconds) {
    begin(false);
    audience_.post_all(posts_for(kAtOnce * seconds, followers_), kText);
    end("all at once", kBareAtOnce, "", {});
  }

  void offered(double seconds) {
    const double per_second = kOffered / static_cast<double>(followers_);
    const std::size_t posts = posts_for(kOffered * seconds, followers_);
    begin(false);
    for (std::size_t i = 0; i < posts; ++i) {
      const std::size_t author = i % authors_;
      bench_.run_until(begun_ +
                       std::chrono::nanoseconds(static_cast<std::int64_t>(static_cast<double>(i) / per_second * 1e9)));
      audience_.await_room(author);
      audience_.post(author, kText);
    }
    const double in_time = static_cast<double>(posts - 1) / per_second / bench_.seconds_since(begun_);
    end("1M/s offered", kBareOffered, "within 1.3x of the bare broadcast", {{"of the rate offered", in_time}});
  }

  void paced(double seconds) {
    const auto posts = static_cast<std::size_t>(std::max(0.5, 2 * seconds) * kPacedPosts);
    begin(true);
    for (std::size_t i = 0; i < posts; ++i) {
      bench_.run_until(begun_ + i * std::chrono::nanoseconds(std::chrono::seconds(1)) / static_cast<int>(kPacedPosts));
      audience_.await_room(0);
      audience_.post(0, kText);
    }
    audience_.await_deliveries();
    Deliveries& deliveries = audience_.deliveries();
    const double millions = static_cast<double>(deliveries.count) / 1e6;
    Sample sample;
    sample.measure = here("paced, p99 of a push");
    sample.value = percentile(deliveries.took_ms, 0.99);
    sample.unit = "ms";
    sample.also = {{"p50 ms", percentile(deliveries.took_ms, 0.5)},
                   {"CPU s per 1M", grid_.cpu().since(cpu_before_).total / millions}};
    if (nodes_ > 1) sample.beside = named("paced, p99 of a push", followers_);
    if (followers_ == kFollowers[1]) sample.aim = "under 20 ms";
    print(sample);
  }

 private:
  [[nodiscard]] std::string here(const char* what) const {
    return named(what, followers_) + (nodes_ > 1 ? ", " + std::to_string(nodes_) + " nodes" : "");
  }

  void begin(bool wants_times) {
    audience_.begin(wants_times);
    cpu_before_ = grid_.cpu();
    own_before_ = own_cpu_seconds();
    begun_ = bench_.now();
  }

  void end(const char* what, const char* bare, const char* aim, std::map<std::string, double> also) {
    audience_.await_deliveries();
    const double took = bench_.seconds_since(begun_);
    const GridCpu cpu = grid_.cpu().since(cpu_before_);
    const double own = own_cpu_seconds() - own_before_;
    const auto count = static_cast<double>(audience_.deliveries().count);
    also["bytes each"] = static_cast<double>(audience_.deliveries().bytes) / count;
    auto also_cost = cpu.spread(count / 1e6);
    also_cost["load generator"] = own / count * 1e6;
    print_figures({here(what), named(bare, followers_), aim}, count / took, cpu.total / count * 1e6, std::move(also),
                  std::move(also_cost));
  }

  BenchLoop& bench_;
  const std::size_t followers_;
  const std::size_t authors_;
  const std::uint32_t nodes_;
  GridProcess grid_;
  Audience audience_;
  GridCpu cpu_before_;
  double own_before_ = 0;
  base::MonotonicTime begun_;
};

}  // namespace
}  // namespace buzzer::bench

int main(int argc, char** argv) {
  using namespace buzzer::bench;
  const auto options = parse_options(argc, argv);
  if (!options) return 2;
  for (const std::size_t followers : kFollowers) {
    BenchLoop bench;
    Fanout one(bench, 1, followers);
    Fanout three(bench, 3, followers);
    for (int i = 0; i < std::min(options->repetitions, kMostRepetitions); ++i) {
      measure_all_bare(bench, followers, options->seconds);
      for (Fanout* fanout : {&one, &three}) {
        fanout->all_at_once(options->seconds);
        fanout->offered(options->seconds);
        fanout->paced(options->seconds);
      }
    }
  }
  return 0;
}
