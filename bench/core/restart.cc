// How long a node takes to serve again after it was killed, with a million buzzes in its store: opening RocksDB,
// replaying the log, claiming every shard. Beside it, reading the files of that store from beginning to end.
//
//   core_restart [--repetitions=N] [--seconds=S]    a million buzzes from S = 0.5 on, fewer for less
//
// Each life is a process of its own that opens the store, tells how long that took, posts some more, and kills itself.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iostream>
#include <vector>

#include "base/check.h"
#include "bench/core/bench_node.h"
#include "bench/core/poster.h"
#include "bench/core/work_folder.h"
#include "bench/options.h"
#include "bench/sample.h"

namespace buzzer::bench {
namespace {

constexpr std::size_t kInFlight = 256;
constexpr const char* kReading = "reading its files";
using Clock = std::chrono::steady_clock;

double ms_since(Clock::time_point begun) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begun).count();
}

// Posts by as many authors as are in flight.
class Filling {
 public:
  Filling(BenchNode& node, std::size_t posts, bool register_first) : node_(node), left_(posts) {
    for (std::size_t lane = 0; lane < kInFlight; ++lane) posters_.emplace_back(lane, base::NodeId(0), 1);
    if (!register_first) return;
    for (Poster& poster : posters_) {
      node.await([&](std::function<void()> done) { poster.register_account(node.router(), std::move(done)); });
    }
  }

  void run() {
    node_.await(
        [this](std::function<void()> done) {
          done_ = std::move(done);
          for (Poster& poster : posters_) next(poster);
        },
        std::chrono::minutes(10));
  }

 private:
  void next(Poster& poster) {
    if (left_ == 0) {
      if (++resting_ == posters_.size()) done_();
      return;
    }
    --left_;
    poster.post(node_.router(), [this, &poster] { next(poster); });
  }

  BenchNode& node_;
  std::size_t left_;
  std::vector<Poster> posters_;
  std::size_t resting_ = 0;
  std::function<void()> done_;
};

// Runs in a child. Never returns.
void live(const node::NodeOptions& options, std::size_t posts, bool first) {
  const auto begun = Clock::now();
  BenchNode node(options);
  node.start();
  if (!first) {
    Sample sample;
    sample.measure = "serving again after kill -9";
    sample.value = ms_since(begun);
    sample.unit = "ms";
    sample.beside = kReading;
    print(sample);
  }
  Filling(node, posts, first).run();
  ::kill(::getpid(), SIGKILL);
}

void live_in_a_child(const node::NodeOptions& options, std::size_t posts, bool first) {
  const pid_t child = ::fork();
  BUZZER_CHECK(child >= 0);
  if (child == 0) live(options, posts, first);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) return;
  std::cerr << "a life of the node ended otherwise than by its own hand\n";
  std::exit(1);
}

void read_all(const std::filesystem::path& folder) {
  const auto begun = Clock::now();
  std::vector<char> buffer(1UL << 20);
  double bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    while (file.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) || file.gcount() > 0) {
      bytes += static_cast<double>(file.gcount());
    }
  }
  Sample sample;
  sample.measure = kReading;
  sample.value = ms_since(begun);
  sample.unit = "ms";
  sample.also = {{"MB", bytes / 1e6}};
  print(sample);
}

int run(const Options& options) {
  const WorkFolder folder;
  const node::NodeOptions node = node_options(folder.path(), 0, 1);
  const auto buzzes = static_cast<std::size_t>(1e6 * std::min(1.0, 2 * options.seconds));
  std::cerr << "filling a store with " << buzzes << " buzzes\n";
  live_in_a_child(node, buzzes, true);
  for (int repetition = 0; repetition < options.repetitions; ++repetition) {
    read_all(node.run_folder / "store");
    live_in_a_child(node, buzzes / 50, false);
  }
  return 0;
}

}  // namespace
}  // namespace buzzer::bench

int main(int argc, char** argv) {
  const auto options = buzzer::bench::parse_options(argc, argv);
  return options ? buzzer::bench::run(*options) : 2;
}
