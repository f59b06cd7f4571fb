// Several shards held against a naive model: random commands of their users, rows that are lost, repeated and overtake
// each other, shards that are claimed again, wiped, and put back to older copies of themselves.
#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include <gtest/gtest.h>

#include "node/kernel/home_shard.h"
#include "node/kernel/text.h"
#include "tests/unit/kernel/grid_check.h"
#include "tests/unit/kernel/kernel_grid.h"

namespace buzzer::kernel {
namespace {

const std::vector<ShardId> kShards{ShardId(0), ShardId(5), ShardId(23), ShardId(63)};
constexpr int kUsersPerShard = 2;

enum Kind {
  kPost,
  kReply,
  kEdit,
  kDelete,
  kFollow,
  kUnfollow,
  kRepeat,
  kSend,
  kDeliver,
  kAcknowledge,
  kExchange,
  kSettle,
  kUpkeep,
  kRestart,
  kBackUp,  // from here on: what stores lose
  kWipe,
  kRestore,
  kPutBack,
  kKinds
};

struct Step {
  int kind = 0;
  int one = 0;  // which user, stream, packet ...
  int other = 0;
  int text = 0;
};

rc::Gen<Step> any_step(int kinds) {
  return rc::gen::construct<Step>(rc::gen::inRange(0, kinds), rc::gen::inRange(0, 1000), rc::gen::inRange(0, 1000),
                                  rc::gen::inRange(0, 1000));
}

class Schedule {
 public:
  Schedule() {
    for (const ShardId shard : kShards) {
      for (int i = 0; i < kUsersPerShard; ++i) users_.push_back(name_at(shard, i));
      texts_.push_back("about #" + topic_at(shard));
      texts_.push_back("to @" + name_at(shard, 0) + " and @" + name_at(shard, 1));
    }
    texts_.push_back("hello");
    for (const ShardId shard : kShards) register_users(shard);
  }

  void step(const Step& step) {
    grid_.move_clock(1 + step.text % 3);
    switch (step.kind) {
      case kPost:
        return posted(grid_.post(pick(users_, step.one), pick(texts_, step.text)));
      case kReply:
        return posted(grid_.post(pick(users_, step.one), pick(texts_, step.text), any_buzz(step.other)));
      case kEdit:
      case kDelete:
        return change(step);
      case kFollow:
        return follow(pick(users_, step.one), step.other % 20 == 0 ? nobody(step.text) : pick(users_, step.other));
      case kUnfollow:
        return unfollow(pick(users_, step.one), pick(users_, step.other));
      case kRepeat:
        if (!waiting_.empty()) grid_.run(waiting_[static_cast<std::size_t>(step.one) % waiting_.size()]);
        return;
      case kSend:
        return send(pick(kShards, step.one), pick(kShards, step.other), static_cast<std::size_t>(step.text) * 3);
      case kDeliver:
        return deliver(step);
      case kAcknowledge:
        return grid_.acknowledge(pick(kShards, step.one), pick(kShards, step.other));
      case kExchange:
        if (pick(kShards, step.one) != pick(kShards, step.other)) {
          grid_.exchange(pick(kShards, step.one), pick(kShards, step.other));
        }
        return;
      case kSettle:
        if (step.other % 4 == 0) RC_ASSERT(grid_.settle(kSmallPieces));
        return;
      case kUpkeep:
        grid_.upkeep(pick(kShards, step.one), kSmallPieces);
        return;
      case kRestart:
        return restart(pick(kShards, step.one), [this](ShardId shard) { grid_.restart(shard); });
      default:
        return fail(step);
    }
  }

  void check() {
    RC_ASSERT(grid_.settle(kSmallPieces));
    const std::string wrong = whats_wrong(grid_);
    if (!wrong.empty()) RC_LOG() << wrong;
    RC_ASSERT(wrong.empty());
  }

  // What only holds while no store has lost anything.
  void check_wishes() {
    for (const auto& [id, wish] : wishes_) {
      const proto::Buzz* buzz = grid_.state(id_shard(BuzzId(id))).buzz(BuzzId(id));
      RC_ASSERT(buzz != nullptr);
      RC_ASSERT(buzz->deleted() == wish.deleted);
      RC_ASSERT(buzz->text() == (wish.deleted ? "" : wish.text));
    }
    for (const std::string& follower : users_) {
      MapState& home = grid_.state(shard_of_user(follower));
      for (const std::string& author : users_) {
        RC_ASSERT((home.edge(follower, author) != nullptr) == (follows_.count({follower, author}) > 0));
      }
    }
    for (const proto::Command& command : waiting_) {
      const proto::Reply* reply = grid_.resolved(command.account(), command.key());
      RC_ASSERT(reply != nullptr);
      if (reply->error() != 0) continue;  // only what succeeds uses a key up
      const proto::Reply again = grid_.run(command);
      RC_ASSERT(!grid_.waits());
      RC_ASSERT(again.SerializeAsString() == reply->SerializeAsString());
    }
    // Each version of a buzz is told of at most once, and never after a later one.
    for (const ShardId shard : kShards) {
      std::map<std::uint64_t, std::uint32_t> versions;
      grid_.state(shard).visit_arrivals(0, [&](std::uint64_t /*position*/, const proto::Arrival& arrival) {
        if (arrival.id() == 0) return true;
        RC_ASSERT(arrival.version() > versions[arrival.id()]);
        versions[arrival.id()] = arrival.version();
        return true;
      });
    }
  }

