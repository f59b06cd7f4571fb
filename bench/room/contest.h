// All who are measured in one run: the room, the brokers that scripts/bench_tools.sh has got, and a plain loop that
// shows what it costs at least. Each has 500 clients of its own; who has no turn has nothing to do.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bench/options.h"
#include "bench/room/listeners.h"
#include "bench/sample.h"

namespace buzzer::bench {

// Of one measure.
struct Contestant {
  std::string name;     // with the size of the lines, such as "room, 128 bytes"
  std::string against;  // which it stands beside: the room beside the plain loop, brokers beside the room; or empty
  std::size_t bytes = 0;
  bool is_room = false;
};

class Contest {
 public:
  static constexpr std::size_t kReaders = 500;
  static constexpr std::size_t kLongLine = 128;

  // `least`: how the plain loop is called.
  Contest(const std::string& least, BareWriting writing);

  using Turn = std::function<void(const Contestant&, Listeners&, const std::vector<std::string>& lines)>;
  // As many rounds as the options say; in each, all have their turn with 1,000 lines of 8 bytes (with the '\n'), and
  // then of 128. Less than half a second asked for: fewer lines.
  void run(const Options& options, const Turn& turn);

 private:
  struct Entrant {
    std::unique_ptr<LineServer> server;
    std::unique_ptr<Listeners> listeners;
  };

  const std::string least_;
  std::vector<Entrant> entrants_;
};

// The rate and the cost of a turn.
void print_figures(const Contestant& who, const SpreadFigures& figures, const char* rate_aim, const char* cpu_aim);
// A measure of a contestant, without a value.
[[nodiscard]] Sample sample_of(const Contestant& who, const char* what, const char* unit, const char* aim);

}  // namespace buzzer::bench
