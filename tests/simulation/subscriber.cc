#include "tests/simulation/subscriber.h"

#include <algorithm>
#include <utility>

#include "tests/simulation/describe.h"

namespace buzzer::simulation {
namespace {

using proto::Pushes;
using std::chrono::milliseconds;

constexpr Duration kLooks = milliseconds(200);  // whether its node is still there
constexpr Duration kSlowest = milliseconds(1500);

// The user whose feed it is; empty of a topic or a thread.
std::string user_of(const proto::Feed& feed) {
  if (feed.has_home()) return plain_lower(feed.home());
  if (feed.has_author()) return plain_lower(feed.author());
  return plain_lower(feed.mentions());
}

}  // namespace

template <class Make>
void Subscriber::note(Make&& make) {
  world_.trace.note([&] { return "subscriber " + std::to_string(number_) + "  " + make(); });
}

void Subscriber::problem(const std::string& what) {
  world_.history.problem("subscriber " + std::to_string(number_) + " of " + describe(feed_) + ' ' + what);
}

void Subscriber::after(Duration delay, std::function<void()> then) {
  world_.time.schedule(world_.time.now() + delay, [this, then = std::move(then)] {
    if (!stopped_) then();
  });
}

Duration Subscriber::draw_time(Duration most) {
  const double part = world_.random.fraction();
  return std::chrono::microseconds(20) +
         Duration(static_cast<Duration::rep>(static_cast<double>(most.count()) * part * part));
}

void Subscriber::begin() {
  feed_ = world_.wishes.draw_feed();
  connect_after(draw_time(milliseconds(2000)));
}

void Subscriber::settle() {
  settling_ = true;
  if (!connected_) connect_after(Duration::zero());
}

void Subscriber::connect_after(Duration delay) {
  after(delay, [this, session = session_] {
    if (session == session_) connect();
  });
}

void Subscriber::connect() {
  door_ = static_cast<std::uint32_t>(draw(world_.grid.doors()));
  if (!world_.grid.runs(door_)) return connect_after(draw_time(milliseconds(200)));
  const std::uint64_t session = ++session_;
  connected_ = true;
  life_ = world_.grid.life(door_);
  as_.reset();
  asked_ = world_.time.now();
  std::optional<proto::Position> last;
  if (!given_.empty()) last = given_.back().end;
  note([&] {
    return "> node " + std::to_string(door_) + "  " + describe(feed_) +
           (last ? " behind " + describe(*last) : std::string(" from now on"));
  });
  world_.grid.post(door_, [this, session, last] {
    if (session != session_) return;
    as_ = world_.grid.subscriptions(door_).open(feed_, last,
                                                [this, session](const grid::Push& push) { pushed(session, push); });
  });
  look_after(session);
  if (!settling_) {
    after(milliseconds(50) + draw_time(milliseconds(6000)), [this, session] {
      if (session == session_ && connected_ && !settling_) drop(true);
    });
  }
}

void Subscriber::look_after(std::uint64_t session) {
  after(kLooks, [this, session] {
    if (session != session_ || !connected_) return;
    if (!world_.grid.runs(door_) || world_.grid.life(door_) != life_) return drop(false);
    look_after(session);
  });
}

void Subscriber::drop(bool tells_node) {
  note([&] { return std::string(tells_node ? "drops its connection" : "has lost its connection"); });
  if (tells_node && as_) {
    // The node learns of it sooner or later.
    after(draw_time(milliseconds(500)), [this, door = door_, life = life_, number = *as_] {
      if (!world_.grid.runs(door) || world_.grid.life(door) != life) return;
      world_.grid.post(door, [this, door, number] { world_.grid.subscriptions(door).close(number); });
    });
  }
  connected_ = false;
  ++session_;
  as_.reset();
  last_stirred_ = world_.time.now();
  connect_after(draw_time(milliseconds(draw(4) == 0 && !settling_ ? 4000 : 300)));
}

// In the node. What it says takes a while, and arrives in order.
void Subscriber::pushed(std::uint64_t session, const grid::Push& push) {
  if (session != session_) return;
  arrives_ = std::max(arrives_, world_.time.now() + draw_time(milliseconds(5)));
  world_.time.schedule(arrives_, [this, session, kind = push.kind, position = push.position, prev = push.prev,
                                  body = push.body == nullptr ? std::string() : *push.body] {
    if (session == session_ && connected_ && !stopped_) take(kind, position, prev, body);
  });
}

void Subscriber::take(Pushes::Kind kind, const proto::Position& position, std::uint64_t prev, const std::string& body) {
  if (kind == Pushes::REFUSED) return refused();
  last_stirred_ = world_.time.now();
  const bool first = given_.empty();
  const std::uint64_t before = first ? 0 : given_.back().end.number();
  if (kind != Pushes::GAP && prev != before) {
    problem("was given something behind " + std::to_string(prev) + ", and was at " + std::to_string(before));
  }
  if (first || kind == Pushes::GAP) {
    if (kind == Pushes::ENTRY) problem("was given an entry before it was told where it begins");
    note([&] { return (first ? "begins at " : "has a GAP and goes on at ") + describe(position); });
    given_.push_back({position, {}, position, kind == Pushes::GAP, before});
    return;
  }
  Stretch& now = given_.back();
  now.end = position;
  if (kind == Pushes::MARK) {
    note([&] { return "is at " + describe(position); });
    if (position.number() < before) problem("was set back from " + std::to_string(before));
    return;
  }
  if (kind != Pushes::ENTRY) return problem("was told what it cannot understand");
  if (position.number() <= before) problem("was given " + std::to_string(position.number()) + " twice or too late");
  Stretch::Entry& given = now.entries.emplace_back();
  given.position = position;
  if (!given.entry.ParseFromString(body)) problem("was given something unreadable");
  note([&] { return "< " + describe(position) + ' ' + describe(given.entry); });
  if (given.entry.buzz().text().empty()) return take_soon();
  world_.history.check_buzz(given.entry.buzz());
  world_.wishes.seen(given.entry.buzz());
  take_soon();
}

// Whoever does not say that it has taken something is given no more after a while.
void Subscriber::take_soon() {
  if (std::exchange(taking_, true)) return;
  if (draw(20) == 0) slow_ = !slow_;
  after(draw_time(slow_ && !settling_ ? kSlowest : milliseconds(3)), [this] {
    taking_ = false;
    if (!connected_ || !as_ || !world_.grid.runs(door_) || world_.grid.life(door_) != life_) return;
    world_.grid.post(door_, [this, door = door_, number = *as_, upto = given_.back().end.number()] {
      world_.grid.subscriptions(door).taken(number, upto);
    });
  });
}

// There is no such user, at that moment at least.
void Subscriber::refused() {
  note([] { return std::string("is refused"); });
  const std::string user = user_of(feed_);
  if (!world_.history.lossy() && (user.empty() || world_.history.user_known_before(user, asked_))) {
    problem("was refused");
  }
  connected_ = false;
  ++session_;
  as_.reset();
  // The account may have been lost, and with it all that was given.
  if (world_.history.lossy()) given_.clear();
  if (given_.empty() && !settling_) feed_ = world_.wishes.draw_feed();
  connect_after(milliseconds(50) + draw_time(milliseconds(500)));
}

void Subscriber::stop() {
  stopped_ = true;
  connected_ = false;
  ++session_;
}

}  // namespace buzzer::simulation
