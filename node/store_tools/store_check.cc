#include "node/store_tools/store_check.h"

#include <optional>
#include <string>

#include "node/grid/placement.h"
#include "node/store/key_parts.h"
#include "node/store_tools/shard_check.h"

namespace buzzer::store_tools {
namespace {

using base::ShardId;
using store::Key;

constexpr std::uint64_t kEntriesBetweenReports = 10'000;
constexpr std::uint8_t kNodePrefix = 0xFF;

class EntriesCheck {
 public:
  EntriesCheck(const store::Store& store, const store::GridIdentity& identity, StoreReport& report,
               const TellProgress& progress)
      : store_(store), identity_(identity), report_(report), progress_(progress) {}

  void run() {
    for (std::uint32_t number = 0; number < base::kShardCount; ++number) {
      const ShardId shard(static_cast<std::uint8_t>(number));
      progress_("shards", number, base::kShardCount);
      const bool own = !grid_can_be() || grid::node_of_shard(shard, identity_.nodes) == identity_.node;
      own ? check_own(shard) : check_foreign(shard);
    }
    check_unknown();
    check_node_facts();
  }

 private:
  [[nodiscard]] bool grid_can_be() const {
    return identity_.shards == base::kShardCount && identity_.node.value() < identity_.nodes &&
           identity_.nodes <= base::kMaxGridSize;
  }

  void count(std::string_view key, std::string_view value) {
    TableCount& table = report_.tables[key.size() < 2 ? '?' : key[1]];
    ++table.entries;
    table.bytes += key.size() + value.size();
    if (++report_.entries % kEntriesBetweenReports == 0) progress_("entries", report_.entries, 0);
  }

  // False, and told, if not all could be read.
  template <class Visit>
  bool scan(const store::Range& range, std::optional<ShardId> shard, const Visit& visit) {
    const auto done = store::for_each_entry(store_, range, store::Direction::kForward,
                                            [&](std::string_view key, std::string_view value) {
                                              visit(key, value);
                                              return true;
                                            });
    if (!done) {
      report_.findings.add(FindingKind::kUnreadable, shard,
                           [&] { return "not all entries can be read: " + done.error().message; });
    }
    return done.has_value();
  }

  void check_own(ShardId shard) {
    ShardCheck check(store_, shard, report_.findings);
    const std::uint64_t before = report_.entries;
    const store::KeysBeginning all(store::shard_keys(shard));
    const bool complete = scan(all.range(), shard, [&](std::string_view key, std::string_view value) {
      count(key, value);
      check.take(key, value);
    });
    if (report_.entries > before) ++report_.shards;
    // What was not read would seem to be missing.
    if (complete) check.finish();
  }

  void check_foreign(ShardId shard) {
    std::uint64_t found = 0;
    const store::KeysBeginning all(store::shard_keys(shard));
    static_cast<void>(scan(all.range(), shard, [&](std::string_view key, std::string_view value) {
      count(key, value);
      ++found;
    }));
    if (found == 0) return;
    ++report_.shards;
    report_.findings.add(FindingKind::kForeignShard, shard, [&] {
      return std::to_string(found) + (found == 1 ? " entry" : " entries") + " of a shard that is at home at node " +
             std::to_string(grid::node_of_shard(shard, identity_.nodes).value());
    });
  }

  // Between the last shard and the node's own facts.
  void check_unknown() {
    const Key begin = Key().byte(static_cast<std::uint8_t>(base::kShardCount));
    const Key end = Key().byte(kNodePrefix);
    static_cast<void>(
        scan({begin.bytes(), end.bytes()}, std::nullopt, [&](std::string_view key, std::string_view value) {
          count(key, value);
          report_.findings.add(FindingKind::kUnknownKey, std::nullopt,
                               [&] { return store::describe_key(key) + " is of no shard"; });
        }));
  }

  // Grid, node and sizes have been read already, or nothing would be known of the store.
  void check_node_facts() {
    const Key begin = Key().byte(kNodePrefix);
    static_cast<void>(scan({begin.bytes(), {}}, std::nullopt, [&](std::string_view key, std::string_view value) {
      constexpr std::string_view kFields = "vginsy";
      if (key.size() != 2 || kFields.find(key[1]) == std::string_view::npos) {
        report_.findings.add(FindingKind::kUnknownKey, std::nullopt,
                             [&] { return store::describe_key(key) + " is no fact of a node"; });
      } else if (key[1] != 'g' && !store::decode_number(value)) {
        report_.findings.add(FindingKind::kBadValue, std::nullopt,
                             [&] { return "the node's own '" + std::string(1, key[1]) + "' is not 8 bytes"; });
      }
    }));
    if (grid_can_be()) return;
    report_.findings.add(FindingKind::kBadValue, std::nullopt,
                         [] { return "the node's own facts name a grid that cannot be"; });
  }

  const store::Store& store_;
  const store::GridIdentity& identity_;
  StoreReport& report_;
  const TellProgress& progress_;
};

}  // namespace

void check_entries(const store::Store& store, const store::GridIdentity& identity, StoreReport& report,
                   const TellProgress& progress) {
  EntriesCheck(store, identity, report, progress).run();
}

base::Result<StoreReport> check_store(const store::StoreView& view, const TellProgress& progress) {
  StoreReport report;
  const store::StoreSurvey& survey = view.survey();
  if (!survey.whole()) {
    report.findings.add(FindingKind::kLost, std::nullopt, [&]() -> std::string {
      if (!survey.synced)
        return "nobody can tell how far the store was synced: its file `synced` is missing or damaged";
      return "writes of sequences " + std::to_string(survey.recovered + 1) + " to " + std::to_string(*survey.synced) +
             " were synced and are not all there";
    });
  }
  const auto tables = view.tables();
  for (const store::TableFile& table : tables) {
    progress("files", report.files, tables.size());
    ++report.files;
    report.file_bytes += table.bytes;
    const auto good = view.verify(table);
    if (good) continue;
    report.findings.add(FindingKind::kDamagedTable, std::nullopt,
                        [&] { return table.path + " is damaged: " + good.error().message; });
  }
  check_entries(view.store(), survey.identity, report, progress);
  if (view.disk_failed()) return base::fail("the disk failed while the store was read");
  return report;
}

}  // namespace buzzer::store_tools