 private:
  static constexpr UpkeepOptions kSmallPieces{
      .most_swept = 2, .most_looked_at = 3, .most_rows_queued = 2, .most_rows_owed = 4};

  struct Wish {
    std::string author;
    std::string text;
    bool deleted = false;
  };

  template <class Values>
  static const typename Values::value_type& pick(const Values& values, int which) {
    return values[static_cast<std::size_t>(which) % values.size()];
  }
  static std::string nobody(int which) { return name_at(pick(kShards, which), 77); }

  void register_users(ShardId shard) {
    for (int i = 0; i < kUsersPerShard; ++i) grid_.register_user(name_at(shard, i));
    if (backups_.count(shard) == 0) backups_[shard] = grid_.state(shard).clone();
  }

  void posted(const proto::Reply& reply) {
    if (reply.error() != 0) return;
    wishes_[reply.id()] = {grid_.last().account(), grid_.last().post_buzz().text(), false};
  }

  std::uint64_t any_buzz(int which) {
    if (wishes_.empty()) return 1;
    return std::next(wishes_.begin(), which % static_cast<int>(wishes_.size()))->first;
  }

  void change(const Step& step) {
    if (wishes_.empty()) return;
    const std::uint64_t id = any_buzz(step.one);
    Wish& wish = wishes_[id];
    if (step.kind == kEdit) {
      const std::string& text = pick(texts_, step.text);
      if (grid_.edit(wish.author, id, text).error() == 0) wish.text = text;
    } else if (grid_.remove(wish.author, id).error() == 0) {
      wish.deleted = true;
    }
  }

  void follow(const std::string& follower, const std::string& author) {
    const proto::Reply reply = grid_.follow(follower, author);
    if (grid_.waits()) waiting_.push_back(grid_.last());
    if (reply.error() == 0) follows_.emplace(follower, author);
  }

  void unfollow(const std::string& follower, const std::string& author) {
    if (grid_.unfollow(follower, author).error() == 0) follows_.erase({follower, author});
  }

  void send(ShardId from, ShardId to, std::size_t most_bytes) {
    if (from == to) return;
    const proto::OutStream* before = grid_.state(from).out_stream(to);
    const std::uint64_t generation = before == nullptr ? 0 : before->generation();
    auto packets = grid_.send(from, to, most_bytes);
    // What was sent on a link comes in its order, as far as it comes at all: nothing of an earlier generation.
    if (!packets.empty() && packets.front().generation != generation) lose(from, to);
    for (auto& packet : packets) on_the_way_.push_back(std::move(packet));
  }

  void deliver(const Step& step) {
    if (on_the_way_.empty()) return;
    const auto which = static_cast<std::size_t>(step.one) % on_the_way_.size();
    grid_.deliver(on_the_way_[which]);
    if (step.other % 3 != 0) on_the_way_.erase(on_the_way_.begin() + static_cast<std::ptrdiff_t>(which));
  }

  void lose(ShardId from, ShardId to) {
    on_the_way_.erase(std::remove_if(on_the_way_.begin(), on_the_way_.end(),
                                     [&](const auto& packet) { return packet.from == from && packet.to == to; }),
                      on_the_way_.end());
  }

  // The links of a node that starts again are new.
  template <class Again>
  void restart(ShardId shard, const Again& again) {
    for (const ShardId other : kShards) {
      lose(shard, other);
      lose(other, shard);
    }
    again(shard);
  }

  void fail(const Step& step) {
    const ShardId shard = pick(kShards, step.one);
    switch (step.kind) {
      case kBackUp:
        backups_[shard] = grid_.state(shard).clone();
        return;
      case kWipe:
        restart(shard, [this](ShardId wiped) { grid_.wipe(wiped); });
        return register_users(shard);
      case kRestore:
      case kPutBack:
        return restart(shard,
                       [&](ShardId restored) { grid_.restore(restored, *backups_[restored], step.kind == kPutBack); });
      default:
        return;
    }
  }

  KernelGrid grid_{kShards};
  std::vector<std::string> users_;
  std::vector<std::string> texts_;
  std::vector<KernelGrid::Packet> on_the_way_;
  std::map<ShardId, std::unique_ptr<MapState>> backups_;
  std::map<std::uint64_t, Wish> wishes_;  // by id
  std::set<std::pair<std::string, std::string>> follows_;
  std::vector<proto::Command> waiting_;
};

TEST(GridPropertyTest, EveryShardHasWhatTheHomesHave) {
  EXPECT_TRUE(rc::check("commands, and rows in any order", [] {
    const auto steps = *rc::gen::scale(4.0, rc::gen::container<std::vector<Step>>(any_step(kBackUp)));
    Schedule schedule;
    for (const Step& step : steps) schedule.step(step);
    schedule.check();
    schedule.check_wishes();
  }));
}

TEST(GridPropertyTest, StoresThatAreWipedAndPutBackAreRepaired) {
  EXPECT_TRUE(rc::check("commands, rows in any order, and stores that lose what they had", [] {
    const auto steps = *rc::gen::scale(4.0, rc::gen::container<std::vector<Step>>(any_step(kKinds)));
    Schedule schedule;
    for (const Step& step : steps) schedule.step(step);
    schedule.check();
  }));
}

}  // namespace
}  // namespace buzzer::kernel
