#include "node/gateway/awake_core.h"

#include <algorithm>
#include <utility>

#include "proto/errors.h"

namespace buzzer::gateway {
namespace {

constexpr base::Duration kTurnEvery = std::chrono::seconds(1);

}  // namespace

AwakeCore::AwakeCore(Core& core, base::EventLoop& loop, std::function<void()> slept)
    : core_(core), loop_(loop), slept_(std::move(slept)), turned_(loop.now()), turned_by_wall_(loop.wall_now()) {
  timer_ = loop_.call_after(kTurnEvery, [this] { turn(); });
}

bool AwakeCore::has_slept() {
  const base::MonotonicTime now = loop_.now();
  const base::WallTime now_by_wall = loop_.wall_now();
  const base::Duration slept = now - std::exchange(turned_, now);
  const base::Duration slept_by_wall = now_by_wall - std::exchange(turned_by_wall_, now_by_wall);
  return std::max(slept, slept_by_wall) > kMostAsleep;
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
