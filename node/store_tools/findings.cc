#include "node/store_tools/findings.h"

namespace buzzer::store_tools {
namespace {

struct Words {
  std::string_view name;
  std::string_view title;
};

// In the order of FindingKind.
constexpr std::array<Words, kFindingKinds> kWords{{
    {"lost", "Lost"},
    {"damaged-table", "Damaged files"},
    {"unreadable", "Cannot be read"},
    {"foreign-shard", "Shards of other nodes"},
    {"unknown-key", "Unknown keys"},
    {"bad-value", "Values that cannot be"},
    {"misplaced", "In the wrong shard"},
    {"no-counterpart", "Without their counterpart"},
    {"gap", "Gaps"},
    {"wrong-count", "Wrong counts"},
}};

}  // namespace

std::string_view name_of(FindingKind kind) { return kWords[static_cast<std::size_t>(kind)].name; }
std::string_view title_of(FindingKind kind) { return kWords[static_cast<std::size_t>(kind)].title; }

std::uint64_t Findings::count() const {
  std::uint64_t all = 0;
  for (const OfKind& kind : kinds_) all += kind.count;
  return all;
}

}  // namespace buzzer::store_tools
