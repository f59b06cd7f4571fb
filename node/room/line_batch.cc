#include "node/room/line_batch.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace buzzer::room {

LineBatch::LineBatch(std::string bytes, std::vector<std::uint32_t> ends, HeldBytes held)
    : bytes_(std::move(bytes)), ends_(std::move(ends)), held_(std::move(held)) {
  held_->fetch_add(bytes_.size(), std::memory_order_relaxed);
}

LineBatch::~LineBatch() { held_->fetch_sub(bytes_.size(), std::memory_order_relaxed); }

std::uint32_t LineBatch::line_at(std::uint32_t byte) const {
  return static_cast<std::uint32_t>(std::upper_bound(ends_.begin(), ends_.end(), byte) - ends_.begin());
}

void BatchBuilder::add(std::string_view line) {
  BUZZER_CHECK(!full());
  bytes_.append(line);
  bytes_ += '\n';
  ends_.push_back(static_cast<std::uint32_t>(bytes_.size()));
}

SharedBatch BatchBuilder::take() {
  bytes_.shrink_to_fit();  // it may be held for long
  return std::make_shared<const LineBatch>(std::exchange(bytes_, {}), std::exchange(ends_, {}), held_);
}

}  // namespace buzzer::room
