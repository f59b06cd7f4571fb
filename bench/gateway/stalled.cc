// What followers who stop reading cost the others, and how much memory.
//
//   gateway_stalled [--repetitions=N] [--seconds=S]   (five repetitions at most; no measure takes a time)
//
// 200 followers of one author, who posts buzzes of 4 KiB as fast as 32 in flight allow, more of them than the queue of
// a session (1 MiB) takes: with everybody reading, with one who reads nothing, and with twenty. Measured are the
// deliveries to those who read, and how far the node's resident memory has grown by the end, while the others' queues
// are full. Then they read on, and must get all that they have missed, in order. Each case has a node of its own, whose
// store grows alike in all three.
#include <algorithm>
#include <string>
#include <utility>

#include "bench/gateway/audience.h"
#include "bench/gateway/figures.h"
#include "bench/gateway/grid_process.h"
#include "bench/options.h"
#include "bench/sample.h"

namespace buzzer::bench {
namespace {

constexpr int kMostRepetitions = 5;
constexpr std::size_t kFollowers = 200;
constexpr std::size_t kStalled[] = {0, 1, 20};
constexpr std::size_t kPosts = 450;       // more than a queue and what the system holds for a connection take
constexpr std::size_t kPostsBefore = 20;  // what the first posts need once is not of the measure
constexpr double kMiB = 1 << 20;

// About 4 KiB as it is pushed: half of it characters of four bytes, half of it what is told of topics.
std::string long_text() {
  std::string text;
  for (int i = 0; i < 48; ++i) text += "#go ";
  for (int i = 0; i < 300; ++i) text += "\xF0\x9F\x90\x9D";
  return text;
}

std::string named(const char* what, std::size_t stalled) {
  const std::string who = stalled == 0 ? "nobody" : std::to_string(stalled) + " of " + std::to_string(kFollowers);
  return std::string(what) + ", " + who + " stalled";
}

void print_beside(const char* what, std::size_t stalled, double value, const char* unit,
                  std::map<std::string, double> also) {
  Sample sample;
  sample.measure = named(what, stalled);
  sample.value = value;
  sample.unit = unit;
  sample.also = std::move(also);
  if (stalled > 0) sample.beside = named(what, 0);
  print(sample);
}

void measure(BenchLoop& bench, std::size_t stalled) {
  const GridProcess grid(1);
  Audience audience(bench, grid.client_ports(), kFollowers, 1);
  const std::string text = long_text();
  audience.begin(false);
  audience.post_all(kPostsBefore, text);
  audience.await_deliveries();

  audience.stall(stalled);
  audience.begin(true);
  const double resident = grid.resident();
  const GridCpu cpu_before = grid.cpu();
  const base::MonotonicTime begun = bench.now();
  audience.post_all(kPosts, text);
  audience.await_deliveries();
  const double took = bench.seconds_since(begun);
  const GridCpu cpu = grid.cpu().since(cpu_before);
  const double growth = grid.resident() - resident;
  const base::MonotonicTime recovering = bench.now();
  const std::size_t dropped = audience.recover();

  Deliveries& deliveries = audience.deliveries();
  const auto count = static_cast<double>(deliveries.count);
  auto also = cpu.spread(count / 1e6);
  also["CPU s per 1M"] = cpu.total / count * 1e6;
  also["bytes each"] = static_cast<double>(deliveries.bytes) / count;
  print_beside("flood", stalled, count / took, "deliveries/s", std::move(also));
  print_beside("flood, p99 of a push", stalled, percentile(deliveries.took_ms, 0.99), "ms",
               {{"p50 ms", percentile(deliveries.took_ms, 0.5)}});
  Sample sample;
  sample.measure = named("flood, memory grown by", stalled);
  sample.value = growth / kMiB;
  sample.unit = "MiB";
  if (stalled > 0) {
    sample.also = {{"MiB may the queues take", static_cast<double>(stalled)},
                   {"s until all was read", bench.seconds_since(recovering)},
                   {"dropped", static_cast<double>(dropped)}};
    sample.aim = "1 MiB for each who stalls more than with nobody stalled";
  }
  print(sample);
}

}  // namespace
}  // namespace buzzer::bench

int main(int argc, char** argv) {
  using namespace buzzer::bench;
  const auto options = parse_options(argc, argv);
  if (!options) return 2;
  BenchLoop bench;
  for (int i = 0; i < std::min(options->repetitions, kMostRepetitions); ++i) {
    for (const std::size_t stalled : kStalled) measure(bench, stalled);
  }
  return 0;
}
