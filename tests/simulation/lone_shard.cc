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
struct LoneShard::Life final : shard::ShardOwner, shard::PushSender {
  Life(LoneShard& home, std::unique_ptr<store::Store> opened)
      : store(std::move(opened)),
        log(home.trace_, base::NodeId(0)),
        loop(home.time_, home.wall_offset_),
        journal(home.table_, *store, loop, home.random_, home.trace_),
        shard(options(), {*store, journal, loop, home.random_, log, *this, *this}),
        home_(home) {
    shard.start();
  }

  void on_read_failed(const std::string& /*why*/) override { on_stepped_back(kShard, "something cannot be read"); }
  [[nodiscard]] bool push(base::NodeId /*to*/, const proto::Pushes& /*pushes*/) override { return false; }
  void on_stepped_back(base::ShardId /*shard*/, const char* /*why*/) override {
    if (!store->failed() || reopening_) return;
    reopening_ = true;
    // As by a process that ends itself: only a store that is opened again shows what is there.
    home_.time_.schedule(home_.time_.now() + kReopenAfter, [&home = home_, life = home_.lives_] {
      if (home.life_ == nullptr || home.lives_ != life) return;
      home.stop(store::Survival::kAll);
      home.start();
    });
  }

  static shard::ShardOptions options() {
    shard::ShardOptions options;
    options.shard = kShard;
    return options;
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

// The store is only a cache: what it holds is right once the shard serves, whether it is durable or not.
GridRecords LoneShard::read_records(const IndexKeys& keys, std::string& problem) const {
  GridRecords records(base::kShardCount);
  if (life_ == nullptr || !life_->shard.serves()) {
    problem = "the shard does not serve";
  } else {
    records[kShard.value()] = read_shard(*life_->store, kShard, keys, problem);
  }
  return records;
}

void LoneShard::post(std::uint32_t /*door*/, std::function<void()> turn) { life_->loop.post(std::move(turn)); }

// As the router does: to which thread a reply belongs is asked first.
void LoneShard::execute(std::uint32_t door, const proto::Command& command, ReplyCallback callback) {
  if (!command.has_post_buzz() || command.post_buzz().in_reply_to() == 0) {
    return life_->shard.execute(command, std::move(callback));
  }
  proto::Query parent;
  parent.mutable_buzz()->set_id(command.post_buzz().in_reply_to());
  query(door, parent, [this, command, callback = std::move(callback)](const proto::Answer& answer) {
    proto::Command with_root = command;
    if (answer.buzzes_size() == 1 && !answer.buzzes(0).deleted()) {
      const proto::Buzz& buzz = answer.buzzes(0);
      with_root.mutable_post_buzz()->set_root(buzz.root() != 0 ? buzz.root() : buzz.id());
    } else if (answer.error() == static_cast<std::uint32_t>(proto::ErrorCode::kUnavailable)) {
      proto::Reply reply;
      reply.set_error(answer.error());
      return callback(reply);
    }
    life_->shard.execute(with_root, callback);
  });
}

void LoneShard::query(std::uint32_t /*door*/, const proto::Query& query, AnswerCallback callback) {
  if (!query.has_thread() || query.thread().root() != 0) return ask(query, std::move(callback));
  proto::Query buzz;
  buzz.mutable_buzz()->set_id(query.thread().id());
  ask(buzz, [this, query, callback = std::move(callback)](const proto::Answer& answer) {
    if (answer.error() != 0) return callback(answer);
    proto::Query with_root = query;
    with_root.mutable_thread()->set_root(answer.buzzes(0).root() != 0 ? answer.buzzes(0).root() : query.thread().id());
    ask(with_root, callback);
  });
}

void LoneShard::ask(const proto::Query& query, AnswerCallback callback) {
  const auto answer = std::make_shared<proto::Answer>();
  life_->shard.query([=](const kernel::StateView& state) { kernel::answer_query(state, query, kShard, *answer); },
                     [answer, callback = std::move(callback)](bool readable) {
                       if (!readable) {
                         answer->Clear();
                         answer->set_error(static_cast<std::uint32_t>(proto::ErrorCode::kUnavailable));
                       }
                       callback(*answer);
                     });
}

}  // namespace buzzer::simulation
