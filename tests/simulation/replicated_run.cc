#include "tests/simulation/replicated_run.h"

#include <functional>
#include <iterator>

#include "tests/simulation/crowd.h"
#include "tests/simulation/lone_shard.h"

namespace buzzer::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class ReplicatedRun {
 public:
  explicit ReplicatedRun(const RunOptions& options)
      : draw_(options.seed),
        shard_random_(draw_.next()),
        trace_(time_, options.trace),
        history_(time_, trace_),
        shard_(time_, shard_random_, trace_, history_),
        crowd_(shard_, Vocabulary(LoneShard::kShard), time_, trace_, history_, draw_.next()),
        trouble_(options.trouble > Duration::zero() ? options.trouble : milliseconds(3000 + draw_.next() % 8000)) {}

  RunResult run() {
    const MonotonicTime begun = time_.now();
    shard_.table().trouble_in = 20 + draw(100);
    shard_.start();
    crowd_.begin();
    next_fault();
    time_.run_for(trouble_);
    mend();
    crowd_.settle();
    shard_.stop(store::Survival::kNone);
    shard_.start();
    crowd_.judge();
    RunResult result = crowd_.result(begun);
    result.faults = faults_;
    return result;
  }

 private:
  [[nodiscard]] std::uint32_t draw(std::uint32_t below) { return static_cast<std::uint32_t>(draw_.next() % below); }

  void later(Duration delay, std::function<void()> then) {
    time_.schedule(time_.now() + delay, [this, then = std::move(then)] {
      if (!mended_) then();
    });
  }

  void next_fault() {
    later(milliseconds(1 + draw(1500)), [this] {
      ++faults_;
      fault();
      next_fault();
    });
  }

  void fault() {
    switch (draw(6)) {
      case 0:
        shard_.freeze();
        return later(milliseconds(draw(2000)), [this] { shard_.thaw(); });
      case 1:
        trace_.note([] { return std::string("journal  ** cannot be reached"); });
        shard_.table().reachable = false;
        return later(milliseconds(draw(2000)), [this] { shard_.table().reachable = true; });
      case 2:
        trace_.note([] { return std::string("node 0  ** its disk goes bad"); });
        shard_.disk_faults().fail_call(1 + draw(40), draw(2) == 0);
        return later(milliseconds(draw(2000)), [this] { shard_.disk_faults().heal(); });
      case 3:
        return shard_.set_clock(milliseconds(static_cast<std::int64_t>(draw(20'000)) - 10'000));
      default:
        if (!shard_.runs(0)) return;
        shard_.stop(store::kSurvivals[draw(std::size(store::kSurvivals))]);
        return later(milliseconds(draw(1000)), [this] { shard_.start(); });
    }
  }

  void mend() {
    mended_ = true;
    shard_.table().reachable = true;
    shard_.table().trouble_in = 0;
    shard_.disk_faults().heal();
    shard_.set_clock(Duration::zero());
    shard_.thaw();
    shard_.start();
  }

  base::SeededRandom draw_;
  base::SeededRandom shard_random_;
  VirtualTime time_;
  Trace trace_;
  History history_;
  LoneShard shard_;
  Crowd crowd_;
  const Duration trouble_;
  bool mended_ = false;
  std::uint64_t faults_ = 0;
};

}  // namespace

RunResult run_replicated_shard(const RunOptions& options) { return ReplicatedRun(options).run(); }

}  // namespace buzzer::simulation
