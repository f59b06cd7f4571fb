#include "tests/simulation/grid_run.h"

#include <iterator>

#include "tests/simulation/crowd.h"
#include "tests/simulation/grid_faults.h"

namespace buzzer::simulation {
namespace {

using std::chrono::milliseconds;

constexpr Duration kLongWay = milliseconds(250);
constexpr Duration kLineEvery = milliseconds(50);

NetworkOptions draw_network(base::Random& random) {
  NetworkOptions options;
  constexpr int kMostDelays[] = {2, 5, 20, 100};
  options.most_delay = milliseconds(kMostDelays[random.next() % std::size(kMostDelays)]);
  options.late_connections = random.next() % 2 == 0 ? 0.2 : 0.0;
  return options;
}

class GridRun {
 public:
  explicit GridRun(const RunOptions& options)
      : draw_(options.seed),
        nodes_random_(draw_.next()),
        network_random_(draw_.next()),
        faults_random_(draw_.next()),
        trace_(time_, options.trace),
        network_(time_, network_random_, draw_network(draw_)),
        around_{time_, network_, nodes_random_, trace_},
        history_(time_, trace_),
        grid_(options.nodes != 0 ? options.nodes : static_cast<std::uint32_t>(1 + draw_.next() % 7), around_, history_),
        faults_(grid_, around_, faults_random_),
        crowd_(grid_, time_, trace_, history_, draw_.next()),
        trouble_(options.trouble > Duration::zero() ? options.trouble : milliseconds(5000 + draw_.next() % 10'000)) {}

  RunResult run() {
    slow_some_ways();
    const MonotonicTime begun = time_.now();
    for (std::uint32_t node = 0; node < grid_.doors(); ++node) grid_.start(node);
    crowd_.begin();
    faults_.begin();
    watch();
    time_.run_for(trouble_);
    faults_.stop();
    crowd_.settle();
    // What was acknowledged is there even if all machines lose their power at the same moment.
    faults_.restart_all();
    crowd_.judge();
    RunResult result = crowd_.result(begun);
    result.faults = faults_.count();
    return result;
  }

 private:
  // In some runs some ways are far longer than others, so that what was sent earlier arrives later. There and back it
  // stays below what a heartbeat may take.
  void slow_some_ways() {
    if (network_.options().most_delay > milliseconds(20)) return;
    for (std::uint32_t one = 0; one < grid_.doors(); ++one) {
      for (std::uint32_t other = 0; other < one; ++other) {
        const std::uint64_t way = draw_.next() % 6;
        if (way == 0) network_.slow_down(one, other, kLongWay);
        if (way == 1) network_.slow_down(other, one, kLongWay);
      }
    }
  }

  // What happens all the time: lines are broadcast, and the service looked after.
  void watch() {
    grid_.check_service();
    grid_.say_line(static_cast<std::uint32_t>(nodes_random_.next() % grid_.doors()));
    time_.schedule(time_.now() + kLineEvery, [this] { watch(); });
  }

  base::SeededRandom draw_;
  base::SeededRandom nodes_random_;
  base::SeededRandom network_random_;
  base::SeededRandom faults_random_;
  VirtualTime time_;
  Trace trace_;
  SimulatedNetwork network_;
  const Surroundings around_;
  History history_;
  WholeGrid grid_;
  GridFaults faults_;
  Crowd crowd_;
  const Duration trouble_;
};

}  // namespace

RunResult run_grid(const RunOptions& options) { return GridRun(options).run(); }

}  // namespace buzzer::simulation
