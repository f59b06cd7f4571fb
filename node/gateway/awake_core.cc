#include "node/gateway/awake_core.h"

#include <ctime>
#include <utility>

#include "base/check.h"
#include "proto/errors.h"

namespace buzzer::gateway {
namespace {

constexpr base::Duration kTurnEvery = std::chrono::seconds(1);

base::Duration read_clock(clockid_t clock) {
  timespec time{};
  BUZZER_CHECK(::clock_gettime(clock, &time) == 0);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

base::Duration time_since_boot() { return read_clock(CLOCK_BOOTTIME); }

base::Duration thread_computed() { return read_clock(CLOCK_THREAD_CPUTIME_ID); }

AwakeCore::AwakeCore(Core& core, base::EventLoop& loop, std::function<void()> slept, ThreadClock clock)
    : core_(core), loop_(loop), slept_(std::move(slept)), clock_(std::move(clock)) {
  // The clock is first read on the loop's thread, which need not be this one.
  timer_ = loop_.call_after(base::Duration::zero(), [this] { turn(); });
}

bool AwakeCore::has_slept() {
  const Turn now{clock_.passed(), clock_.computed()};
  const Turn before = std::exchange(turned_, now).value_or(now);
  const base::Duration computed = now.computed - before.computed;
  if (now.passed - before.passed - computed <= kMostAsleep) return false;
  woke_ = now.passed;
  return true;
}

bool AwakeCore::is_from_before(base::Duration since_boot) {
  if (has_slept()) slept_();
  return since_boot < woke_;
}

void AwakeCore::turn() {
  if (has_slept()) slept_();
  timer_ = loop_.call_after(kTurnEvery, [this] { turn(); });
}

void AwakeCore::execute(proto::Command command, ReplyCallback callback) {
  if (!has_slept()) return core_.execute(std::move(command), std::move(callback));
  loop_.post([callback = std::move(callback)] {
    proto::Reply reply;
    reply.set_error(static_cast<std::uint32_t>(proto::ErrorCode::kUnavailable));
    reply.set_message("this node stood still for a while: ask again with the same key");
    callback(reply);
  });
  slept_();
}

void AwakeCore::query(proto::Query query, AnswerCallback callback) {
  core_.query(std::move(query), std::move(callback));
}

void AwakeCore::grid(GridCallback callback) { core_.grid(std::move(callback)); }

std::uint64_t AwakeCore::subscribe(Wire wire, const proto::Feed& feed, const std::optional<proto::Position>& after,
                                   FeedListener& listener) {
  return core_.subscribe(wire, feed, after, listener);
}

void AwakeCore::unsubscribe(std::uint64_t subscription) { core_.unsubscribe(subscription); }

void AwakeCore::taken(std::uint64_t subscription, std::uint64_t position) { core_.taken(subscription, position); }

}  // namespace buzzer::gateway
