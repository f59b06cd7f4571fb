// What is wrong with a store: of each kind how often, and the first ones by name.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ids.h"

namespace buzzer::store_tools {

enum class FindingKind {
  kLost,           // writes that were synced are missing
  kDamagedTable,   // a file's bytes are not what was written
  kUnreadable,     // entries that cannot be read, so nothing is known of them
  kForeignShard,   // entries of a shard that is at home at another node
  kUnknownKey,     // no key of any table
  kBadValue,       // not the record that its table holds, or one that does not fit its key
  kMisplaced,      // of a user, topic or buzz at home in another shard
  kNoCounterpart,  // what must stand beside it is not there
  kGap,            // numbers that must follow each other do not
  kWrongCount,     // a count is not the number of what it counts
};
inline constexpr std::size_t kFindingKinds = 10;

// One word, as JSON tells it, such as "damaged-table"; and a few, for people.
[[nodiscard]] std::string_view name_of(FindingKind kind);
[[nodiscard]] std::string_view title_of(FindingKind kind);

struct Finding {
  std::optional<base::ShardId> shard;  // none: of the whole store
  std::string text;                    // a sentence without its end, in printable ASCII
};

class Findings {
 public:
  static constexpr std::size_t kMostNamed = 20;  // of each kind

  struct OfKind {
    std::uint64_t count = 0;
    std::vector<Finding> first;  // at most kMostNamed
  };

  // `describe` is a function that gives the text; it is called only if that is kept.
  template <class Describe>
  void add(FindingKind kind, std::optional<base::ShardId> shard, Describe&& describe, std::uint64_t count = 1) {
    OfKind& found = kinds_[static_cast<std::size_t>(kind)];
    found.count += count;
    if (found.first.size() < kMostNamed) found.first.push_back({shard, describe()});
  }

  [[nodiscard]] const OfKind& of(FindingKind kind) const { return kinds_[static_cast<std::size_t>(kind)]; }
  [[nodiscard]] std::uint64_t count() const;
  [[nodiscard]] bool none() const { return count() == 0; }

 private:
  std::array<OfKind, kFindingKinds> kinds_;
};

}  // namespace buzzer::store_tools
