// A load that looks like people: 962 users, 37,624 follows (social_graph.h); of all that they do 60 % is reading the
// home feed, 30 % an author's feed, pages of 20, and 10 % posting. On one node, and on a grid of three with real links;
// 63 in flight, a third of them at each of three nodes.
//
//   core_social [--repetitions=N] [--seconds=S]
//
// All nodes are in this process and share its cores: three do not do more than one here, the figure says what the way
// between them costs.
#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <iostream>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/check.h"
#include "bench/core/bench_node.h"
#include "bench/core/closed_loop.h"
#include "bench/core/poster.h"
#include "bench/core/social_graph.h"
#include "bench/core/work_folder.h"
#include "bench/options.h"
#include "bench/sample.h"

namespace buzzer::bench {
namespace {

constexpr std::size_t kInFlight = 63;
constexpr std::uint32_t kPage = 20;
constexpr const char* kOneNode = "social graph, one node";

enum Deed : std::size_t { kHome, kAuthor, kPost, kDeeds };
constexpr std::array<const char*, kDeeds> kDeedNames{"home", "author", "post"};

Deed draw_deed(base::Random& random) {
  const std::uint64_t drawn = random.next() % 100;
  if (drawn < 60) return kHome;
  return drawn < 90 ? kAuthor : kPost;
}

double percentile(std::vector<double>& values, double part) {
  if (values.empty()) return 0;
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(part * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

// What people do at one node. On its worker, but for making it and asking what it took.
class Door {
 public:
  Door(BenchNode& node, const SocialGraph& graph, std::uint64_t seed) : node_(node), graph_(graph), random_(seed) {
    for (std::size_t user = 0; user < SocialGraph::kUsers; ++user) people_.emplace_back(SocialGraph::name(user));
  }

  void act(const std::function<void()>& done) {
    const std::size_t user = random_.next() % SocialGraph::kUsers;
    const Deed deed = draw_deed(random_);
    const base::MonotonicTime begun = node_.loop().now();
    const auto ended = [this, deed, begun, done] {
      took_us_[deed].push_back(std::chrono::duration<double, std::micro>(node_.loop().now() - begun).count());
      done();
    };
    if (deed == kPost) {
      people_[user].post_text(node_.router(), graph_.text(user, random_), [ended](std::uint64_t /*id*/) { ended(); });
    } else {
      read(deed, user, ended);
    }
  }

  [[nodiscard]] BenchNode& node() { return node_; }
  [[nodiscard]] std::vector<double>& took_us(Deed deed) { return took_us_[deed]; }

 private:
  void read(Deed deed, std::size_t user, const std::function<void()>& ended) {
    proto::Query query;
    if (deed == kHome) {
      query.mutable_feed()->mutable_feed()->set_home(SocialGraph::name(user));
      query.mutable_feed()->set_limit(kPage);
    } else {
      query.mutable_author_feed()->set_author(SocialGraph::name(user));
      query.mutable_author_feed()->set_limit(kPage);
    }
    node_.router().query(query, [ended](const proto::Answer& answer) {
      BUZZER_CHECK(answer.error() == 0);
      ended();
    });
  }

  BenchNode& node_;
  const SocialGraph& graph_;
  base::SeededRandom random_;
  std::deque<Poster> people_;
  std::array<std::vector<double>, kDeeds> took_us_;
};

class Town {
 public:
  Town(const std::filesystem::path& folder, const SocialGraph& graph, std::uint32_t nodes) {
    for (std::uint32_t id = 0; id < nodes; ++id) {
      nodes_.push_back(std::make_unique<BenchNode>(node_options(folder, id, nodes)));
      nodes_.back()->start();
      doors_.emplace_back(*nodes_.back(), graph, id + 1);
    }
    for (const auto& node : nodes_) node->wait_for_alive(nodes);
    fill(graph);
  }

  void measure(const std::string& name, double seconds) {
    const std::size_t lanes = kInFlight / nodes_.size();
    std::deque<Running> all;
    for (Door& door : doors_) {
      for (const Deed deed : {kHome, kAuthor, kPost}) door.took_us(deed).clear();
      Running& running = all.emplace_back(door, lanes);
      door.node().loop().post(
          [&running, seconds] { running.loop.run(to_duration(seconds), [&running] { running.finished.set(); }); });
    }
    for (Running& running : all) running.finished.wait();
    const auto ended = std::chrono::steady_clock::now();
    wait_until_delivered();
    Sample sample = sample_of(name, all);
    sample.also["ms until delivered"] =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - ended).count();
    print(sample);
  }

 private:
  // Set on one thread, awaited on another.
  class Finished {
   public:
    void set() {
      const std::lock_guard lock(mutex_);
      is_set_ = true;
      changed_.notify_all();
    }
    void wait() {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return is_set_; });
    }

   private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool is_set_ = false;
  };
  struct Running {
    Running(Door& door, std::size_t lanes)
        : loop(door.node().loop(), lanes,
               [&door](std::size_t /*lane*/, const std::function<void()>& done) { door.act(done); }) {}

