#include "tests/unit/store/history.h"

#include <utility>

#include "node/store/key_schema.h"

namespace buzzer::store {
namespace {

constexpr const char* kNumberKey = "\x05number";

std::string entry_key(std::uint64_t number) { return "\x06" + std::to_string(number); }

}  // namespace

base::Result<Entries> read_all(const Store& store) {
  Entries entries;
  const Key behind_shards = Key().byte(kShardCount);
  const auto read = for_each_entry(store, {{}, behind_shards.bytes()}, Direction::kForward,
                                   [&](std::string_view key, std::string_view value) {
                                     entries.emplace(key, value);
                                     return true;
                                   });
  if (!read) return tl::unexpected(read.error());
  return entries;
}

History::History(std::uint64_t seed, std::size_t most_value_bytes)
    : random_(seed), most_value_bytes_(most_value_bytes) {}

const Batch& History::next() {
  constexpr std::uint64_t kKeys = 40;
  Entries state = states_.back();
  const std::string number = std::to_string(states_.size());
  batch_.clear();
  batch_.put(kNumberKey, number);
  state.insert_or_assign(kNumberKey, number);
  for (std::uint64_t i = random_.next() % 5; i > 0; --i) {
    const std::string key = entry_key(random_.next() % kKeys);
    const std::uint64_t what = random_.next() % 16;
    if (what == 0) {
      const std::string end = key + "5";  // of "1": 1, 10 ... 14
      batch_.erase_range(key, end);
      state.erase(state.lower_bound(key), state.lower_bound(end));
    } else if (what < 4) {
      batch_.erase(key);
      state.erase(key);
    } else {
      const std::string value(random_.next() % (most_value_bytes_ + 1), static_cast<char>('a' + random_.next() % 26));
      batch_.put(key, number + value);
      state.insert_or_assign(key, number + value);
    }
  }
  states_.push_back(std::move(state));
  return batch_;
}

bool History::run(Store& store, int batches) {
  for (int i = 0; i < batches; ++i) {
    if (!store.write(next())) return false;
    if (random_.next() % 3 != 0) continue;
    if (!store.sync()) return false;
    all_synced();
  }
  return true;
}

testing::AssertionResult History::recovered(const Store& store) {
  const auto entries = read_all(store);
  if (!entries) return testing::AssertionFailure() << entries.error().message;
  const auto number = entries->find(kNumberKey);
  const std::size_t present = number == entries->end() ? 0 : std::stoul(number->second);
  if (present < synced_) {
    return testing::AssertionFailure() << "batch " << synced_ << " was synced, but only those up to " << present
                                       << " are there";
  }
  if (present >= states_.size()) return testing::AssertionFailure() << "batch " << present << " was never written";
  if (*entries != states_[present]) {
    return testing::AssertionFailure() << "the store is not what batches 1 to " << present << " have made";
  }
  states_.resize(present + 1);
  synced_ = present;
  return testing::AssertionSuccess();
}

}  // namespace buzzer::store
