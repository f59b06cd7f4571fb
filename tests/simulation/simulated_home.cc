#include "tests/simulation/simulated_home.h"

#include "base/check.h"
#include "node/kernel/queries.h"

namespace buzzer::simulation {
namespace {

constexpr base::ShardId kShard{11};
constexpr int kClients = 3;

// Says that all is synced when nothing is.
class HastySync final : public journal::GroupSync {
 public:
  explicit HastySync(base::EventLoop& loop) : loop_(loop) {}
  void wait_for(store::Sequence /*written*/, Callback callback) override {
    loop_.post([callback = std::move(callback)] { callback({}); });
  }

 private:
  base::EventLoop& loop_;
};

// Leaves the command keys out of every batch.
class ForgetfulJournal final : public journal::Journal {
 public:
  explicit ForgetfulJournal(journal::Journal& real) : real_(real) {}
  void claim(base::ShardId shard, ClaimCallback callback) override { real_.claim(shard, std::move(callback)); }
  [[nodiscard]] journal::Entered append(const journal::Append& append, AppendCallback callback) override {
    struct Rest {
      store::Batch batch;
      static bool is_key(std::string_view key) { return key.size() > 1 && (key[1] == 'k' || key[1] == 'x'); }
      void put(std::string_view key, std::string_view value) {
        if (!is_key(key)) batch.put(key, value);
      }
      void erase(std::string_view key) {
        if (!is_key(key)) batch.erase(key);
      }
    } rest;
    append.batch->for_each(rest);
    *append.batch = rest.batch;
    return real_.append(append, std::move(callback));
  }

 private:
  journal::Journal& real_;
};

}  // namespace

// A user who does one thing after the other and remembers what was acknowledged.
class SimulatedHome::Client {
 public:
  struct Buzz {
    std::uint64_t id;
    std::string text;
    std::uint32_t version;
  };

  explicit Client(int number) : name_("user_" + std::to_string(number)) {}

  // The next wish, with a new key.
  void think(base::Random& random, std::int64_t now_ms) {
    command_.Clear();
    command_.set_account(name_);
    command_.set_key(std::to_string(++wishes_));
    command_.set_key_created_ms(now_ms);
    target_ = buzzes_.empty() ? 0 : random.next() % buzzes_.size();
    if (wishes_ == 1) {
      command_.mutable_register_account()->set_name(name_);
    } else if (const auto kind = random.next() % 6; buzzes_.empty() || kind < 3) {
      command_.mutable_post_buzz()->set_text("buzz " + std::to_string(wishes_));
    } else if (kind < 5) {
      command_.mutable_edit_buzz()->set_id(buzzes_[target_].id);
      command_.mutable_edit_buzz()->set_text("edit " + std::to_string(wishes_));
    } else {
      command_.mutable_delete_buzz()->set_id(buzzes_[target_].id);
    }
  }

  void acknowledged(const proto::Reply& reply) {
    if (command_.has_post_buzz()) buzzes_.push_back({reply.id(), command_.post_buzz().text(), 1});
    if (command_.has_edit_buzz()) buzzes_[target_] = {reply.id(), command_.edit_buzz().text(), reply.version()};
    if (command_.has_delete_buzz()) buzzes_.erase(buzzes_.begin() + static_cast<std::ptrdiff_t>(target_));
  }

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const proto::Command& command() const { return command_; }
  [[nodiscard]] const std::vector<Buzz>& buzzes() const { return buzzes_; }
  std::unique_ptr<base::Timer> timer;
  bool idle = false;  // knows what became of its last wish, and wishes nothing more

 private:
  const std::string name_;
  proto::Command command_;
  std::size_t target_ = 0;
  std::uint64_t wishes_ = 0;
  std::vector<Buzz> buzzes_;  // acknowledged and not deleted
};

class SimulatedHome::TraceLog final : public base::Log {
 public:
  explicit TraceLog(SimulatedHome& home) : home_(home) {}
  void write(base::LogLevel /*level*/, std::string_view component, std::string_view message,
             base::LogFields fields) override {
    home_.note(base::format_text(base::NodeId(0), component, message, fields));
  }

 private:
  SimulatedHome& home_;
};

// From one start of the process to its end.
struct SimulatedHome::Life final : shard::ShardOwner {
  Life(SimulatedHome& home, std::unique_ptr<store::Store> opened)
      : log(home),
        loop(home.time_, home.wall_offset_),
        store(std::move(opened)),
        sync(*store, loop, home.random_),
        hasty(loop),
        journal(*store,
                home.mistake_ == PlantedMistake::kAcknowledgeBeforeSync ? static_cast<journal::GroupSync&>(hasty)
                                                                        : static_cast<journal::GroupSync&>(sync),
                loop),
        forgetful(journal),
        shard({kShard}, *store,
              home.mistake_ == PlantedMistake::kForgetKeysAtOnce ? static_cast<journal::Journal&>(forgetful)
                                                                 : static_cast<journal::Journal&>(journal),
              loop, log, *this) {}

  // The clients go on asking; a crash opens the store again.
  void on_stepped_back() override {}

