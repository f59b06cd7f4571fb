#include "node/shard/overlay.h"

#include <iterator>
#include <utility>

#include "base/planted_mistakes.h"

namespace buzzer::shard {
namespace {

template <class Set>
struct Adder {
  Set set;
  void put(std::string_view key, std::string_view value) const { set(key, value); }
  void erase(std::string_view key) const { set(key, std::nullopt); }
};

}  // namespace

void Overlay::add(const store::Batch& batch, std::uint64_t sequence) {
  const auto set = [&](std::string_view key, std::optional<std::string_view> value) {
    auto at = entries_.find(key);
    if (at == entries_.end()) at = entries_.emplace(key, Entry{std::nullopt, 0}).first;
    if (!value) {
      at->second.value.reset();
    } else if (at->second.value) {
      at->second.value->assign(*value);
    } else {
      at->second.value.emplace(*value);
    }
    if (std::exchange(at->second.sequence, sequence) != sequence) by_sequence_.emplace_back(sequence, at);
  };
  batch.for_each(Adder<decltype(set)>{set});
}

void Overlay::settle(std::uint64_t sequence) {
  while (!by_sequence_.empty() && by_sequence_.front().first <= sequence) {
    const auto [said, at] = by_sequence_.front();
    by_sequence_.pop_front();
    if (at->second.sequence == said) entries_.erase(at);
  }
}

void Overlay::drop() {
  by_sequence_.clear();
  if (!is_planted(base::Mistake::kRefusedAppendStays)) entries_.clear();
}

base::Result<bool> Overlay::get(const store::Store& below, std::string_view key, std::string& value) const {
  if (const auto found = entries_.find(key); found != entries_.end()) {
    if (!found->second.value) return false;
    value = *found->second.value;
    return true;
  }
  return below.get(key, value);
}

base::Result<void> Overlay::for_each(const store::Store& below, const store::Range& range, store::Direction direction,
                                     const Visit& visit) const {
  if (!range.end.empty() && range.end <= range.begin) return {};
  if (entries_.empty()) return store::for_each_entry(below, range, direction, visit);
  const bool forward = direction == store::Direction::kForward;
  auto first = entries_.lower_bound(range.begin);
  auto last = range.end.empty() ? entries_.end() : entries_.lower_bound(range.end);
  const auto cursor = below.scan(range, direction);
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
      continue;
    }
    if (top->second.value && !visit(top->first, *top->second.value)) return {};
    if (order == 0) cursor->next();
    if (forward) {
      ++first;
    } else {
      --last;
    }
  }
}

}  // namespace buzzer::shard
