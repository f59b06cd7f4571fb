// A post through the kernel alone: kernel::decide and kernel::apply of one command on a state in plain memory, nothing
// encoded for a disk or a wire. The original Buzzer published its own figure for this as `KernelPost`.
//
//   core_kernel [--repetitions=N] [--seconds=S]
//
// The author has posted 1,000 times a day for more than a day. So each post remembers its own key and forgets one that
// has expired: what a post costs for ever, not what the first one costs. A state that does nothing would not be one;
// what the bench's own costs, asked the same without the kernel, is measured too, and the difference told as the
// kernel's part.
#include <algorithm>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>
#include <xxhash.h>

#include "base/check.h"
#include "bench/allocations.h"
#include "bench/core/recycled_state.h"
#include "bench/options.h"
#include "bench/sample.h"
#include "node/kernel/kernel.h"

namespace buzzer::bench {
namespace {

constexpr std::size_t kPosts = 1'000;  // in the life of a command's key
constexpr std::int64_t kBetweenPostsMs = kernel::kKeyLifeMs / static_cast<std::int64_t>(kPosts);
constexpr kernel::ShardId kShard{7};
constexpr const char* kPost = "post";
constexpr const char* kTaggedPost = "post with a mention and a topic";
constexpr const char* kLongPost = "post of 500 characters";
constexpr const char* kStatePart = "of a post, the bench's own state";
constexpr const char* kKernelPart = "of a post, the kernel";
constexpr const char* kFixedWork = "XXH64 of 4 KiB";

std::string plain_text() { return "What a day: the sun is out at last"; }

std::string tagged_text() { return "Of all that I read about #memory today, what @Carol_Danvers wrote helped me most"; }

// As long as a text can be, in part beyond ASCII.
std::string long_text() {
  std::string text = "https://example.com/überall: #Über @bob ";
  for (std::size_t points = 40; points < 500; points += 10) text += "Größe über";
  return text;
}

class Poster {
 public:
  explicit Poster(const std::string& text) {
    command_.set_account("Alice_in_Wonderland");
    command_.set_key(std::string(16, 'k'));
    command_.mutable_register_account()->set_name(command_.account());
    post();
    command_.mutable_post_buzz()->set_text(text);
    // Twice round, so that all memory is there: of the buzzes kept, and of as many keys.
    for (std::size_t i = 0; i < 2 * kPosts; ++i) post();
  }

  void post() {
    next();
    kernel::decide(state_, command_, {now_ms_, kShard, 1}, decision_);
    BUZZER_CHECK(kernel::apply(state_, decision_.entry));
  }

  // What the kernel asks of the state in a post, without the kernel.
  void ask_state() {
    next();
    const std::string_view name = "alice_in_wonderland";
    proto::Entry& entry = decision_.entry;
    proto::Buzz& buzz = *event(proto::Event::kBuzzPosted).mutable_buzz_posted()->mutable_buzz();
    proto::ArrivalNoted& noted = *event(proto::Event::kArrivalNoted).mutable_arrival_noted();
    // decide
    proto::ShardState shard = state_.shard_state();
    benchmark::DoNotOptimize(state_.command_key(name, command_.key()));
    benchmark::DoNotOptimize(state_.account(name));
    benchmark::DoNotOptimize(state_.interest(name));
    noted.set_position(state_.arrivals().last + 1);
    proto::KeyForgotten& forgotten = *event(proto::Event::kKeyForgotten).mutable_key_forgotten();
    state_.visit_keys([&](std::string_view /*account*/, std::string_view key, std::int64_t created_ms) {
      if (created_ms >= now_ms_ - kernel::kKeyLifeMs) return false;
      forgotten.mutable_key()->assign(key);
      forgotten.set_created_ms(created_ms);
      return true;
    });
    // apply
    shard = state_.shard_state();
    buzz.set_id(kernel::first_id(now_ms_, kShard).value());
    buzz.set_posted_ms(now_ms_);
    state_.put_buzz(buzz);
    state_.add_to_author(name, {now_ms_, kernel::BuzzId(buzz.id())});
    account_.set_buzzes(state_.account(name)->buzzes() + 1);
    state_.put_account(name, account_);
    benchmark::DoNotOptimize(state_.arrivals());
    state_.append_arrival(noted.position(), noted.arrival());
    proto::CommandKey& record = *event(proto::Event::kKeyRemembered).mutable_key_remembered()->mutable_record();
    record.set_created_ms(now_ms_);
    state_.remember_key(name, command_.key(), record);
    state_.forget_key(name, forgotten.key(), forgotten.created_ms());
    shard.set_clock_ms(entry.clock_ms());
    state_.set_shard_state(shard);
  }

