// What is in flight over a store: batches that the journal has been given but that are not in the store yet. Together
// with the store it is the *speculative* state that the kernel decides on.
//
// With a local journal a batch enters the store with its group; with a replicated one when it is committed, or never,
// if it is refused. One thread.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/status.h"
#include "node/store/store.h"

namespace buzzer::shard {

class Overlay {
 public:
  // Lays a batch over what is there; `sequence` is its journal sequence, larger than 0 and than any before.
  void add(const store::Batch& batch, std::uint64_t sequence);

  // The batches up to that sequence are in the store now: what they said is read from there.
  void settle(std::uint64_t sequence);

  // The journal refused what is in flight: none of it ever was.
  void drop();

  [[nodiscard]] bool empty() const { return entries_.empty() && erased_.empty(); }

  // As Store::get, with what is in flight on top.
  [[nodiscard]] base::Result<bool> get(const store::Store& below, std::string_view key, std::string& value) const;

  // Returns false to stop.
  using Visit = std::function<bool(std::string_view key, std::string_view value)>;
  // As store::for_each_entry, with what is in flight on top.
  [[nodiscard]] base::Result<void> for_each(const store::Store& below, const store::Range& range,
                                            store::Direction direction, const Visit& visit) const;

 private:
  struct Entry {
    std::optional<std::string> value;  // none: erased
    std::uint64_t sequence;            // of the newest batch that says so
  };
  using Entries = std::map<std::string, Entry, std::less<>>;

  // Keys from `begin` up to, but without, `end` that were erased together. It is about the store below alone: what was
  // in flight says itself that it is erased.
  struct ErasedRange {
    std::string begin;
    std::string end;
    std::uint64_t sequence;

    [[nodiscard]] bool holds(std::string_view key) const { return begin <= key && key < end; }
  };

  struct Adder;

  void say(Entries::iterator at, std::optional<std::string_view> value, std::uint64_t sequence);
  [[nodiscard]] const ErasedRange* range_with(std::string_view key) const;

  Entries entries_;
  // Which keys each batch has said something of, oldest first. Each of them is in entries_, with the last word on it.
  std::deque<std::pair<std::uint64_t, Entries::iterator>> by_sequence_;
  // Oldest first. Few: only a stream that breaks with many rows makes one.
  std::deque<ErasedRange> erased_;
};

}  // namespace buzzer::shard
