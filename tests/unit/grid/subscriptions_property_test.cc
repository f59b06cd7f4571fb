// Subscriptions from end to end, of a shard's publisher and of the ends of two nodes: random arrivals, follows, losses,
// cuts, restarts, wipes and stores put back, subscribers that dawdle, leave and go on elsewhere. Whatever happens, what
// each is told is one unbroken chain, and exactly what a naive filter lets through (feed_histories.h), or a gap where
// it must be.
#include <deque>
#include <random>

#include <gtest/gtest.h>

#include "node/grid/feed_service.h"
#include "node/grid/placement.h"
#include "node/grid/subscriptions.h"
#include "tests/support/manual_loop.h"
#include "tests/unit/grid/feed_histories.h"
#include "tests/unit/shard/shard_with_feeds.h"

namespace buzzer::grid {
namespace {

using proto::Arrival;
using proto::Pushes;
using std::chrono::milliseconds;
using std::chrono::seconds;
using tests::FeedHistories;
using tests::FeedHistory;
using tests::kShard;

constexpr std::uint32_t kNodes = 2;
constexpr base::NodeId kHome{0};
static_assert(node_of_shard(kShard, kNodes) == kHome);
constexpr base::Duration kMarkEvery = milliseconds(200);

// How often what happened, over all runs: each must.
struct Seen {
  int entries = 0;
  int marks = 0;
  int gaps = 0;
  int resumed = 0;
};

class World {
 public:
  World(std::uint64_t seed, Seen& seen) : seen_(seen), random_(seed) {
    for (const auto& name : {ann_, bob_}) home_.add_user(name);
    proto::Buzz root;
    root.set_id(root_);
    root.set_author("far");
    home_.state.put_buzz(root);
    empty_ = home_.state.clone();
    durable_ = {home_.state.clone(), {}};
    histories_.all.push_back({home_.incarnation, {}, 0, 0});
    for (auto& end : ends_) end = std::make_unique<End>(*this);
    home_.tells_first = seed % 2 == 0;
    home_.syncs_by_itself = seed % 3 > 0;
    home_.start();
    serves_ = true;
    set_link(true);
  }

  void step() {
    const std::uint64_t what = draw(100);
    if (what < 45) {
      arrive();
    } else if (what < 60) {
      sync();
    } else if (what < 66) {
      open_one();
    } else if (what < 68) {
      close_one();
    } else if (what < 74) {
      take_all(draw(2) == 0);
    } else if (what < 76) {
      set_link(draw(3) > 0);
    } else if (what < 78) {
      fail_home();
    } else if (what == 78) {
      trim();
    } else if (what == 79 && draw(3) == 0) {
      restart_node();
    } else {
      loop_.advance(milliseconds(draw(20)));
    }
    if (!serves_ && draw(4) == 0) serve();
  }

  // All is well again: everybody comes to the log's end.
  void heal() {
    faults_ = false;
    if (!serves_) serve();
    set_link(true);
    for (auto& watcher : watchers_) {
      if (watcher.number == 0) go_on(watcher);
    }
    for (int i = 0; i < 400; ++i) {
      sync();
      take_all(true);
      loop_.advance(milliseconds(20));
    }
    for (const auto& watcher : watchers_) {
      ASSERT_TRUE(watcher.last);
      EXPECT_TRUE(histories_.present().has(*watcher.last));
      EXPECT_EQ(watcher.last->number(), histories_.present().log.size());
    }
  }

 private:
  struct Watcher {
    proto::Feed feed;
    std::uint32_t node = 0;
    std::uint64_t number = 0;  // 0: it looks away
    std::optional<proto::Position> last;
    int last_history = 0;  // the one that was present when it was told
    std::optional<std::uint64_t> untaken;
  };
  struct Backup {
    std::unique_ptr<kernel::MapState> state;
    std::vector<Arrival> log;
  };

