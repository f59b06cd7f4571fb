#include "tests/simulation/whole_grid.h"

#include <algorithm>
#include <iterator>

#include "base/check.h"
#include "node/grid/placement.h"
#include "node/kernel/text.h"
#include "node/store_tools/store_check.h"

namespace buzzer::simulation {
namespace {

// A node that runs on a disk without faults serves all its shards after so long, whatever was before.
constexpr Duration kServesAgain = std::chrono::seconds(5);

// What `buzzer store check` would say of it.
std::string first_inconsistency(std::uint32_t id, std::uint32_t nodes, const store::Store& store) {
  store_tools::StoreReport report;
  const store::GridIdentity identity{"", base::NodeId(id), nodes, base::kShardCount};
  store_tools::check_entries(store, identity, report, [](std::string_view, std::uint64_t, std::uint64_t) {});
  for (std::size_t kind = 0; kind < store_tools::kFindingKinds; ++kind) {
    const auto& found = report.findings.of(static_cast<store_tools::FindingKind>(kind));
    if (found.count == 0) continue;
    return "the store of node " + std::to_string(id) + ": " + found.first.front().text;
  }
  return "";
}

}  // namespace

WholeGrid::WholeGrid(std::uint32_t size, const shard::ShardOptions& shards, const Surroundings& around,
                     History& history)
    : around_(around), history_(history), places_(size) {
  constexpr int kUsual[] = {1, 3, 20, 100};
  for (Place& place : places_) {
    place.machine = std::make_unique<Machine>();
    place.machine->usual_disk = std::chrono::milliseconds(kUsual[around_.random.next() % std::size(kUsual)]);
    place.machine->slowest_disk = place.machine->usual_disk;
    place.machine->shards = shards;
  }
}

WholeGrid::~WholeGrid() = default;

void WholeGrid::note(std::uint32_t id, const char* what) {
  around_.trace.note([&] { return "node " + std::to_string(id) + "  ** " + what; });
}

void WholeGrid::start(std::uint32_t id) {
  Place& place = places_[id];
  BUZZER_CHECK(place.node == nullptr);
  note(id, "starts");
  place.awake_from = around_.time.now();
  place.node = std::make_unique<SimulatedNode>(id, doors(), *place.machine, around_,
                                               [this, id, life = place.machine->lives + 1](const HeardLine& line) {
                                                 history_.line_heard({id, life}, {line.from, line.life, line.number});
                                               });
}

void WholeGrid::kill(std::uint32_t id) {
  note(id, "is killed");
  places_[id].node.reset();
  places_[id].frozen = false;
  tell_closed(id);
}

void WholeGrid::lose_power(std::uint32_t id, store::Survival survival) {
  constexpr const char* kLeft[] = {"all", "nothing", "a beginning", "some pieces"};
  around_.trace.note([&] {
    return "node " + std::to_string(id) +
           "  ** loses power; left of the unsynced bytes: " + kLeft[static_cast<int>(survival)];
  });
  around_.network.vanish(id);
  places_[id].node.reset();
  places_[id].frozen = false;
  places_[id].machine->disk.crash(survival, around_.random);
}

void WholeGrid::freeze(std::uint32_t id) {
  note(id, "is frozen");
  places_[id].frozen = true;
  places_[id].node->loop().freeze();
}

void WholeGrid::thaw(std::uint32_t id) {
  note(id, "thaws");
  places_[id].frozen = false;
  places_[id].awake_from = around_.time.now();
  places_[id].node->loop().thaw();
}

void WholeGrid::set_clock(std::uint32_t id, Duration offset) {
  around_.trace.note([&] {
    return "node " + std::to_string(id) + "  ** its clock is set " +
           std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(offset).count()) + " ms off";
  });
  places_[id].machine->wall_offset = offset;
}

store::DiskFaults& WholeGrid::spoil_disk(std::uint32_t id) {
  note(id, "its disk goes bad");
  places_[id].disk_spoilt = true;
  return places_[id].machine->disk.faults();
}

void WholeGrid::slow_disk(std::uint32_t id, Duration slowest) {
  note(id, "its disk becomes slow");
  places_[id].disk_spoilt = true;
  places_[id].machine->slowest_disk = slowest;
}

void WholeGrid::mend_disk(std::uint32_t id) {
  note(id, "its disk is well again");
  Machine& machine = *places_[id].machine;
  machine.disk.faults().heal();
  // What it is at may still take as long as it did until now.
  const bool was_slow = machine.slowest_disk != machine.usual_disk;
  places_[id].disk_good_from =
      std::max(places_[id].disk_good_from, around_.time.now() + (was_slow ? machine.slowest_disk : Duration::zero()));
  machine.slowest_disk = machine.usual_disk;
  places_[id].disk_spoilt = false;
}

