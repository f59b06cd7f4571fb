// The room beside two brokers: 1,000 lines to 500 clients, each sent when all clients have the one before.
//
//   room_one_at_a_time [--repetitions=N] [--seconds=S]
//
// Beside it a plain loop with one `send` for each delivery: the least that it can cost. Otherwise as at_once.cc.
#include "bench/room/contest.h"

int main(int argc, char** argv) {
  using namespace buzzer::bench;
  const auto options = parse_options(argc, argv);
  if (!options) return 2;
  Contest contest("bare, one send each", BareWriting::kEach);
  contest.run(*options, [](const Contestant& who, Listeners& listeners, const std::vector<std::string>& lines) {
    constexpr const char* kAim = "within 1.2x of one bare send";
    const SpreadFigures figures = listeners.one_at_a_time(lines);
    print_figures(who, figures, "", kAim);
    Sample sample = sample_of(who, ": until all have it", "ms", kAim);
    sample.value = figures.p50_ms;
    sample.also = {{"p99 ms", figures.p99_ms}};
    print(sample);
  });
  return 0;
}
