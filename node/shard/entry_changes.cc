#include "node/shard/entry_changes.h"

#include <algorithm>
#include <functional>

namespace buzzer::shard {
namespace {

// An entry that changed far more than others does not leave its memory to those.
constexpr std::size_t kMostSlotsKept = 1U << 10;

}  // namespace

void EntryChanges::clear() {
  batch_.clear();
  bytes_.clear();
  if (slots_.size() > kMostSlotsKept) slots_ = std::vector<std::uint32_t>(64);
  if (!places_.empty()) std::fill(slots_.begin(), slots_.end(), 0);
  places_.clear();
}

void EntryChanges::put(std::string_view key, std::string_view value) {
  batch_.put(key, value);
  say(key, value, false);
}

void EntryChanges::erase(std::string_view key) {
  batch_.erase(key);
  say(key, {}, true);
}

std::optional<EntryChanges::Change> EntryChanges::find(std::string_view key) const {
  if (places_.empty()) return std::nullopt;
  const std::uint32_t said = slots_[slot_of(std::hash<std::string_view>()(key), key)];
  if (said == 0) return std::nullopt;
  const Place& place = places_[said - 1];
  return Change{place.erased, std::string_view(bytes_).substr(place.value_begin, place.end - place.value_begin)};
}

void EntryChanges::say(std::string_view key, std::string_view value, bool erased) {
  if (2 * (places_.size() + 1) > slots_.size()) grow();
  const std::size_t hash = std::hash<std::string_view>()(key);
  std::uint32_t& slot = slots_[slot_of(hash, key)];
  Place place{hash, bytes_.size(), 0, 0, erased};
  bytes_.append(key);
  place.value_begin = bytes_.size();
  bytes_.append(value);
  place.end = bytes_.size();
  if (slot != 0) {
    places_[slot - 1] = place;
    return;
  }
  places_.push_back(place);
  slot = static_cast<std::uint32_t>(places_.size());
}

std::string_view EntryChanges::key_of(const Place& place) const {
  return std::string_view(bytes_).substr(place.key_begin, place.value_begin - place.key_begin);
}

std::size_t EntryChanges::slot_of(std::size_t hash, std::string_view key) const {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t slot = hash & mask;; slot = (slot + 1) & mask) {
    if (slots_[slot] == 0) return slot;
    const Place& place = places_[slots_[slot] - 1];
    if (place.hash == hash && key_of(place) == key) return slot;
  }
}

void EntryChanges::grow() {
  slots_.assign(2 * slots_.size(), 0);
  for (std::size_t i = 0; i < places_.size(); ++i) {
    slots_[slot_of(places_[i].hash, key_of(places_[i]))] = static_cast<std::uint32_t>(i + 1);
  }
}

}  // namespace buzzer::shard
