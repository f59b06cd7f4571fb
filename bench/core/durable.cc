// Durable posts a second and how long each takes, with 1, 16 and 128 in flight: at home, and through another node,
// which hands each to a home in another process over a real link. Beside it, in turns, the least that durability can
// cost: a bare group-committed append of as many bytes as a post adds to the store's log.
//
//   core_durable [--repetitions=N] [--seconds=S]
//
// Time passes for whatever else the machine does; the CPU time of a command, of all threads of this process, does not.
#include <filesystem>
#include <iostream>

#include "base/check.h"
#include "bench/core/bare_append.h"
#include "bench/core/bench_node.h"
#include "bench/core/closed_loop.h"
#include "bench/core/poster.h"
#include "bench/core/work_folder.h"
#include "bench/node_process.h"
#include "bench/options.h"
#include "bench/sample.h"

namespace buzzer::bench {
namespace {

constexpr std::size_t kInFlight[] = {1, 16, 128};

std::string named(const char* what, std::size_t in_flight) {
  return std::string(what) + ", " + std::to_string(in_flight) + " in flight";
}

constexpr const char* kBare = "bare append";

void report(ClosedLoop& measured, const std::string& measure, std::size_t in_flight, bool is_baseline) {
  Sample sample;
  sample.measure = measure;
  sample.value = measured.per_second();
  sample.unit = "commands/s";
  sample.also = {
      {"p50 us", measured.percentile(0.5)}, {"p99 us", measured.percentile(0.99)}, {"cpu us", measured.cpu_us_each()}};
  if (!is_baseline) sample.beside = named(kBare, in_flight);
  if (!is_baseline && in_flight == 128) sample.aim = "within 2x of the bare append";
  print(sample);
}

class Posts {
 public:
  Posts(BenchNode& node, base::NodeId home, std::uint32_t nodes) : node_(node) {
    for (std::size_t lane = 0; lane < kInFlight[2]; ++lane) posters_.emplace_back(lane, home, nodes);
    for (Poster& poster : posters_) {
      node_.await([&](std::function<void()> done) { poster.register_account(node_.router(), std::move(done)); });
    }
  }

  void measure(const char* what, std::size_t in_flight, double seconds) {
    ClosedLoop posts(node_.loop(), in_flight, [this](std::size_t lane, std::function<void()> done) {
      posters_[lane].post(node_.router(), std::move(done));
    });
    node_.await([&](std::function<void()> done) { posts.run(to_duration(seconds), std::move(done)); });
    count_ += posts.count();
    report(posts, named(what, in_flight), in_flight, false);
  }

 private:
  BenchNode& node_;
  std::vector<Poster> posters_;
  std::size_t count_ = 0;
};

void measure_bare(BenchNode& node, BareAppend& bare, const std::string& bytes, std::size_t in_flight, double seconds) {
  ClosedLoop appends(node.loop(), in_flight,
                     [&](std::size_t, std::function<void()> done) { bare.append(bytes, std::move(done)); });
  node.await([&](std::function<void()> done) { appends.run(to_duration(seconds), std::move(done)); });
  report(appends, named(kBare, in_flight), in_flight, true);
}

// What one post adds to the log: its entries and their frames, as a store of ours with nothing else writes them.
std::string as_many_bytes_as_a_post(BenchNode& node, const std::filesystem::path& store) {
  const auto log_bytes = [&] {
    std::uintmax_t bytes = 0;
    for (const auto& entry : std::filesystem::directory_iterator(store / "db")) {
      if (entry.path().extension() == ".log") bytes += entry.file_size();
    }
    return bytes;
  };
  constexpr std::size_t kPosts = 200;
  Poster poster(1000, base::NodeId(0), 1);
  node.await([&](std::function<void()> done) { poster.register_account(node.router(), std::move(done)); });
  const std::uintmax_t before = log_bytes();
  for (std::size_t i = 0; i < kPosts; ++i) {
    node.await([&](std::function<void()> done) { poster.post(node.router(), std::move(done)); });
  }
  return std::string((log_bytes() - before) / kPosts, 'b');
}

int run(const Options& options) {
  const WorkFolder folder;
  const auto alone = node_options(folder.path() / "alone", 0, 1);
  BenchNode home(alone);
  home.start();
  const std::string bytes = as_many_bytes_as_a_post(home, alone.run_folder / "store");
  std::cerr << "a post adds " << bytes.size() << " bytes to the log\n";
  BareAppend bare(home.loop(), folder.path() / "bare");

  const auto asking_options = node_options(folder.path() / "pair", 0, 2);
  BenchNode asking(asking_options);  // makes the key
  const auto other = node_options(folder.path() / "pair", 1, 2);
  const NodeProcess process(node_program(), other);
  asking.start();
  asking.wait_for_alive(2);

  Posts at_home(home, base::NodeId(0), 1);
  Posts through_another(asking, base::NodeId(1), 2);
  for (int repetition = 0; repetition < options.repetitions; ++repetition) {
    for (const std::size_t in_flight : kInFlight) {
      measure_bare(home, bare, bytes, in_flight, options.seconds);
      at_home.measure("durable post at home", in_flight, options.seconds);
      through_another.measure("durable post through another node", in_flight, options.seconds);
    }
  }
  return 0;
}

}  // namespace
}  // namespace buzzer::bench

int main(int argc, char** argv) {
  const auto options = buzzer::bench::parse_options(argc, argv);
  return options ? buzzer::bench::run(*options) : 2;
}
