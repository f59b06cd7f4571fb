#include "bench/gateway/bench_loop.h"

#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace buzzer::bench {
namespace {

constexpr auto kMostWaiting = std::chrono::minutes(5);
constexpr auto kLookEvery = std::chrono::milliseconds(100);

std::size_t allow_all_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) give_up("the limit of descriptors cannot be read");
  limit.rlim_cur = limit.rlim_max;
  static_cast<void>(::setrlimit(RLIMIT_NOFILE, &limit));
  static_cast<void>(::getrlimit(RLIMIT_NOFILE, &limit));
  return limit.rlim_cur;
}

}  // namespace

void give_up(std::string_view why) {
  std::fprintf(stderr, "the bench ends: %.*s\n", static_cast<int>(why.size()), why.data());
  std::exit(1);
}

BenchLoop::BenchLoop()
    : most_descriptors_(allow_all_descriptors()), transport_(loop_), guard_(asio::make_work_guard(loop_.context())) {}

void BenchLoop::run_until(const std::function<bool()>& done, std::string_view what) {
  const base::MonotonicTime until = now() + kMostWaiting;
  while (!done()) {
    loop_.context().run_one_for(kLookEvery);
    if (now() >= until) give_up("waited too long: " + std::string(what));
  }
}

void BenchLoop::run_until(base::MonotonicTime until) {
  for (base::MonotonicTime time = now(); time < until; time = now()) loop_.context().run_one_for(until - time);
}

}  // namespace buzzer::bench
