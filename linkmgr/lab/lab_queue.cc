#include "linkmgr/lab/lab_queue.h"

#include <utility>

namespace buzzer::linkmgr::lab {
namespace {

constexpr std::size_t kGathered = 64UL << 10;

}  // namespace

bool LabQueue::push(SharedLine line) {
  if (waiting_bytes() + line->size() > most_bytes_) return false;
  waiting_bytes_ += line->size();
  waiting_.push_back(std::move(line));
  share_.set(waiting_bytes_);
  return true;
}

void LabQueue::count_into(std::atomic<std::size_t>& backlog) {
  share_.join(backlog);
  share_.set(waiting_bytes_);
}

std::span<const std::uint8_t> LabQueue::next_bytes() {
  if (sent_ == gathered_.size()) {
    sent_ = 0;
    gathered_ = std::exchange(ping_, {});
    while (!waiting_.empty() && gathered_.size() < kGathered) {
      gathered_ += *waiting_.front();
      waiting_bytes_ -= waiting_.front()->size();
      waiting_.pop_front();
    }
    share_.set(waiting_bytes_);
  }
  return {reinterpret_cast<const std::uint8_t*>(gathered_.data()) + sent_, gathered_.size() - sent_};
}

}  // namespace buzzer::linkmgr::lab
