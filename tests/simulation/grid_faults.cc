#include "tests/simulation/grid_faults.h"

#include <algorithm>

namespace buzzer::simulation {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Longer than a refused command is remembered (node/shard/refusals.h) nobody is kept from learning what became of it.
constexpr Duration kLongestFreeze = seconds(4);

}  // namespace

GridFaults::GridFaults(WholeGrid& grid, const Surroundings& around, base::Random& random)
    : grid_(grid), around_(around), random_(random), loses_data_(random.next() % 6 == 0) {
  std::vector<Fault> all{&GridFaults::kill,          &GridFaults::lose_power, &GridFaults::lose_power_everywhere,
                         &GridFaults::freeze,        &GridFaults::step_clock, &GridFaults::fail_one_call,
                         &GridFaults::fail_for_good, &GridFaults::fill_disk,  &GridFaults::slow_disk,
                         &GridFaults::die_in_a_call};
  if (grid.doors() > 1) {
    all.insert(all.end(), {&GridFaults::cut_one_way, &GridFaults::isolate, &GridFaults::split,
                           &GridFaults::lose_connections, &GridFaults::die_behind_a_cut});
  }
  if (loses_data_) all.insert(all.end(), 3, &GridFaults::lose_data);
  // A few kinds at a time find what all at once would hide.
  const std::uint32_t part = 1 + draw(4);
  for (const Fault kind : all) {
    if (draw(4) < part) kinds_.push_back(kind);
  }
  const Duration pauses[] = {milliseconds(300), seconds(1), seconds(3)};
  longest_pause_ = pauses[draw(3)];
}

void GridFaults::begin() {
  for (std::uint32_t node = 0; node < grid_.doors(); ++node) {
    const auto skew = static_cast<std::int64_t>(draw(4000)) - 2000;
    grid_.set_clock(node, milliseconds(draw(3) == 0 ? 0 : skew));
  }
  later(milliseconds(draw(1000)), [this] { next(); });
}

void GridFaults::next() {
  if (!kinds_.empty()) {
    ++count_;
    (this->*kinds_[draw(kinds_.size())])(draw(grid_.doors()));
  }
  later(draw_time(milliseconds(1), longest_pause_), [this] { next(); });
}

void GridFaults::later(Duration delay, std::function<void()> then) {
  around_.time.schedule(around_.time.now() + delay, [this, then = std::move(then)] {
    if (!stopped_) then();
  });
}

Duration GridFaults::draw_time(Duration least, Duration most) {
  const double part = random_.fraction();
  return least + Duration(static_cast<Duration::rep>(static_cast<double>((most - least).count()) * part * part));
}

store::Survival GridFaults::draw_loss() { return store::kSurvivals[1 + draw(std::size(store::kSurvivals) - 1)]; }

void GridFaults::restart_later(std::uint32_t node) {
  later(draw_time(milliseconds(1), seconds(4)), [this, node] {
    if (!grid_.runs(node)) grid_.start(node);
  });
}

void GridFaults::power_off(std::uint32_t node, store::Survival survival) {
  if (grid_.runs(node)) grid_.lose_power(node, survival);
  restart_later(node);
}

void GridFaults::kill(std::uint32_t node) {
  if (!grid_.runs(node)) return;
  grid_.kill(node);
  restart_later(node);
}

void GridFaults::lose_power(std::uint32_t node) { power_off(node, draw_loss()); }

void GridFaults::lose_power_everywhere(std::uint32_t /*node*/) {
  for (std::uint32_t each = 0; each < grid_.doors(); ++each) power_off(each, draw_loss());
}

void GridFaults::freeze(std::uint32_t node) {
  if (!grid_.runs(node) || grid_.frozen(node)) return;
  grid_.freeze(node);
  later(draw_time(milliseconds(1), kLongestFreeze), [this, node] {
    if (grid_.runs(node) && grid_.frozen(node)) grid_.thaw(node);
  });
}

void GridFaults::cut(std::uint32_t from, std::uint32_t to) {
  if (from == to) return;
  if (++cuts_[{from, to}] == 1) {
    around_.trace.note([&] { return "network ** cut " + std::to_string(from) + " > " + std::to_string(to); });
    around_.network.cut(from, to);
  }
}

void GridFaults::uncut(std::uint32_t from, std::uint32_t to) {
  auto& wanted = cuts_[{from, to}];
  if (wanted == 0 || --wanted > 0) return;  // healed already, or another fault goes on
  around_.trace.note([&] { return "network ** heal " + std::to_string(from) + " > " + std::to_string(to); });
  around_.network.heal(from, to);
}

void GridFaults::cut_one_way(std::uint32_t node) {
  const std::uint32_t other = (node + 1 + draw(grid_.doors() - 1)) % grid_.doors();
  cut(node, other);
  // Half of them are too short to be noticed: they only hold bytes back.
  const Duration lasts =
      draw(2) == 0 ? draw_time(milliseconds(1), milliseconds(450)) : draw_time(milliseconds(1), seconds(6));
  later(lasts, [this, node, other] { uncut(node, other); });
}

