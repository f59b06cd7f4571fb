// What followers cost, on one node with all shards: its store on disk, sync thread, shards, gossip and subscriptions,
// no links and no clients.
//
//   core_fanout [--repetitions=N] [--seconds=S]
//
// - Durable posts a second, 128 in flight, of authors with followers in 0, 1, 8 and 63 other shards, in turns. Posts
//   are answered before they are delivered, so deliveries may pile up: the part waits for them before it goes on, and
//   tells how long that took; all deliveries by all of that time are what the node sustains.
// - From the answer to a post until a home feed subscribed to on the same node, in another shard, has been pushed it.
// - The newest 20 buzzes of home feeds of readers of many, as the kernel reads them from a store (feed_pages.h).
#include <algorithm>
#include <ctime>
#include <deque>
#include <string>
#include <vector>

#include "bench/core/closed_loop.h"
#include "bench/core/fan.h"
#include "bench/core/feed_pages.h"
#include "bench/core/lone_node.h"
#include "bench/core/push_delay.h"
#include "bench/core/work_folder.h"
#include "bench/options.h"
#include "bench/sample.h"

namespace buzzer::bench {
namespace {

constexpr std::size_t kShards[] = {0, 1, 8, 63};
constexpr std::size_t kInFlight = 128;
constexpr const char* kAnswered = "post answered, 1 at a time";
constexpr const char* kAuthorPage = "author feed, page of 20";

std::string home_page_of(std::size_t followees) {
  return "home feed of " + std::to_string(followees) + " followees, page of 20";
}

double percentile(std::vector<double> values, double part) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(part * static_cast<double>(values.size() - 1))];
}

Sample sample_of(std::string measure, double value, const char* unit, const char* beside) {
  Sample sample;
  sample.measure = std::move(measure);
  sample.value = value;
  sample.unit = unit;
  if (sample.measure != beside) sample.beside = beside;
  return sample;
}

std::string posts_name(std::size_t shards) {
  return "durable post, followers in " + std::to_string(shards) + " shards";
}

void measure_posts(LoneNode& node, Fans& fans, double seconds) {
  ClosedLoop posts(node.loop(), kInFlight, [&](std::size_t lane, std::function<void()> done) {
    fans[lane % kAuthors].author.post_plain(node.router(), [done = std::move(done)](std::uint64_t /*id*/) { done(); });
  });
  const base::MonotonicTime begun = node.loop().now();
  node.await([&](std::function<void()> done) { posts.run(to_duration(seconds), std::move(done)); });
  const base::MonotonicTime answered = node.loop().now();
  const base::MonotonicTime settled = node.settle();

  const std::string beside = posts_name(0);
  Sample sample = sample_of(posts_name(fans.shards()), posts.per_second(), "posts/s", beside.c_str());
  sample.also = {{"p50 us", posts.percentile(0.5)}, {"p99 us", posts.percentile(0.99)}};
  if (fans.shards() > 0) {
    sample.also["ms until delivered"] = std::chrono::duration<double, std::milli>(settled - answered).count();
  }
  print(sample);
  if (fans.shards() != kShards[3]) return;
  const auto deliveries = static_cast<double>(posts.count() * fans.shards());
  const double took = std::chrono::duration<double>(settled - begun).count();
  print(sample_of("deliveries to 63 shards, sustained", deliveries / took, "deliveries/s", ""));
}

void measure_pushes(LoneNode& node, Fans& fans, std::size_t at_a_time, double seconds) {
  PushDelay pushes(node, fans, at_a_time);
  ClosedLoop loop(node.loop(), at_a_time,
                  [&](std::size_t author, std::function<void()> done) { pushes.post(author, std::move(done)); });
  node.await([&](std::function<void()> done) { loop.run(to_duration(seconds), std::move(done)); });

  const std::string times = ", " + std::to_string(at_a_time) + " at a time";
  const std::string what =
      fans.shards() == 1 ? "pushed after the answer" : "pushed to all of 63 shards after the answer";
  const std::vector<double> delays = pushes.take_delays();
  const std::vector<double> answers = pushes.take_answers();
  if (fans.shards() == 1 && at_a_time == 1) {
    Sample sample = sample_of(kAnswered, percentile(answers, 0.5), "us", "");
    sample.also = {{"p99 us", percentile(answers, 0.99)}};
    print(sample);
  }
  Sample sample = sample_of(what + times, percentile(delays, 0.5), "us", kAnswered);
  sample.also = {{"p99 us", percentile(delays, 0.99)}, {"posts/s", loop.per_second()}};
  print(sample);
}

double thread_cpu_us() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return 1e6 * static_cast<double>(time.tv_sec) + 1e-3 * static_cast<double>(time.tv_nsec);
}

// `page` gives how long one took.
template <class Page>
void measure_pages(FeedPages& pages, const std::string& measure, double seconds, const Page& page) {
  pages.forget();
  const double first = page();
  std::vector<double> took;
  const double cpu_before = thread_cpu_us();
  const auto until = std::chrono::steady_clock::now() + to_duration(seconds);
  do {
    took.push_back(page());
  } while (std::chrono::steady_clock::now() < until);
  const double cpu_each = (thread_cpu_us() - cpu_before) / static_cast<double>(took.size());
  Sample sample = sample_of(measure, percentile(took, 0.5), "us for a page", kAuthorPage);
  sample.also = {{"p99 us", percentile(took, 0.99)}, {"cpu us", cpu_each}, {"us for the first", first}};
  if (measure == home_page_of(200)) sample.aim = "under 1 ms";
  print(sample);
}

int run(const Options& options) {
  const WorkFolder folder;
  LoneNode node(node_options(folder.path(), 0, 1));
  node.start();
  std::deque<Fans> fans;
  for (const std::size_t shards : kShards) fans.emplace_back(node, "p" + std::to_string(shards), shards);
  const std::vector<std::size_t> followees{10, 200, 2000};
  FeedPages pages(folder.path() / "pages", followees);

  for (int repetition = 0; repetition < options.repetitions; ++repetition) {
    for (Fans& kind : fans) measure_posts(node, kind, options.seconds);
    node.rest();  // else what is swept up later would fall on the next measure
    measure_pushes(node, fans[1], 1, options.seconds);
    measure_pushes(node, fans[1], kAuthors, options.seconds);
    measure_pushes(node, fans[3], 1, options.seconds);
    measure_pages(pages, kAuthorPage, options.seconds, [&] { return pages.author_page(); });
    for (const std::size_t count : followees) {
      measure_pages(pages, home_page_of(count), options.seconds, [&] { return pages.home_page(count); });
    }
  }
  return 0;
}

}  // namespace
}  // namespace buzzer::bench

int main(int argc, char** argv) {
  const auto options = buzzer::bench::parse_options(argc, argv);
  return options ? buzzer::bench::run(*options) : 2;
}
