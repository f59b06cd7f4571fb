#include "tests/simulation/lone_shard.h"

#include <utility>

#include "node/kernel/queries.h"
#include "node/store/memory_store.h"
#include "proto/errors.h"

namespace buzzer::simulation {
namespace {

constexpr Duration kReopenAfter = std::chrono::milliseconds(100);

}  // namespace

// From one start of the process to its end.
struct LoneShard::Life final : shard::ShardOwner {
  Life(LoneShard& home, std::unique_ptr<store::Store> opened)
      : store(std::move(opened)),
        log(home.trace_, base::NodeId(0)),
        loop(home.time_, home.wall_offset_),
        journal(home.table_, *store, loop, home.random_, home.trace_),
        shard({kShard}, *store, journal, loop, log, *this),
        home_(home) {
    shard.start();
  }

  void on_read_failed(const std::string& /*why*/) override { on_stepped_back("something cannot be read"); }
  void on_stepped_back(const char* /*why*/) override {
    if (!store->failed() || reopening_) return;
    reopening_ = true;
    // As by a process that ends itself: only a store that is opened again shows what is there.
    home_.time_.schedule(home_.time_.now() + kReopenAfter, [&home = home_, life = home_.lives_] {
      if (home.life_ == nullptr || home.lives_ != life) return;
      home.stop(store::Survival::kAll);
      home.start();
    });
  }

  std::unique_ptr<store::Store> store;
  TraceLog log;
  SimulatedLoop loop;
  ReplicaJournal journal;
  shard::Shard shard;

 private:
  LoneShard& home_;
  bool reopening_ = false;
};

LoneShard::LoneShard(VirtualTime& time, base::Random& random, Trace& trace, History& history)
    : time_(time), random_(random), trace_(trace), history_(history) {}

LoneShard::~LoneShard() = default;

void LoneShard::start() {
  if (life_ != nullptr) return;
  auto opened = store::MemoryStore::open({{"simulated", base::NodeId(0), 1}}, disk_);
  if (!opened) {
    trace_.note([&] { return "node 0  the store cannot be opened: " + opened.error().message; });
    if (opened.error().problem != store::OpenProblem::kUnavailable) return history_.problem(opened.error().message);
    time_.schedule(time_.now() + kReopenAfter, [this] { start(); });
    return;
  }
  trace_.note([] { return std::string("node 0  ** starts"); });
  ++lives_;
  awake_from_ = time_.now();
  life_ = std::make_unique<Life>(*this, std::move(*opened));
}

void LoneShard::stop(store::Survival survival) {
  trace_.note([&] { return "node 0  ** ends; survival " + std::to_string(static_cast<int>(survival)); });
  life_.reset();
  frozen_ = false;
  disk_.crash(survival, random_);
  tell_closed(0);
}

void LoneShard::freeze() {
  if (life_ == nullptr || frozen_) return;
  trace_.note([] { return std::string("node 0  ** is frozen"); });
  frozen_ = true;
  life_->loop.freeze();
}

void LoneShard::thaw() {
  if (life_ == nullptr || !frozen_) return;
  trace_.note([] { return std::string("node 0  ** thaws"); });
  frozen_ = false;
  awake_from_ = time_.now();
  life_->loop.thaw();
}

bool LoneShard::runs(std::uint32_t /*door*/) const { return life_ != nullptr; }

bool LoneShard::awake_since(std::uint32_t /*door*/, MonotonicTime since) const {
  return life_ != nullptr && !frozen_ && awake_from_ <= since;
}

void LoneShard::post(std::uint32_t /*door*/, std::function<void()> turn) { life_->loop.post(std::move(turn)); }

void LoneShard::execute(std::uint32_t /*door*/, const proto::Command& command, ReplyCallback callback) {
  life_->shard.execute(command, std::move(callback));
}

void LoneShard::query(std::uint32_t /*door*/, const proto::Query& query, AnswerCallback callback) {
  const auto answer = std::make_shared<proto::Answer>();
  life_->shard.query([&](const kernel::StateView& state) { kernel::answer_query(state, query, *answer); },
                     [answer, callback = std::move(callback)](bool readable) {
                       if (!readable) {
                         answer->Clear();
                         answer->set_error(static_cast<std::uint32_t>(proto::ErrorCode::kUnavailable));
                       }
                       callback(*answer);
                     });
}

}  // namespace buzzer::simulation
