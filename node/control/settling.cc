#include "node/control/settling.h"

#include <utility>

#include "node/control/buzz_command.h"

namespace buzzer::control {
namespace {

constexpr int kQuietRounds = 2;

// Empty if nothing is.
std::string what_is_left(const proto::Answer& answer) {
  if (answer.error() != 0) return answer.message();
  std::string left = answer.owed().empty() ? "" : format_owed(answer);
  if (answer.silent().empty()) return left;
  if (!left.empty()) left += "; ";
  left += "no answer from ";
  const char* separator = "";
  for (const std::uint32_t node : answer.silent()) {
    left += separator + std::to_string(node);
    separator = ",";
  }
  return left;
}

}  // namespace

std::shared_ptr<Settling> Settling::begin(base::EventLoop& loop, Ask ask, std::chrono::milliseconds most, Told told) {
  std::shared_ptr<Settling> settling(new Settling(loop, std::move(ask), std::move(told)));
  settling->end_ = loop.call_after(most, [weak = settling->weak_from_this()] {
    if (const auto self = weak.lock()) self->end(base::fail(self->left_));
  });
  settling->ask();
  return settling;
}

Settling::Settling(base::EventLoop& loop, Ask ask, Told told)
    : loop_(loop), ask_(std::move(ask)), told_(std::move(told)) {}

void Settling::ask() {
  ask_([weak = weak_from_this()](const proto::Answer& answer) {
    if (const auto self = weak.lock()) self->take(answer);
  });
}

void Settling::take(const proto::Answer& answer) {
  if (told_ == nullptr) return;
  left_ = what_is_left(answer);
  quiet_rounds_ = left_.empty() ? quiet_rounds_ + 1 : 0;
  if (quiet_rounds_ == kQuietRounds) return end({});
  if (left_.empty()) left_ = "nothing any more, but the time was over before it was certain";
  next_round_ = loop_.call_after(kSettlingPause, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->ask();
  });
}

void Settling::end(base::Result<void> result) {
  next_round_.reset();
  end_.reset();
  const auto told = std::exchange(told_, nullptr);
  told(std::move(result));
}

}  // namespace buzzer::control
