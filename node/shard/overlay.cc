#include "node/shard/overlay.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/planted_mistakes.h"

namespace buzzer::shard {

// Takes the operations of a batch.
struct Overlay::Adder {
  Overlay& overlay;
  std::uint64_t sequence;

  void put(std::string_view key, std::string_view value) const { overlay.say(find(key), value, sequence); }
  void erase(std::string_view key) const { overlay.say(find(key), std::nullopt, sequence); }
  void erase_range(std::string_view begin, std::string_view end) const {
    const auto last = overlay.entries_.lower_bound(end);
    for (auto at = overlay.entries_.lower_bound(begin); at != last; ++at) overlay.say(at, std::nullopt, sequence);
    overlay.erased_.push_back({std::string(begin), std::string(end), sequence});
  }

 private:
  [[nodiscard]] Entries::iterator find(std::string_view key) const {
    const auto at = overlay.entries_.find(key);
    return at != overlay.entries_.end() ? at : overlay.entries_.emplace(key, Entry{std::nullopt, 0}).first;
  }
};

void Overlay::add(const store::Batch& batch, std::uint64_t sequence) { batch.for_each(Adder{*this, sequence}); }

void Overlay::say(Entries::iterator at, std::optional<std::string_view> value, std::uint64_t sequence) {
  if (!value) {
    at->second.value.reset();
  } else if (at->second.value) {
    at->second.value->assign(*value);
  } else {
    at->second.value.emplace(*value);
  }
  if (std::exchange(at->second.sequence, sequence) != sequence) by_sequence_.emplace_back(sequence, at);
}

void Overlay::settle(std::uint64_t sequence) {
  while (!by_sequence_.empty() && by_sequence_.front().first <= sequence) {
    const auto [said, at] = by_sequence_.front();
    by_sequence_.pop_front();
    if (at->second.sequence == said) entries_.erase(at);
  }
  while (!erased_.empty() && erased_.front().sequence <= sequence) erased_.pop_front();
}

void Overlay::drop() {
  by_sequence_.clear();
  if (is_planted(base::Mistake::kRefusedAppendStays)) return;
  entries_.clear();
  erased_.clear();
}

const Overlay::ErasedRange* Overlay::range_with(std::string_view key) const {
  const auto found =
      std::find_if(erased_.begin(), erased_.end(), [key](const ErasedRange& range) { return range.holds(key); });
  return found == erased_.end() ? nullptr : &*found;
}

base::Result<bool> Overlay::get(const store::Store& below, std::string_view key, std::string& value) const {
  if (const auto found = entries_.find(key); found != entries_.end()) {
    if (!found->second.value) return false;
    value = *found->second.value;
    return true;
  }
  if (range_with(key) != nullptr) return false;
  return below.get(key, value);
}

base::Result<void> Overlay::for_each(const store::Store& below, const store::Range& range, store::Direction direction,
                                     const Visit& visit) const {
  if (!range.end.empty() && range.end <= range.begin) return {};
  if (empty()) return store::for_each_entry(below, range, direction, visit);
  const bool forward = direction == store::Direction::kForward;
  auto first = entries_.lower_bound(range.begin);
  auto last = range.end.empty() ? entries_.end() : entries_.lower_bound(range.end);
  auto cursor = below.scan(range, direction);
  // Past what is erased below, in one leap.
  const auto pass_erased = [&] {
    while (cursor->valid()) {
      const ErasedRange* erased = range_with(cursor->key());
      if (erased == nullptr) return;
      cursor = below.scan(forward ? store::Range{erased->end, range.end} : store::Range{range.begin, erased->begin},
                          direction);
    }
  };
  pass_erased();
  // Both run in the same order; of a key that both have, the overlay's word counts.
  while (true) {
    const bool have_top = first != last;
    const auto top = !have_top ? entries_.end() : forward ? first : std::prev(last);
    if (!have_top && !cursor->valid()) return cursor->status();
    int order = !have_top ? 1 : -1;  // below first, or top first
    if (have_top && cursor->valid()) {
      order = std::string_view(top->first).compare(cursor->key());
      if (!forward) order = -order;
    } else if (have_top) {
      if (auto fine = cursor->status(); !fine) return fine;
    }
    if (order > 0) {
      if (!visit(cursor->key(), cursor->value())) return {};
      cursor->next();
      pass_erased();
      continue;
    }
    if (top->second.value && !visit(top->first, *top->second.value)) return {};
    if (order == 0) {
      cursor->next();
      pass_erased();
    }
    if (forward) {
      ++first;
    } else {
      --last;
    }
  }
}

}  // namespace buzzer::shard