  // That what was measured has been done, all of it, no more and no less.
  void check() const {
    const proto::Buzz* buzz = state_.buzz(kernel::first_id(now_ms_, kShard));
    BUZZER_CHECK(buzz != nullptr && buzz->text() == command_.post_buzz().text());
    BUZZER_CHECK(state_.buzzes() == kPosts);
    BUZZER_CHECK(state_.keys() >= kPosts && state_.keys() <= kPosts + 2);
    BUZZER_CHECK(state_.account("alice_in_wonderland")->buzzes() == number_ - 1);
  }

 private:
  // Of the last post decided.
  proto::Event& event(proto::Event::BodyCase kind) {
    for (proto::Event& event : *decision_.entry.mutable_events()) {
      if (event.body_case() == kind) return event;
    }
    BUZZER_CHECK(false);
  }

  // The time of the next post, and its key.
  void next() {
    now_ms_ += kBetweenPostsMs;
    ++number_;
    std::memcpy(command_.mutable_key()->data(), &number_, sizeof number_);
    command_.set_key_created_ms(now_ms_);
  }

  RecycledState state_{1, kPosts, kPosts + 3};
  proto::Command command_;
  kernel::Decision decision_;
  proto::Account account_ = [] {
    proto::Account account;
    account.set_name("Alice_in_Wonderland");
    return account;
  }();
  std::int64_t now_ms_ = kernel::kIdEpochMs;
  std::uint64_t number_ = 0;
};

template <class Step>
void measure(benchmark::State& state, const std::string& text, const Step& step) {
  Poster poster(text);
  const std::uint64_t before = allocations();
  for (auto _ : state) step(poster);
  const auto asked = static_cast<double>(allocations() - before);
  state.counters["allocations"] = asked / static_cast<double>(state.iterations());
  poster.check();
}

void add_post(const char* name, const std::string& text) {
  benchmark::RegisterBenchmark(
      name, [text](benchmark::State& state) { measure(state, text, [](Poster& poster) { poster.post(); }); });
}

// A piece of work that never changes, so that figures of different machines and hours can be compared.
void fixed_work(benchmark::State& state) {
  const std::string bytes(4096, 'b');
  std::uint64_t seed = 0;
  for (auto _ : state) seed = XXH64(bytes.data(), bytes.size(), seed);
  benchmark::DoNotOptimize(seed);
}

Sample sample_of(const std::string& measure, double ns) {
  Sample sample;
  sample.measure = measure;
  sample.value = ns;
  sample.unit = "ns";
  if (measure != kFixedWork) sample.beside = kFixedWork;
  if (measure == kPost || measure == kKernelPart) sample.aim = "under 400 ns";
  if (measure == kPost) sample.published = Published{2800, "the original's KernelPost, 2 allocations"};
  return sample;
}

// The samples come in the order in which the measures were drawn; they are told in that of the names above.
class SampleReporter final : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context& /*context*/) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.run_type != Run::RT_Iteration) continue;
      Sample sample = sample_of(run.run_name.function_name, run.GetAdjustedCPUTime());
      for (const auto& [name, counter] : run.counters) sample.also[name] = counter.value;
      samples_[sample.measure].push_back(sample);
    }
  }
  void Finalize() override {
    const std::vector<Sample>& posts = samples_[kPost];
    const std::vector<Sample>& states = samples_[kStatePart];
    for (std::size_t i = 0; i < std::min(posts.size(), states.size()); ++i) {
      samples_[kKernelPart].push_back(sample_of(kKernelPart, posts[i].value - states[i].value));
    }
    for (const char* measure : {kPost, kStatePart, kKernelPart, kTaggedPost, kLongPost, kFixedWork}) {
      for (const Sample& sample : samples_[measure]) print(sample);
    }
  }

 private:
  std::map<std::string, std::vector<Sample>> samples_;
};

int run(const Options& options) {
  std::string program = "core_kernel";
  std::string repetitions = "--benchmark_repetitions=" + std::to_string(options.repetitions);
  std::string seconds = "--benchmark_min_time=" + std::to_string(options.seconds);
  // The measures take turns, so that a slow moment of the machine does not fall on one of them.
  std::string turns = "--benchmark_enable_random_interleaving=true";
  std::vector<char*> arguments{program.data(), repetitions.data(), seconds.data(), turns.data()};
  auto count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  add_post(kPost, plain_text());
  add_post(kTaggedPost, tagged_text());
  add_post(kLongPost, long_text());
  benchmark::RegisterBenchmark(kStatePart, [](benchmark::State& state) {
    measure(state, plain_text(), [](Poster& poster) { poster.ask_state(); });
  });
  benchmark::RegisterBenchmark(kFixedWork, fixed_work);
  SampleReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  return 0;
}

}  // namespace
}  // namespace buzzer::bench

int main(int argc, char** argv) {
  const auto options = buzzer::bench::parse_options(argc, argv);
  return options ? buzzer::bench::run(*options) : 2;
}