  TraceLog log;
  SimulatedLoop loop;
  std::unique_ptr<store::Store> store;
  SimulatedSync sync;
  HastySync hasty;
  journal::LocalJournal journal;
  ForgetfulJournal forgetful;
  shard::Shard shard;
};

SimulatedHome::SimulatedHome(std::uint64_t seed, PlantedMistake mistake) : random_(seed), mistake_(mistake) {
  for (int number = 0; number < kClients; ++number) clients_.push_back(std::make_unique<Client>(number));
  start();
}

SimulatedHome::~SimulatedHome() = default;

void SimulatedHome::note(const std::string& what) {
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(time_.now().time_since_epoch()).count();
  trace_ += std::to_string(us) + "us " + what + '\n';
}

void SimulatedHome::start() {
  auto opened = store::MemoryStore::open({{"simulated", base::NodeId(0), 1}}, disk_);
  note(opened ? "started" : "not started: " + opened.error().message);
  BUZZER_CHECK(opened.has_value());
  life_ = std::make_unique<Life>(*this, std::move(*opened));
  life_->shard.start();
  // The clients find out by and by; what they wished before, they wish again.
  for (const auto& client : clients_) {
    if (client->idle) continue;
    const auto after = std::chrono::microseconds(random_.next() % 20'000);
    client->timer = life_->loop.call_after(after, [this, &client = *client] {
      if (client.command().key().empty()) client.think(random_, life_->loop.wall_now().time_since_epoch().count());
      submit(client);
    });
  }
}

void SimulatedHome::crash(store::Survival survival) {
  note("crash " + std::to_string(static_cast<int>(survival)));
  ++crashes_;
  for (const auto& client : clients_) client->timer.reset();
  life_.reset();
  disk_.faults().heal();
  disk_.crash(survival, random_);
}

void SimulatedHome::submit(Client& client) {
  life_->shard.execute(client.command(), [this, &client](const proto::Reply& reply) {
    const auto error = static_cast<proto::ErrorCode>(reply.error());
    note(client.name() + ' ' + client.command().key() + ": " + std::string(proto::error_info(error).name) + ' ' +
         std::to_string(reply.id()) + '/' + std::to_string(reply.version()));
    if (proto::error_info(error).definite) {
      if (error == proto::ErrorCode::kNone) {
        ++acknowledged_;
        client.acknowledged(reply);
      }
      client.idle = stopping_;
      if (client.idle) return;
      client.think(random_, life_->loop.wall_now().time_since_epoch().count());
    }
    const auto pause = std::chrono::microseconds(random_.next() % 10'000);
    client.timer = life_->loop.call_after(pause, [this, &client] { submit(client); });
  });
}

void SimulatedHome::trouble() {
  switch (random_.next() % 4) {
    case 0:
      wall_offset_ += std::chrono::milliseconds(static_cast<std::int64_t>(random_.next() % 4000) - 2000);
      return note("the wall clock was stepped");
    case 1:
      note("disk fault");
      return disk_.faults().fail_call(1 + random_.next() % 20, true);
    default:
      crash(store::kSurvivals[random_.next() % std::size(store::kSurvivals)]);
      return start();
  }
}

void SimulatedHome::run(Duration trouble_for) {
  const MonotonicTime until = time_.now() + trouble_for;
  while (time_.now() < until) {
    time_.run_for(std::chrono::microseconds(random_.next() % 100'000));
    trouble();
  }
  // All is well from now on: every client learns what became of its last wish, and stops.
  stopping_ = true;
  crash(store::Survival::kNone);
  start();
  time_.run_for(std::chrono::seconds(1));
  crash(store::Survival::kNone);
  start();
  time_.run_for(std::chrono::milliseconds(50));
}

std::vector<std::string> SimulatedHome::problems() {
  std::vector<std::string> problems;
  for (const auto& client : clients_) {
    std::vector<proto::Buzz> found;
    life_->shard.query(
        [&](const kernel::StateView& state) {
          std::optional<kernel::FeedPlace> from;
          for (bool more = true; more;) {
            auto page = kernel::author_feed(state, client->name(), from, kernel::Direction::kNewer, 50);
            for (auto& buzz : page.buzzes) found.push_back(std::move(buzz));
            more = page.more;
            if (more) from = {found.back().posted_ms(), base::BuzzId(found.back().id())};
          }
        },
        [&](bool readable) {
          if (!readable) problems.emplace_back("cannot be read");
        });
    std::string is;
    for (const auto& buzz : found) is += std::to_string(buzz.id()) + ' ' + buzz.text() + ", ";
    std::string should;
    for (const auto& buzz : client->buzzes()) should += std::to_string(buzz.id) + ' ' + buzz.text + ", ";
    if (!client->idle) problems.push_back(client->name() + " still does not know what became of its wish");
    if (is != should) problems.push_back(client->name() + "\n  has       " + is + "\n  should be " + should);
  }
  time_.run_for(std::chrono::milliseconds(50));
  return problems;
}

}  // namespace buzzer::simulation