  // What a node sends.
  struct End final : public MeshSender, public FeedHomes, public shard::PushSender {
    explicit End(World& world) : grid(world), id(world.made_++ % kNodes), service(base::NodeId(id), kNodes, *this) {
      make_subscriptions();
    }
    void make_subscriptions() {
      SubscriptionsOptions options;
      options.self = base::NodeId(id);
      options.nodes = kNodes;
      options.first_number = 1000 * ++lives;
      options.mark_every = kMarkEvery;
      options.ask_again = milliseconds(20);
      options.ask_again_most = milliseconds(100);
      options.most_untaken = 2;
      subscriptions = std::make_unique<Subscriptions>(options, grid.loop_, *this, *this);
    }
    bool send_to(base::NodeId peer, proto::EncodedFrame frame) override {
      EXPECT_NE(peer.value(), id);
      if (!grid.link_ || grid.fails(20)) return false;
      if (grid.fails(50)) return true;  // lost
      grid.on_way_[id].push_back(std::move(frame));
      grid.loop_.post([this, link = grid.links_] {
        if (link != grid.links_) return;
        const auto first = std::move(grid.on_way_[id].front());
        grid.on_way_[id].pop_front();
        proto::LinkFrame parsed;
        EXPECT_TRUE(parsed.ParseFromString(*first));
        End& other = *grid.ends_[1 - id];
        other.service.frame_arrived(base::NodeId(id), parsed);
        other.subscriptions->frame_arrived(base::NodeId(id), parsed);
      });
      return true;
    }
    bool push(base::NodeId to, const Pushes& pushes) override {
      if (to.value() == id) {
        if (grid.fails(30)) return false;
        subscriptions->own_shard_pushed(pushes);
        return true;
      }
      proto::LinkFrame frame;
      *frame.mutable_pushes() = pushes;
      return send_to(to, proto::encode_frame(frame));
    }
    void subscribe(base::ShardId /*shard*/, base::NodeId node, const proto::Subscribe& wish) override {
      grid.home_.publisher->subscribe(node, wish);
    }
    void unsubscribe(base::ShardId /*shard*/, base::NodeId node, std::uint64_t number) override {
      grid.home_.publisher->unsubscribe(node, number);
    }
    void taken(base::ShardId /*shard*/, base::NodeId node, std::uint64_t number, std::uint64_t position) override {
      grid.home_.publisher->taken(node, number, position);
    }
    void node_gone(base::NodeId node) override { grid.home_.publisher->node_gone(node); }

    World& grid;
    const std::uint32_t id;
    std::uint64_t lives = 0;
    FeedService service;
    std::unique_ptr<Subscriptions> subscriptions;
  };
  // The shard's pushes, which node 0 sends.
  struct Way final : public shard::PushSender {
    explicit Way(World& world) : grid(world) {}
    bool push(base::NodeId to, const Pushes& pushes) override { return grid.ends_[0]->push(to, pushes); }
    World& grid;
  };

  std::uint64_t draw(std::uint64_t below) { return random_() % below; }
  bool fails(std::uint64_t one_in) { return faults_ && draw(one_in) == 0; }
  static shard::PublisherOptions options() {
    shard::PublisherOptions made;
    made.window = 4;
    made.entries_in_reading = 8;
    made.mark_every = kMarkEvery;
    made.retry_after = milliseconds(10);
    return made;
  }

  void arrive() {
    if (!serves_) return;
    const std::vector<std::string> authors{ann_, bob_, "far", "away", "beyond"};
    const std::string& author = authors[draw(authors.size())];
    Arrival arrival;
    if (draw(5) == 0) {
      const std::string& follower = draw(2) == 0 ? ann_ : bob_;
      if (follower == author) return;
      const bool follows = home_.state.edge(follower, author) != nullptr;
      arrival = tests::follow_of(follows ? Arrival::UNFOLLOWED : Arrival::FOLLOWED, follower, author);
    } else {
      const auto kind = static_cast<Arrival::Kind>(1 + draw(3));
      arrival = tests::arrival_of(kind, author, kernel::first_id(kernel::kIdEpochMs + 1, kShard).value() + draw(40));
      if (draw(4) == 0) arrival.add_mentioned(ann_);
      if (draw(4) == 0) arrival.add_mentioned(bob_);
      if (draw(4) == 0) arrival.add_topics(topic_);
      if (draw(4) == 0) arrival.set_root(root_);
    }
    const std::uint64_t position = home_.append(arrival);
    histories_.present().log.push_back(*home_.state.arrival(position));
  }

