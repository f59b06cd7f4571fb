#include "linkmgr/send_queue.h"

#include <utility>

namespace buzzer::linkmgr {
namespace {

constexpr std::size_t kGatherBytes = 64UL << 10;

}  // namespace

bool SendQueue::push(proto::EncodedFrame frame, Importance importance) {
  const std::size_t most = importance == Importance::kExpendable ? most_bytes_ / 2 : most_bytes_;
  if (waiting_bytes_ + frame->size() > most) return false;
  waiting_bytes_ += frame->size();
  waiting_.push_back(std::move(frame));
  share_.set(waiting_bytes_);
  return true;
}

void SendQueue::count_into(std::atomic<std::size_t>& backlog) {
  share_.join(backlog);
  share_.set(waiting_bytes_);
}

std::span<const std::uint8_t> SendQueue::next_bytes(LinkCipher* cipher) {
  const auto gather = [&](const proto::EncodedFrame& frame) {
    append_frame(cipher == nullptr ? *frame : cipher->seal(*frame), gathered_);
  };
  if (sent_ == gathered_.size()) {
    gathered_.clear();
    sent_ = 0;
    if (heartbeat_ != nullptr) gather(std::exchange(heartbeat_, nullptr));
    while (gathered_.size() < kGatherBytes && !waiting_.empty()) {
      const proto::EncodedFrame frame = std::move(waiting_.front());
      waiting_.pop_front();
      waiting_bytes_ -= frame->size();
      gather(frame);
    }
    share_.set(waiting_bytes_);
  }
  return {reinterpret_cast<const std::uint8_t*>(gathered_.data()) + sent_, gathered_.size() - sent_};
}

}  // namespace buzzer::linkmgr
