// Lines for many clients, stored once for all of them. Pure.
//
//   bytes = *line              line = *any-but-LF LF
//
// A batch never changes once it is made, so any thread may read it; it lives as long as a client's queue, or anybody
// else, has a share in it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace buzzer::room {

// A batch fits in an empty queue of a client, so whoever was not behind can wait for the rest of it without loss.
inline constexpr std::size_t kMostBatchLines = 100;
// From here on a batch takes no further line: so it has at most this and one line.
inline constexpr std::size_t kEnoughBatchBytes = 64UL << 10;

// The bytes of all batches that live. Any thread.
using HeldBytes = std::shared_ptr<std::atomic<std::size_t>>;

// What a line counts for on its way through queues that are bounded in messages too.
constexpr std::size_t line_cost(std::size_t bytes) { return bytes + 64; }

class LineBatch {
 public:
  // `ends`: ascending, behind each '\n'.
  LineBatch(std::string bytes, std::vector<std::uint32_t> ends, HeldBytes held);
  LineBatch(const LineBatch&) = delete;
  LineBatch& operator=(const LineBatch&) = delete;
  ~LineBatch();

  [[nodiscard]] std::string_view bytes() const { return bytes_; }
  [[nodiscard]] std::uint32_t lines() const { return static_cast<std::uint32_t>(ends_.size()); }
  [[nodiscard]] std::uint32_t start_of(std::uint32_t line) const { return line == 0 ? 0 : ends_[line - 1]; }
  [[nodiscard]] std::uint32_t end_of(std::uint32_t line) const { return ends_[line]; }
  // Without its '\n'.
  [[nodiscard]] std::string_view line(std::uint32_t index) const {
    return bytes().substr(start_of(index), end_of(index) - 1 - start_of(index));
  }
  // The first line that ends behind this byte; lines() if none does.
  [[nodiscard]] std::uint32_t line_at(std::uint32_t byte) const;

 private:
  const std::string bytes_;
  const std::vector<std::uint32_t> ends_;
  const HeldBytes held_;
};

using SharedBatch = std::shared_ptr<const LineBatch>;

// Collects lines for the next batch.
class BatchBuilder {
 public:
  explicit BatchBuilder(HeldBytes held) : held_(std::move(held)) {}

  // A line without its '\n'. Not when full.
  void add(std::string_view line);

  [[nodiscard]] bool empty() const { return ends_.empty(); }
  [[nodiscard]] bool full() const { return ends_.size() >= kMostBatchLines || bytes_.size() >= kEnoughBatchBytes; }

  // What was collected; the builder is empty then.
  [[nodiscard]] SharedBatch take();

 private:
  const HeldBytes held_;
  std::string bytes_;
  std::vector<std::uint32_t> ends_;
};

}  // namespace buzzer::room
