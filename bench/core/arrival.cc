// From a post until a subscriber has it: the author's home commits it, sends it to the reader's home, which commits it
// too and pushes it to the node that the reader is connected to. One post at a time; author, reader and subscriber on
// one node, and on two with a real link between them.
//
//   core_arrival [--repetitions=N] [--seconds=S]
//
// Beside it one sync of the same disk: a bare append of as many bytes, which a post waits for once before it is
// answered and once more before a reader elsewhere is shown it.
#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "bench/core/bare_append.h"
#include "bench/core/bench_node.h"
#include "bench/core/poster.h"
#include "bench/core/work_folder.h"
#include "bench/options.h"
#include "bench/sample.h"

namespace buzzer::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kBytesOfAPost = 700;
constexpr const char* kSync = "bare append, synced";
constexpr const char* kAim = "p50 under one sync plus 1 ms";

double us_since(Clock::time_point begun) {
  return std::chrono::duration<double, std::micro>(Clock::now() - begun).count();
}

void print_all(const std::string& measure, std::vector<double> took) {
  std::sort(took.begin(), took.end());
  const auto at = [&](double part) {
    return took[static_cast<std::size_t>(part * static_cast<double>(took.size() - 1))];
  };
  Sample sample;
  sample.measure = measure;
  sample.value = at(0.5);
  sample.unit = "us";
  sample.also = {{"p99 us", at(0.99)}, {"p10 us", at(0.1)}};
  if (measure != kSync) {
    sample.beside = kSync;
    sample.aim = kAim;
  }
  print(sample);
}

template <class Once>
void measure(const std::string& name, double seconds, const Once& once) {
  std::vector<double> took;
  const auto until = Clock::now() + to_duration(seconds);
  do {
    const auto begun = Clock::now();
    once();
    took.push_back(us_since(begun));
  } while (Clock::now() < until);
  print_all(name, std::move(took));
}

// An author at one node and a reader, who follows and is subscribed, at another; or both at one.
class Pair {
 public:
  Pair(BenchNode& authors, BenchNode& readers, base::NodeId authors_id, base::NodeId readers_id, std::uint32_t nodes)
      : authors_(authors),
        readers_(readers),
        author_(0, authors_id, nodes),
        reader_(authors_id == readers_id ? 1 : 0, readers_id, nodes) {
    register_at(authors_, author_);
    register_at(readers_, reader_);
    readers_.await(
        [&](std::function<void()> done) { reader_.follow(readers_.router(), author_.name(), std::move(done)); });
    subscribe();
  }

  ~Pair() {
    readers_.await([&](const std::function<void()>& done) {
      readers_.subscriptions().close(subscription_);
      done();
    });
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;

  // Returns when the subscriber has it.
  void post() {
    const std::uint64_t before = given();
    authors_.loop().post([this] { author_.post_plain(authors_.router(), [](std::uint64_t /*id*/) {}); });
    std::unique_lock lock(mutex_);
    BUZZER_CHECK(changed_.wait_for(lock, std::chrono::seconds(10), [&] { return given_ > before; }));
  }

 private:
  static void register_at(BenchNode& node, Poster& poster) {
    node.await([&](std::function<void()> done) { poster.register_account(node.router(), std::move(done)); });
  }

  void subscribe() {
    readers_.await([&](const std::function<void()>& done) {
      proto::Feed feed;
      feed.set_home(reader_.name());
      subscription_ = readers_.subscriptions().open(feed, std::nullopt, [this, done](const grid::Push& push) {
        if (push.kind == proto::Pushes::ENTRY) return take(push.position.number());
        BUZZER_CHECK(push.kind == proto::Pushes::MARK);
        if (!std::exchange(begun_, true)) done();
      });
    });
  }

  void take(std::uint64_t position) {
    readers_.subscriptions().taken(subscription_, position);
    const std::lock_guard lock(mutex_);
    ++given_;
    changed_.notify_all();
  }

  [[nodiscard]] std::uint64_t given() {
    const std::lock_guard lock(mutex_);
    return given_;
  }

  BenchNode& authors_;
  BenchNode& readers_;
  Poster author_;
  Poster reader_;
  std::uint64_t subscription_ = 0;
  bool begun_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t given_ = 0;
};

int run(const Options& options) {
  const WorkFolder folder;
  BenchNode alone(node_options(folder.path() / "alone", 0, 1));
  alone.start();
  BareAppend bare(alone.loop(), folder.path() / "bare");
  BenchNode first(node_options(folder.path() / "pair", 0, 2));
  BenchNode second(node_options(folder.path() / "pair", 1, 2));
  first.start();
  second.start();
  first.wait_for_alive(2);
  second.wait_for_alive(2);
  Pair same(alone, alone, base::NodeId(0), base::NodeId(0), 1);
  Pair across(first, second, base::NodeId(0), base::NodeId(1), 2);
  const std::string bytes(kBytesOfAPost, 'b');
  for (int repetition = 0; repetition < options.repetitions; ++repetition) {
    measure(kSync, options.seconds,
            [&] { alone.await([&](std::function<void()> done) { bare.append(bytes, std::move(done)); }); });
    measure("post to arrival, same node", options.seconds, [&] { same.post(); });
    measure("post to arrival, another node", options.seconds, [&] { across.post(); });
  }
  return 0;
}

}  // namespace
}  // namespace buzzer::bench

int main(int argc, char** argv) {
  const auto options = buzzer::bench::parse_options(argc, argv);
  return options ? buzzer::bench::run(*options) : 2;
}