  void sync() {
    if (!serves_) return;
    FeedHistory& present = histories_.present();
    present.durable = present.log.size();
    durable_ = {home_.state.clone(), present.log};
    if (draw(10) == 0) backups_.push_back({home_.state.clone(), present.log});
    home_.sync();
  }

  void trim() {
    FeedHistory& present = histories_.present();
    if (!serves_ || present.durable == 0) return;
    const std::uint64_t first = std::max(home_.state.arrivals().first, 1 + draw(present.durable));
    home_.state.trim_arrivals(first);
    present.trimmed = std::max(present.trimmed, first - 1);
  }

  // It stops or crashes; and what it comes back with is what was durable, or an older copy, or nothing.
  void fail_home() {
    if (!serves_) return;
    serves_ = false;
    draw(2) == 0 ? home_.stop() : home_.crash();
    FeedHistory next = histories_.present();
    const std::uint64_t how = draw(6);
    if (how == 0) {
      home_.state.restore(*empty_);
      next = {++home_.incarnation, {}, 0, 0};
      backups_.clear();
    } else {
      const bool old = how == 1 && !backups_.empty();
      const Backup& backup = old ? backups_[draw(backups_.size())] : durable_;
      home_.state.restore(*backup.state);
      next.log = backup.log;
      next.durable = next.log.size();
    }
    durable_ = {home_.state.clone(), next.log};
    histories_.all.push_back(std::move(next));
  }
  void serve() {
    home_.start();
    serves_ = true;
  }

  void set_link(bool up) {
    if (link_ == up) return;
    link_ = up;
    ++links_;
    for (auto& frames : on_way_) frames.clear();
    for (const auto& end : ends_) {
      std::vector<base::NodeId> alive{base::NodeId(end->id)};
      if (up) alive.emplace_back(1 - end->id);
      end->service.alive_changed(alive);
      end->subscriptions->alive_changed(alive);
    }
  }
  // The one that is no home.
  void restart_node() {
    set_link(false);
    ends_[1]->make_subscriptions();
    for (auto& watcher : watchers_) {
      if (watcher.node == 1) watcher.number = 0;
    }
  }

  void open_one() {
    for (auto& watcher : watchers_) {
      if (watcher.number == 0 && draw(2) == 0) return go_on(watcher);
    }
    if (watchers_.size() == 8) return;
    Watcher& made = watchers_.emplace_back();
    switch (draw(5)) {
      case 0:
        made.feed.set_author(draw(2) == 0 ? ann_ : bob_);
        break;
      case 1:
        made.feed.set_mentions(draw(2) == 0 ? ann_ : bob_);
        break;
      case 2:
        draw(2) == 0 ? made.feed.set_topic(topic_) : made.feed.set_thread(root_);
        break;
      default:
        made.feed.set_home(draw(2) == 0 ? ann_ : bob_);
    }
    go_on(made);
  }
  void go_on(Watcher& watcher) {
    if (watcher.last) ++seen_.resumed;
    watcher.node = static_cast<std::uint32_t>(draw(kNodes));
    watcher.untaken.reset();
    watcher.number = ends_[watcher.node]->subscriptions->open(
        watcher.feed, watcher.last, [this, &watcher](const Push& push) { told(watcher, push); });
  }
  void close_one() {
    if (watchers_.empty()) return;
    Watcher& watcher = watchers_[draw(watchers_.size())];
    if (watcher.number != 0) ends_[watcher.node]->subscriptions->close(watcher.number);
    watcher.number = 0;
  }
  void take_all(bool really) {
    for (auto& watcher : watchers_) {
      if (watcher.number == 0 || !watcher.untaken || (!really && draw(2) == 0)) continue;
      ends_[watcher.node]->subscriptions->taken(watcher.number, *std::exchange(watcher.untaken, std::nullopt));
    }
  }

