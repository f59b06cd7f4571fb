// What it costs when a node comes back after an hour: how long until nothing is owed to it any more, and what posts
// feel meanwhile. Two nodes in this process, over a real link.
//
//   core_catching_up [--repetitions=N] [--seconds=S]    100 posts a second of an hour from S = 0.5 on, fewer for less
//
// One node is away while authors at the other post; each of them has followers in eight shards of the one that is
// away, so each buzz is owed eight times. Then it comes back, and others, whom nobody follows, go on posting at the one
// that delivers, 16 in flight, until nothing is owed. Beside them: the same posts while nothing is owed.
#include <algorithm>
#include <deque>
#include <functional>
#include <iostream>
#include <memory>
#include <vector>

#include "base/check.h"
#include "bench/core/bench_node.h"
#include "bench/core/closed_loop.h"
#include "bench/core/poster.h"
#include "bench/core/work_folder.h"
#include "bench/options.h"
#include "bench/sample.h"

namespace buzzer::bench {
namespace {

constexpr base::NodeId kHere(0);
constexpr base::NodeId kAway(1);
constexpr std::size_t kAuthors = 64;
constexpr std::size_t kFollowersOfEach = 8;
constexpr std::size_t kInFlight = 16;
constexpr auto kSlice = std::chrono::milliseconds(250);
constexpr const char* kCalm = "durable post, nothing owed";

class Hour {
 public:
  explicit Hour(const std::filesystem::path& folder)
      : here_options_(node_options(folder, kHere.value(), 2)), away_options_(node_options(folder, kAway.value(), 2)) {
    here_ = std::make_unique<BenchNode>(here_options_);
    here_->start();
    come_back();
    register_all();
  }

  // The backlog, with the other node away.
  void be_away(std::size_t posts) {
    away_.reset();
    here_->wait_for_alive(1);
    std::size_t left = posts;
    std::size_t resting = 0;
    here_->await(
        [&](const std::function<void()>& done) {
          next_ = [&, done](Poster& author) {
            if (left == 0) {
              if (++resting == kAuthors) done();
              return;
            }
            --left;
            author.post_plain(here_->router(), [this, &author](std::uint64_t /*id*/) { next_(author); });
          };
          for (Poster& author : authors_) next_(author);
        },
        std::chrono::minutes(10));
  }

  void come_back() {
    away_ = std::make_unique<BenchNode>(away_options_);
    away_->start();
    here_->wait_for_alive(2);
    away_->wait_for_alive(2);
  }

  // Of those whom nobody follows, for a while.
  struct Felt {
    double p50 = 0;
    double p99 = 0;
    double per_second = 0;
  };
  [[nodiscard]] Felt post(base::Duration duration) {
    ClosedLoop posts(here_->loop(), kInFlight, [this](std::size_t lane, std::function<void()> done) {
      others_[lane].post_plain(here_->router(), [done = std::move(done)](std::uint64_t /*id*/) { done(); });
    });
    here_->await([&](std::function<void()> done) { posts.run(duration, std::move(done)); });
    return {posts.percentile(0.5), posts.percentile(0.99), posts.per_second()};
  }

  [[nodiscard]] bool owes() { return here_->grid_owes(); }
  [[nodiscard]] base::MonotonicTime now() { return here_->loop().now(); }

 private:
  void register_all() {
    const auto registered = [](BenchNode& node, Poster& poster) {
      node.await([&](std::function<void()> done) { poster.register_account(node.router(), std::move(done)); });
    };
    std::deque<Poster> followers;
    for (std::size_t i = 0; i < kFollowersOfEach; ++i) {
      const auto shard = static_cast<std::uint8_t>(2 * i + kAway.value());
      registered(*here_, followers.emplace_back(name_in_shard("reader", base::ShardId(shard))));
    }
    for (std::size_t i = 0; i < kAuthors + kInFlight; ++i) {
      auto& group = i < kAuthors ? authors_ : others_;
      registered(*here_, group.emplace_back(i, kHere, 2));
    }
    for (Poster& follower : followers) {
      for (const Poster& author : authors_) {
        here_->await(
            [&](std::function<void()> done) { follower.follow(here_->router(), author.name(), std::move(done)); });
      }
    }
    while (owes()) static_cast<void>(post(kSlice));
  }

  const node::NodeOptions here_options_;
  const node::NodeOptions away_options_;
  std::unique_ptr<BenchNode> here_;
  std::unique_ptr<BenchNode> away_;
  std::deque<Poster> authors_;
  std::deque<Poster> others_;
  std::function<void(Poster&)> next_;
};

Sample felt_sample(const std::string& measure, const Hour::Felt& felt) {
  Sample sample;
  sample.measure = measure;
  sample.value = felt.p50;
  sample.unit = "us, p50";
  sample.also = {{"p99 us", felt.p99}, {"posts/s", felt.per_second}};
  if (measure != kCalm) sample.beside = kCalm;
  return sample;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// The posts of all slices until nothing is owed, and how long that took.
void measure_catching_up(Hour& hour, std::size_t posts) {
  const base::MonotonicTime begun = hour.now();
  hour.come_back();
  std::vector<double> p50;
  std::vector<double> p99;
  std::vector<double> rates;
  do {
    const Hour::Felt felt = hour.post(kSlice);
    p50.push_back(felt.p50);
    p99.push_back(felt.p99);
    rates.push_back(felt.per_second);
  } while (hour.owes());
  const double took = std::chrono::duration<double>(hour.now() - begun).count();
  Sample sample;
  sample.measure = "until nothing is owed, " + std::to_string(posts) + " posts to 8 shards each";
  sample.value = took;
  sample.unit = "s";
  sample.also = {{"deliveries/s", static_cast<double>(posts * kFollowersOfEach) / took}};
  print(sample);
  print(felt_sample("durable post, while the other catches up", {median(p50), median(p99), median(rates)}));
}

int run(const Options& options) {
  const WorkFolder folder;
  Hour hour(folder.path());
  const auto posts = static_cast<std::size_t>(100 * 3600 * std::min(1.0, 2 * options.seconds));
  for (int repetition = 0; repetition < options.repetitions; ++repetition) {
    print(felt_sample(kCalm, hour.post(to_duration(options.seconds))));
    std::cerr << "an hour away: " << posts << " posts\n";
    hour.be_away(posts);
    measure_catching_up(hour, posts);
  }
  return 0;
}

}  // namespace
}  // namespace buzzer::bench

int main(int argc, char** argv) {
  const auto options = buzzer::bench::parse_options(argc, argv);
  return options ? buzzer::bench::run(*options) : 2;
}