// What a process still had to say is held up, and its next life, which comes at once, speaks sooner.
void GridFaults::die_behind_a_cut(std::uint32_t node) {
  // A node dials those of lower numbers, and so finds them again by itself.
  const std::uint32_t other = node > 0 ? draw(node) : 1 + draw(grid_.doors() - 1);
  cut(node, other);
  later(milliseconds(1 + draw(150)), [this, node, other] {
    grid_.say_line(node);
    later(milliseconds(1), [this, node, other] {
      if (grid_.runs(node)) grid_.kill(node);
      uncut(node, other);
      if (!grid_.runs(node)) grid_.start(node);
      for (int line = 1; line <= 5; ++line) later(milliseconds(40 * line), [this, node] { grid_.say_line(node); });
    });
  });
}

void GridFaults::isolate(std::uint32_t node) {
  for (std::uint32_t other = 0; other < grid_.doors(); ++other) {
    cut(node, other);
    cut(other, node);
  }
  later(draw_time(milliseconds(10), seconds(5)), [this] { mend_links(); });
}

void GridFaults::split(std::uint32_t /*node*/) {
  const std::uint64_t side = random_.next();
  for (std::uint32_t from = 0; from < grid_.doors(); ++from) {
    for (std::uint32_t to = 0; to < grid_.doors(); ++to) {
      if ((side >> from & 1U) != (side >> to & 1U)) cut(from, to);
    }
  }
  later(draw_time(milliseconds(10), seconds(5)), [this] { mend_links(); });
}

void GridFaults::mend_links() {
  around_.trace.note([] { return std::string("network ** heals"); });
  for (auto& [pair, wanted] : cuts_) {
    if (std::exchange(wanted, 0) > 0) around_.network.heal(pair.first, pair.second);
  }
}

void GridFaults::lose_connections(std::uint32_t node) {
  const std::uint32_t other = (node + 1 + draw(grid_.doors() - 1)) % grid_.doors();
  around_.trace.note(
      [&] { return "network ** connections lost: " + std::to_string(node) + " - " + std::to_string(other); });
  around_.network.reset(node, other);
}

void GridFaults::step_clock(std::uint32_t node) {
  constexpr std::uint32_t kSteps[] = {5, 50, 500, 5'000, 20'000, 50'000, 300'000};
  const std::uint32_t most = kSteps[draw(draw(4) == 0 ? std::size(kSteps) : std::size(kSteps) - 1)];
  grid_.set_clock(node, milliseconds(static_cast<std::int64_t>(draw(2 * most)) - most));
}

void GridFaults::mend_disk_later(std::uint32_t node) {
  later(draw_time(milliseconds(1), seconds(4)), [this, node] { grid_.mend_disk(node); });
}

void GridFaults::fail_one_call(std::uint32_t node) {
  grid_.spoil_disk(node).fail_call(1 + draw(60), false);
  mend_disk_later(node);
}

void GridFaults::fail_for_good(std::uint32_t node) {
  grid_.spoil_disk(node).fail_call(1 + draw(60), true);
  mend_disk_later(node);
}

void GridFaults::fill_disk(std::uint32_t node) {
  grid_.spoil_disk(node).set_free_bytes(draw(10'000));
  mend_disk_later(node);
}

void GridFaults::slow_disk(std::uint32_t node) {
  // Some stall for longer than anybody waits for an answer.
  grid_.slow_disk(node, milliseconds(10 + draw(draw(3) == 0 ? 6000 : 500)));
  mend_disk_later(node);
}

// The power goes while the disk is at something: that call never comes back, and nothing after it happens.
void GridFaults::die_in_a_call(std::uint32_t node) {
  if (!grid_.runs(node)) return;
  grid_.spoil_disk(node).fail_call(1 + draw(40), true);
  watch_for_death(node, around_.time.now() + seconds(1));
}

void GridFaults::watch_for_death(std::uint32_t node, MonotonicTime until) {
  const bool over = around_.time.now() > until;
  if (!over && !grid_.disk_fault_fired(node)) {
    return later(microseconds(500), [this, node, until] { watch_for_death(node, until); });
  }
  if (!over) power_off(node, draw_loss());
  grid_.mend_disk(node);
}

void GridFaults::stop() {
  stopped_ = true;
  mend_links();
  for (std::uint32_t node = 0; node < grid_.doors(); ++node) {
    grid_.mend_disk(node);
    grid_.set_clock(node, Duration::zero());
    if (!grid_.runs(node)) grid_.start(node);
    if (grid_.frozen(node)) grid_.thaw(node);
  }
}

void GridFaults::restart_all() {
  for (std::uint32_t node = 0; node < grid_.doors(); ++node) grid_.lose_power(node, store::Survival::kNone);
  for (std::uint32_t node = 0; node < grid_.doors(); ++node) grid_.start(node);
}

}  // namespace buzzer::simulation
