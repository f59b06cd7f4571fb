// What a link between two nodes costs, in the clear and encrypted, beside a bare Asio echo of the same bytes.
//
//   mesh_link [--repetitions=N] [--seconds=S]
//
// Messages of 32, 128 and 1,024 bytes (the whole frame) go to the other end and back: one at a time, for the round
// trip; and 128 in flight, for the rate. Both ends are threads of this process; CPU is that of both, in seconds per
// million messages echoed.
#include <string>

#include "bench/core/await.h"
#include "bench/mesh/bare_echo.h"
#include "bench/mesh/link_echo.h"
#include "bench/options.h"
#include "bench/sample.h"

namespace buzzer::bench {
namespace {

constexpr std::size_t kMessageBytes[] = {32, 128, 1024};
constexpr std::size_t kInFlight = 128;

std::string named(const std::string& who, const char* what, std::size_t bytes) {
  return who + ", " + what + ", " + std::to_string(bytes) + " bytes";
}

Sample sample_of(const std::string& who, const char* what, std::size_t bytes, const char* unit, double value) {
  constexpr const char* kBare = "bare";
  Sample sample;
  sample.measure = named(who, what, bytes);
  sample.value = value;
  sample.unit = unit;
  sample.ours = who != kBare;
  if (sample.ours) sample.beside = named(kBare, what, bytes);
  return sample;
}

template <class Run>
void measure(const std::string& who, std::size_t bytes, double seconds, const Run& run) {
  EchoOptions options;
  options.message_bytes = bytes;
  options.lasting = to_duration(seconds);
  const EchoFigures alone = run(options);
  Sample sample = sample_of(who, "round trip", bytes, "us", alone.p50_us);
  sample.also = {{"us CPU", alone.cpu_s_per_million}};
  print(sample);
  print(sample_of(who, "round trip p99", bytes, "us", alone.p99_us));

  options.in_flight = kInFlight;
  const EchoFigures many = run(options);
  sample = sample_of(who, "128 in flight", bytes, "messages/s", many.per_second);
  sample.also = {{"p50 us", many.p50_us}, {"p99 us", many.p99_us}};
  print(sample);
  print(sample_of(who, "128 in flight: CPU", bytes, "s per 1M", many.cpu_s_per_million));
}

}  // namespace
}  // namespace buzzer::bench

int main(int argc, char** argv) {
  using namespace buzzer::bench;
  using buzzer::linkmgr::LinkEncryption;
  const auto options = parse_options(argc, argv);
  if (!options) return 2;
  LinkEcho clear(LinkEncryption::kOffLoopback);
  LinkEcho encrypted(LinkEncryption::kAlways);
  for (int i = 0; i < options->repetitions; ++i) {
    for (const std::size_t bytes : kMessageBytes) {
      measure("bare", bytes, options->seconds, run_bare_echo);
      measure("link", bytes, options->seconds, [&](const EchoOptions& echo) { return clear.run(echo); });
      measure("encrypted link", bytes, options->seconds, [&](const EchoOptions& echo) { return encrypted.run(echo); });
    }
  }
  return 0;
}