void WholeGrid::wipe(std::uint32_t id) {
  note(id, "its disk is wiped");
  history_.lost_something();
  places_[id].machine->disk.put_back({});
}

void WholeGrid::copy_disk(std::uint32_t id) { places_[id].copy = places_[id].machine->disk.image(); }

void WholeGrid::restore(std::uint32_t id) {
  note(id, "its disk is put back to an older copy");
  history_.lost_something();
  places_[id].machine->disk.put_back(places_[id].copy);
}

bool WholeGrid::is_whole() const {
  return std::all_of(places_.begin(), places_.end(), [&](const Place& place) {
    return place.node != nullptr && place.node->homes().serving() == place.node->homes().shards() &&
           place.node->mesh().alive().size() == places_.size();
  });
}

std::string WholeGrid::owed() const {
  std::string text;
  for (const Place& place : places_) {
    if (place.node == nullptr) continue;
    for (const auto& owed : place.node->gossip().owed()) {
      text += ' ' + std::to_string(owed.from.value()) + '>' + std::to_string(owed.to.value()) + ": " +
              std::to_string(owed.rows);
    }
  }
  return text;
}

GridRecords WholeGrid::read_records(const IndexKeys& keys, std::string& problem) const {
  GridRecords records(base::kShardCount);
  for (std::uint32_t id = 0; id < doors(); ++id) read_node(id, keys, records, problem);
  return records;
}

void WholeGrid::read_node(std::uint32_t id, const IndexKeys& keys, GridRecords& records, std::string& problem) const {
  store::MemoryDisk copy;
  copy.put_back(places_[id].machine->disk.image());
  const auto store = open_disk(id, doors(), copy);
  if (!store) {
    problem = store.error().message;
    return;
  }
  for (std::uint8_t number = 0; number < base::kShardCount; ++number) {
    const base::ShardId shard(number);
    if (node_of(shard) == id) records[number] = read_shard(**store, shard, keys, problem);
  }
  if (problem.empty()) problem = first_inconsistency(id, doors(), **store);
}

std::vector<std::pair<base::ShardId, base::ShardId>> WholeGrid::streams_into(std::uint32_t id) const {
  std::string unreadable;
  const GridRecords records = read_records({}, unreadable);
  std::vector<std::pair<base::ShardId, base::ShardId>> streams;
  for (std::uint8_t number = 0; number < base::kShardCount; ++number) {
    const base::ShardId from(number);
    for (const auto& [to, out] : records[number].streams) {
      if (node_of(to) == id && node_of(from) != id && out.rows.first > 1) streams.emplace_back(from, to);
    }
  }
  return streams;
}

void WholeGrid::say_line(std::uint32_t id) {
  if (runs(id) && !frozen(id)) places_[id].node->say_line();
}

void WholeGrid::check_service() {
  const MonotonicTime now = around_.time.now();
  for (std::uint32_t id = 0; id < doors(); ++id) {
    const Place& place = places_[id];
    if (place.node == nullptr) continue;
    if (place.node->refused()) history_.problem("node " + std::to_string(id) + ": " + *place.node->refused());
    const bool well = !place.frozen && !place.disk_spoilt && now - place.awake_from > kServesAgain &&
                      now - place.disk_good_from > kServesAgain;
    if (well && place.node->homes().serving() < place.node->homes().shards()) {
      history_.problem("node " + std::to_string(id) + " has been well for 5 s, but not all its shards serve");
    }
  }
}

bool WholeGrid::awake_since(std::uint32_t id, MonotonicTime since) const {
  const Place& place = places_[id];
  return place.node != nullptr && !place.frozen && place.awake_from <= since;
}

void WholeGrid::post(std::uint32_t id, std::function<void()> turn) { places_[id].node->loop().post(std::move(turn)); }

void WholeGrid::execute(std::uint32_t id, const proto::Command& command, ReplyCallback callback) {
  places_[id].node->router().execute(command, std::move(callback));
}

void WholeGrid::query(std::uint32_t id, const proto::Query& query, AnswerCallback callback) {
  places_[id].node->router().query(query, std::move(callback));
}

base::ShardId WholeGrid::shard_of(std::string_view account) const {
  return grid::shard_of_user(kernel::lower_name(account));
}

}  // namespace buzzer::simulation