  void told(Watcher& watcher, const Push& push) {
    ASSERT_NE(push.kind, Pushes::REFUSED);
    const int at = histories_.find(push.position);
    ASSERT_GE(at, 0) << "a position that never was";
    const FeedHistory& history = histories_.all[static_cast<std::size_t>(at)];
    const std::uint64_t position = push.position.number();
    EXPECT_LE(position, history.durable) << "told before it was durable";
    EXPECT_EQ(push.prev, watcher.last ? watcher.last->number() : 0) << "the chain is broken";
    if (push.kind == Pushes::GAP) {
      ++seen_.gaps;
      EXPECT_TRUE(!watcher.last || may_be_gap(watcher)) << "a gap for nothing";
    } else if (watcher.last) {
      ASSERT_TRUE(history.has(*watcher.last)) << "of another history, without a gap";
      for (std::uint64_t between = push.prev + 1; between < position + (push.kind == Pushes::MARK ? 1 : 0); ++between) {
        EXPECT_FALSE(histories_.must_pass(history, watcher.feed, between)) << "not told: " << between;
      }
    }
    if (push.kind == Pushes::MARK) ++seen_.marks;
    if (push.kind == Pushes::ENTRY) {
      ++seen_.entries;
      ASSERT_TRUE(watcher.last) << "before it was said where it begins";
      EXPECT_TRUE(FeedHistories::may_pass(history, watcher.feed, position)) << "not to be told: " << position;
      proto::FeedEntry entry;
      ASSERT_TRUE(entry.ParseFromString(*push.body));
      EXPECT_EQ(entry.id(), history.log[position - 1].id());
      EXPECT_EQ(entry.follower(), history.log[position - 1].follower());
      EXPECT_EQ(entry.author(), history.log[position - 1].author());
      watcher.untaken = position;
    }
    watcher.last = push.position;
    watcher.last_history = static_cast<int>(histories_.all.size()) - 1;
  }
  // In one of the logs that there were since, the position is not, or its entry was trimmed.
  bool may_be_gap(const Watcher& watcher) {
    for (auto at = static_cast<std::size_t>(watcher.last_history); at < histories_.all.size(); ++at) {
      const FeedHistory& history = histories_.all[at];
      if (!history.has(*watcher.last) || history.trimmed >= watcher.last->number()) return true;
    }
    return false;
  }

  Seen& seen_;
  std::mt19937_64 random_;
  const std::string ann_ = tests::name_at_home("ann");
  const std::string bob_ = tests::name_at_home("bob");
  const std::string topic_ = tests::topic_at_home("sea");
  const std::uint64_t root_ = kernel::first_id(kernel::kIdEpochMs + 1, kShard).value();
  tests::ManualLoop loop_;
  Way way_{*this};
  tests::ShardWithFeeds home_{options(), loop_, way_};
  FeedHistories histories_;
  std::unique_ptr<kernel::MapState> empty_;
  Backup durable_;
  std::vector<Backup> backups_;
  bool serves_ = false;
  bool faults_ = true;
  bool link_ = false;
  int links_ = 0;
  std::deque<proto::EncodedFrame> on_way_[kNodes];
  std::uint32_t made_ = 0;
  std::unique_ptr<End> ends_[kNodes];
  std::deque<Watcher> watchers_;
};

TEST(SubscriptionsPropertyTest, EachIsToldOneUnbrokenChainOfExactlyWhatPasses) {
  Seen seen;
  for (std::uint64_t seed = 1; seed <= 100 && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    World world(seed, seen);
    for (int i = 0; i < 600 && !testing::Test::HasFailure(); ++i) world.step();
    world.heal();
  }
  EXPECT_GT(seen.entries, 1000);
  EXPECT_GT(seen.marks, 1000);
  EXPECT_GT(seen.gaps, 50);
  EXPECT_GT(seen.resumed, 100);
}

}  // namespace
}  // namespace buzzer::grid
