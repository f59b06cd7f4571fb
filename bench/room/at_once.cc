// The room beside two brokers: 1,000 lines to 500 clients, all sent at once by one of them.
//
//   room_at_once [--repetitions=N] [--seconds=S]
//
// From sending the first until the last client has the last. Beside it a plain loop that gathers up to 64 lines in each
// `writev`. CPU is the server's, in seconds per million deliveries; the clients, on one thread of this process, compare
// every byte with what must come (of nats-server they count them).
#include "bench/room/contest.h"

int main(int argc, char** argv) {
  using namespace buzzer::bench;
  const auto options = parse_options(argc, argv);
  if (!options) return 2;
  Contest contest("bare, 64 lines a writev", BareWriting::kGathered);
  contest.run(*options, [](const Contestant& who, Listeners& listeners, const std::vector<std::string>& lines) {
    const char* cpu_aim = who.bytes == Contest::kLongLine ? "at most 0.2" : "";
    print_figures(who, listeners.all_at_once(lines), "at least as fast as both brokers", cpu_aim);
  });
  return 0;
}
