// How threads talk: one bounded, named queue of messages for each thread that listens.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace buzzer::base {

struct InboxLimits {
  std::size_t messages = 65'536;
  std::size_t bytes = 64UL << 20;  // of what the senders say their messages weigh
};

// Many senders, one receiver. A full inbox refuses, and the sender decides what that means; nobody waits.
template <class Message>
class Inbox {
 public:
  // `wake` is called on the sender's thread when the first message enters an empty inbox; it must lead to a drain().
  Inbox(std::string name, InboxLimits limits, std::function<void()> wake)
      : name_(std::move(name)), limits_(limits), wake_(std::move(wake)) {}

  // False, and nothing taken, when full. `weight` is in bytes. Any thread.
  [[nodiscard]] bool push(Message message, std::size_t weight = 0) {
    return push_within(limits_, std::move(message), weight);
  }

  // Likewise, but refused already when the inbox is half full: so that others find room. Any thread.
  [[nodiscard]] bool push_expendable(Message message, std::size_t weight = 0) {
    return push_within({limits_.messages / 2, limits_.bytes / 2}, std::move(message), weight);
  }

  // Takes it even when full: for messages that carry state, must not be lost, and whose number their sender bounds by
  // itself. Any thread.
  void push_always(Message message) {
    bool was_empty = false;
    {
      const std::lock_guard lock(mutex_);
      was_empty = messages_.empty();
      messages_.push_back(std::move(message));
    }
    if (was_empty) wake_();
  }

  // Hands over all that is there, oldest first. The receiver's thread only.
  template <class Consumer>
  void drain(Consumer&& consume) {
    while (drain_some(std::numeric_limits<std::size_t>::max(), consume)) continue;
  }

  // Hands over `most` of them at most. True if there are more: then the receiver must come again by itself. The
  // receiver's thread only.
  template <class Consumer>
  [[nodiscard]] bool drain_some(std::size_t most, Consumer&& consume) {
    if (draining_.empty()) {
      const std::lock_guard lock(mutex_);
      draining_.swap(messages_);
      bytes_ = 0;
    }
    for (; next_ < draining_.size() && most > 0; --most) consume(std::move(draining_[next_++]));
    if (next_ < draining_.size()) return true;
    draining_.clear();
    next_ = 0;
    return false;
  }

  [[nodiscard]] const std::string& name() const { return name_; }

  // How many messages wait. Any thread.
  [[nodiscard]] std::size_t waiting() const {
    const std::lock_guard lock(mutex_);
    return messages_.size();
  }

  // How full it is, by number or by weight: 0 to 1. Any thread.
  [[nodiscard]] double fill() const {
    const std::lock_guard lock(mutex_);
    return std::max(static_cast<double>(messages_.size()) / static_cast<double>(limits_.messages),
                    static_cast<double>(bytes_) / static_cast<double>(limits_.bytes));
  }

  // How many messages found it full so far. Any thread.
  [[nodiscard]] std::uint64_t refused() const {
    const std::lock_guard lock(mutex_);
    return refused_;
  }

 private:
  [[nodiscard]] bool push_within(const InboxLimits& limits, Message&& message, std::size_t weight) {
    bool was_empty = false;
    {
      const std::lock_guard lock(mutex_);
      if (messages_.size() >= limits.messages || weight > limits.bytes || bytes_ > limits.bytes - weight) {
        ++refused_;
        return false;
      }
      was_empty = messages_.empty();
      bytes_ += weight;
      messages_.push_back(std::move(message));
    }
    if (was_empty) wake_();
    return true;
  }

  const std::string name_;
  const InboxLimits limits_;
  const std::function<void()> wake_;
  mutable std::mutex mutex_;
  std::vector<Message> messages_;
  std::size_t bytes_ = 0;
  std::uint64_t refused_ = 0;
  std::vector<Message> draining_;  // the receiver's, kept for its capacity
  std::size_t next_ = 0;           // of draining_
};

}  // namespace buzzer::base
