// What an author's followers cost: a post by somebody with 10 to a million of them, on one node with all shards. Beyond
// one follower in each shard it should cost no more, since a shard is sent a buzz once.
//
//   core_followers [--repetitions=N] [--seconds=S]    up to a million followers from S = 0.5 on, fewer for less
//
// Followers and follows are put into the store directly (bulk_store.h). Each measure posts for a while, 16 in flight,
// and then waits until all is delivered: CPU time of all threads, bytes given to the disk, and time are those of all of
// it, for each post.
#include <ctime>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "bench/core/bulk_store.h"
#include "bench/core/closed_loop.h"
#include "bench/core/lone_node.h"
#include "bench/core/poster.h"
#include "bench/core/work_folder.h"
#include "bench/options.h"
#include "bench/sample.h"

namespace buzzer::bench {
namespace {

constexpr std::size_t kFollowers[] = {10, 64, 1'000, 10'000, 100'000, 1'000'000};
constexpr std::size_t kInFlight = 16;
constexpr const char* kBaseline = "post, 64 followers";

std::string author_of(std::size_t followers) { return "author_of_" + std::to_string(followers); }
std::string measure_of(std::size_t followers) { return "post, " + std::to_string(followers) + " followers"; }

// Bytes that this process has given to files.
double written_bytes() {
  std::ifstream io("/proc/self/io");
  for (std::string name; io >> name;) {
    double bytes = 0;
    io >> bytes;
    if (name == "wchar:") return bytes;
  }
  return 0;
}

double cpu_us() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return 1e6 * static_cast<double>(time.tv_sec) + 1e-3 * static_cast<double>(time.tv_nsec);
}

void measure(LoneNode& node, std::size_t followers, double seconds) {
  std::vector<Poster> lanes;
  for (std::size_t lane = 0; lane < kInFlight; ++lane) lanes.emplace_back(author_of(followers));
  const double cpu = cpu_us();
  const double bytes = written_bytes();
  const base::MonotonicTime begun = node.loop().now();
  ClosedLoop posts(node.loop(), kInFlight, [&](std::size_t lane, std::function<void()> done) {
    lanes[lane].post_plain(node.router(), [done = std::move(done)](std::uint64_t /*id*/) { done(); });
  });
  node.await([&](std::function<void()> done) { posts.run(to_duration(seconds), std::move(done)); });
  const base::MonotonicTime settled = node.settle();

  const auto count = static_cast<double>(posts.count());
  Sample sample;
  sample.measure = measure_of(followers);
  sample.value = (cpu_us() - cpu) / count;
  sample.unit = "CPU us, all deliveries included";
  sample.also = {{"bytes written", (written_bytes() - bytes) / count},
                 {"p50 us until answered", posts.percentile(0.5)},
                 {"us until delivered", std::chrono::duration<double, std::micro>(settled - begun).count() / count}};
  if (sample.measure != kBaseline) sample.beside = kBaseline;
  if (followers > kFollowers[1]) sample.aim = "as with one follower in each shard";
  print(sample);
}

int run(const Options& options) {
  const WorkFolder folder;
  const node::NodeOptions alone = node_options(folder.path(), 0, 1);
  std::vector<std::size_t> kinds;
  {
    BulkStore store(alone.run_folder / "store");
    for (const std::size_t followers : kFollowers) {
      if (static_cast<double>(followers) > 2e6 * options.seconds) continue;
      std::cerr << "filling a store: an author with " << followers << " followers\n";
      store.add_author(author_of(followers), "f" + std::to_string(followers) + '_', followers);
      kinds.push_back(followers);
    }
  }
  LoneNode node(alone);
  node.start();
  for (int repetition = 0; repetition < options.repetitions; ++repetition) {
    for (const std::size_t followers : kinds) {
      measure(node, followers, options.seconds);
      node.rest();  // else what is swept up later would fall on the next measure
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