    ClosedLoop loop;
    Finished finished;
  };

  // Everybody registers, follows and posts a page, at the first node; many at a time, so that they share syncs.
  void fill(const SocialGraph& graph) {
    base::SeededRandom random(7);
    std::deque<Poster> people;
    for (std::size_t user = 0; user < SocialGraph::kUsers; ++user) people.emplace_back(SocialGraph::name(user));
    grid::Router& router = nodes_.front()->router();
    each(people.size(),
         [&](std::size_t user, std::function<void()> done) { people[user].register_account(router, std::move(done)); });
    each(graph.follows().size(), [&](std::size_t number, std::function<void()> done) {
      const auto [follower, author] = graph.follows()[number];
      people[follower].follow(router, SocialGraph::name(author), std::move(done));
    });
    each(people.size() * kPage, [&](std::size_t number, const std::function<void()>& done) {
      const std::size_t user = number % people.size();
      people[user].post_text(router, graph.text(user, random), [done](std::uint64_t /*id*/) { done(); });
    });
    wait_until_delivered();
  }

  void wait_until_delivered() {
    while (nodes_.front()->grid_owes()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }

  template <class Step>
  void each(std::size_t count, const Step& step) {
    std::size_t next = 0;
    std::size_t ended = 0;
    std::function<void()> go_on;
    nodes_.front()->await(
        [&](const std::function<void()>& done) {
          go_on = [&, done] {
            if (next == count) return;
            step(next++, [&, done] {
              if (++ended == count) return done();
              go_on();
            });
          };
          for (std::size_t lane = 0; lane < kInFlight; ++lane) go_on();
        },
        std::chrono::minutes(5));
  }

  Sample sample_of(const std::string& name, const std::deque<Running>& all) {
    Sample sample;
    sample.measure = name;
    sample.unit = "deeds/s";
    for (const Running& running : all) sample.value += running.loop.per_second();
    for (const Deed deed : {kHome, kAuthor, kPost}) {
      std::vector<double> took;
      for (Door& door : doors_) took.insert(took.end(), door.took_us(deed).begin(), door.took_us(deed).end());
      sample.also[std::string(kDeedNames[deed]) + " p50 us"] = percentile(took, 0.5);
      sample.also[std::string(kDeedNames[deed]) + " p99 us"] = percentile(took, 0.99);
    }
    if (name != kOneNode) sample.beside = kOneNode;
    return sample;
  }

  std::vector<std::unique_ptr<BenchNode>> nodes_;
  std::deque<Door> doors_;
};

int run(const Options& options) {
  const WorkFolder folder;
  const SocialGraph graph(1);
  std::cerr << "registering " << SocialGraph::kUsers << " users with " << SocialGraph::kFollows << " follows, twice\n";
  Town alone(folder.path() / "alone", graph, 1);
  Town three(folder.path() / "three", graph, 3);
  std::cerr << "filled\n";
  for (int repetition = 0; repetition < options.repetitions; ++repetition) {
    alone.measure(kOneNode, options.seconds);
    three.measure("social graph, three nodes", options.seconds);
  }
  return 0;
}

}  // namespace
}  // namespace buzzer::bench

int main(int argc, char** argv) {
  const auto options = buzzer::bench::parse_options(argc, argv);
  return options ? buzzer::bench::run(*options) : 2;
}
