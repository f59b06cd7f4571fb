#include "tests/simulation/whole_grid.h"

#include <iterator>

#include "base/check.h"
#include "node/grid/placement.h"
#include "node/kernel/text.h"

namespace buzzer::simulation {
namespace {

// A node that runs on a disk without faults serves all its shards after so long, whatever was before.
constexpr Duration kServesAgain = std::chrono::seconds(5);

}  // namespace

WholeGrid::WholeGrid(std::uint32_t size, const Surroundings& around, History& history)
    : around_(around), history_(history), places_(size) {
  constexpr int kUsual[] = {1, 3, 20, 100};
  for (Place& place : places_) {
    place.machine = std::make_unique<Machine>();
    place.machine->usual_disk = std::chrono::milliseconds(kUsual[around_.random.next() % std::size(kUsual)]);
    place.machine->slowest_disk = place.machine->usual_disk;
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
  places_[id].machine->disk.faults().heal();
  places_[id].machine->slowest_disk = places_[id].machine->usual_disk;
  places_[id].disk_spoilt = false;
  places_[id].disk_good_from = around_.time.now();
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
