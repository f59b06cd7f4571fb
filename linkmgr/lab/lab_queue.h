// The lines that wait to be sent over one link. Bounded in bytes: a full queue refuses. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>

#include "linkmgr/backlog.h"

namespace buzzer::linkmgr::lab {

// With its '\n'; one for all links that it goes over.
using SharedLine = std::shared_ptr<const std::string>;

class LabQueue {
 public:
  explicit LabQueue(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  // False, and nothing taken, when the waiting lines would exceed the bound.
  [[nodiscard]] bool push(SharedLine line);

  // From now on, and until it goes or leaves: what waits here counts there.
  void count_into(std::atomic<std::size_t>& backlog);
  void count_no_more() { share_.leave(); }

  // The next ping goes ahead of all lines that wait, and only once if it has not left yet: there is always room.
  void set_ping(const std::string& line) { ping_ = line; }

  // The next bytes for the wire, many lines gathered into one buffer of about 64 KiB. Empty when nothing waits.
  [[nodiscard]] std::span<const std::uint8_t> next_bytes();
  // Says that the transport took so many of them.
  void taken(std::size_t bytes) { sent_ += bytes; }

  [[nodiscard]] std::size_t waiting_bytes() const { return waiting_bytes_ + gathered_.size() - sent_; }

 private:
  const std::size_t most_bytes_;
  std::string ping_;  // empty when none waits
  std::deque<SharedLine> waiting_;
  std::size_t waiting_bytes_ = 0;  // in waiting_
  std::string gathered_;
  std::size_t sent_ = 0;  // of gathered_
  BacklogShare share_;
};

}  // namespace buzzer::linkmgr::lab
