#include "tests/simulation/grid_run.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <type_traits>

#include "node/inspection/grid_audit.h"
#include "node/inspection/report_text.h"
#include "tests/simulation/audience.h"
#include "tests/simulation/crowd.h"
#include "tests/simulation/grid_faults.h"

namespace buzzer::simulation {
namespace {

using std::chrono::milliseconds;

constexpr Duration kLongWay = milliseconds(250);
constexpr Duration kLineEvery = milliseconds(50);
// Once all is well nothing is owed any more after so long.
constexpr Duration kNothingOwed = std::chrono::seconds(30);
// A home that did not answer is asked again for a subscription at the latest after so long (SubscriptionsOptions).
constexpr Duration kAskedAgain = milliseconds(5000);
// An audit asks each shard some questions, one after the other; there and back takes half a second on the longest way.
constexpr Duration kAudited = std::chrono::minutes(2);

NetworkOptions draw_network(base::Random& random) {
  NetworkOptions options;
  constexpr int kMostDelays[] = {2, 5, 20, 100};
  options.most_delay = milliseconds(kMostDelays[random.next() % std::size(kMostDelays)]);
  options.late_connections = random.next() % 2 == 0 ? 0.2 : 0.0;
  return options;
}

// How the shards of a run are bounded: small bounds are met more often.
shard::ShardOptions draw_shards(base::Random& random) {
  const auto one_of = [&](auto... values) {
    const std::common_type_t<decltype(values)...> all[] = {values...};
    return all[random.next() % sizeof...(values)];
  };
  shard::ShardOptions options;
  options.upkeep_every = milliseconds(one_of(500, 2000, 60'000));
  options.upkeep.most_arrivals = one_of(30U, 300U, 100'000U);
  options.upkeep.most_swept = one_of(3U, 200U);
  options.upkeep.most_looked_at = one_of(10U, 2000U);
  options.upkeep.most_rows_queued = one_of(3U, 50U);
  options.upkeep.most_rows_owed = one_of(5U, 200U);
  options.publisher.window = one_of(2U, 8U, 64U);
  options.publisher.entries_in_reading = one_of(3U, 256U);
  options.publisher.mark_every = milliseconds(one_of(200, 500, 1000));
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
        shards_(draw_shards(draw_)),
        grid_(options.nodes != 0 ? options.nodes : static_cast<std::uint32_t>(1 + draw_.next() % 7), shards_, around_,
              history_),
        faults_(grid_, around_, faults_random_),
        crowd_(grid_, Vocabulary(), time_, trace_, history_, draw_.next()),
        audience_random_(draw_.next()),
        audience_({grid_, time_, audience_random_, trace_, history_, crowd_.wishes()}, draw_.next()),
        trouble_(options.trouble > Duration::zero() ? options.trouble : milliseconds(5000 + draw_.next() % 10'000)),
        audits_amid_faults_(options.seed % 4 == 0),
        audits_random_(options.seed) {}

  RunResult run() {
    slow_some_ways();
    const MonotonicTime begun = time_.now();
    for (std::uint32_t node = 0; node < grid_.doors(); ++node) grid_.start(node);
    crowd_.begin();
    audience_.begin();
    faults_.begin();
    watch();
    time_.run_for(trouble_);
    faults_.stop();
    audience_.settle();
    crowd_.settle();
    settle();
    audit();
    audience_.stop();
    // What was acknowledged is there even if all machines lose their power at the same moment.
    faults_.restart_all();
    crowd_.judge();
    audience_.judge(crowd_.records());
    faults_.judge(crowd_.records(), history_);
    RunResult result = crowd_.result(begun);
    result.faults = faults_.count();
    result.given = audience_.given();
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

  // Until the grid is whole, nothing is owed, and nobody is given anything, for a while.
  void settle() {
    const Duration quiet = 3 * shards_.publisher.mark_every + milliseconds(1500);
    const MonotonicTime until = time_.now() + kNothingOwed;
    MonotonicTime quiet_since = time_.now();
    MonotonicTime whole_since = time_.now();
    std::string owed;
    while (time_.now() < until && (time_.now() - quiet_since < quiet || time_.now() - whole_since < kAskedAgain)) {
      time_.run_for(milliseconds(500));
      owed = grid_.owed();
      if (!owed.empty()) quiet_since = time_.now();
      if (!grid_.is_whole()) whole_since = time_.now();
      quiet_since = std::max(quiet_since, audience_.last_stirred());
    }
    if (!owed.empty()) history_.problem("30 s after all is well something is still owed:" + owed);
    if (!grid_.is_whole()) history_.problem("30 s after all is well not all nodes serve and see each other");
  }

  // What the grid says of itself: nothing is owed any more, so all must be proven.
  void audit() {
    if (!grid_.is_whole()) return;
    running_audit_.reset();
    const auto door = static_cast<std::uint32_t>(nodes_random_.next() % grid_.doors());
    const auto ask = [this, door](const proto::Query& query, Service::AnswerCallback told) {
      grid_.query(door, query, std::move(told));
    };
    std::optional<inspection::AuditReport> report;
    std::shared_ptr<void> running;
    grid_.post(door, [&] {
      running = inspection::GridAudit::begin(ask, [&](const inspection::AuditReport& told) { report = told; });
    });
    const MonotonicTime until = time_.now() + kAudited;
    while (!report && time_.now() < until) time_.run_for(milliseconds(20));
    if (!report) return history_.problem("an audit of the grid does not end");
    if (report->verdict() != inspection::AuditReport::Verdict::kProven) {
      history_.problem("in the end an audit says: " + to_line(*report));
    }
  }

  // Whatever happens, what is owed is not called broken. An audit whose node ends is never told of, and dropped.
  void audit_amid_faults() {
    if (running_audit_ != nullptr && time_.now() < drop_audit_at_) return;
    const auto door = static_cast<std::uint32_t>(audits_random_.next() % grid_.doors());
    if (!grid_.runs(door) || grid_.frozen(door)) return;
    drop_audit_at_ = time_.now() + std::chrono::seconds(4);
    grid_.post(door, [this, door] {
      running_audit_ = inspection::GridAudit::begin(
          [this, door](const proto::Query& query, Service::AnswerCallback told) {
            if (grid_.runs(door)) grid_.query(door, query, std::move(told));
          },
          [this](const inspection::AuditReport& told) {
            running_audit_.reset();
            if (told.verdict() != inspection::AuditReport::Verdict::kBroken) return;
            history_.problem("amid all faults an audit says: " + to_line(told));
          });
    });
  }

  // What happens all the time: lines are broadcast, and the service looked after.
  void watch() {
    grid_.check_service();
    if (audits_amid_faults_) audit_amid_faults();
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
  const shard::ShardOptions shards_;
  WholeGrid grid_;
  GridFaults faults_;
  Crowd crowd_;
  base::SeededRandom audience_random_;
  Audience audience_;
  const Duration trouble_;
  const bool audits_amid_faults_;
  base::SeededRandom audits_random_;
  std::shared_ptr<void> running_audit_;
  MonotonicTime drop_audit_at_;
};

}  // namespace

RunResult run_grid(const RunOptions& options) { return GridRun(options).run(); }

}  // namespace buzzer::simulation
