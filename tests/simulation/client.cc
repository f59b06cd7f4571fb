#include "tests/simulation/client.h"

#include "proto/errors.h"
#include "tests/simulation/describe.h"

namespace buzzer::simulation {
namespace {

using proto::ErrorCode;
using std::chrono::milliseconds;

// Every node answers within two seconds; a patient client waits a little longer, to see that it does.
constexpr Duration kAnsweredWithin = std::chrono::seconds(2) + milliseconds(50);
constexpr Duration kPatience = milliseconds(2500);
// An impatient one asks again while its first request is still on its way.
constexpr Duration kImpatience = milliseconds(400);
constexpr Duration kRepeatsWithin = milliseconds(50);

// The next page of the same; false if such a query has none.
bool turn_page(const proto::Answer& answer, proto::Query& query) {
  if (!answer.more() || answer.buzzes().empty()) return false;
  const proto::Buzz& last = *answer.buzzes().rbegin();
  if (query.has_author_feed()) {
    query.mutable_author_feed()->set_from_posted_ms(last.posted_ms());
    query.mutable_author_feed()->set_from_id(last.id());
  } else if (query.has_feed()) {
    query.mutable_feed()->set_from_id(last.id());
  } else if (query.has_thread()) {
    query.mutable_thread()->set_from_id(last.id());
  }
  return true;
}

}  // namespace

void Client::note(const std::string& what) {
  world_.trace.note([&] { return "client " + std::to_string(number_) + "  " + what; });
}

void Client::after(Duration delay, std::function<void()> then) {
  world_.time.schedule(world_.time.now() + delay, std::move(then));
}

// Mostly short ones.
Duration Client::draw_time(Duration most) {
  const double part = world_.random.fraction();
  return std::chrono::microseconds(20) +
         Duration(static_cast<Duration::rep>(static_cast<double>(most.count()) * part * part * part));
}

void Client::pause() {
  after(draw_time(world_.longest_pause), [this] { step(); });
}

void Client::step() {
  if (stopping_ && deed_ == nullptr) {
    idle_ = true;
    return;
  }
  if (deed_ == nullptr && query_.body_case() == proto::Query::BODY_NOT_SET) {
    if (draw(4) == 0) {
      query_ = world_.wishes.draw_query();
      pages_left_ = static_cast<std::uint32_t>(1 + draw(4));
    } else {
      const base::WallTime now = world_.time.wall_now();
      deed_ = &world_.history.sent(world_.wishes.draw_wish(account_, now.time_since_epoch().count()));
    }
  }
  send();
}

void Client::send() {
  const std::uint64_t attempt = ++attempt_;
  waiting_ = true;
  arrived_ = {};
  asked_ = world_.time.now();
  door_ = static_cast<std::uint32_t>(draw(world_.service.doors()));
  patient_ = stopping_ || draw(2) == 0;
  world_.trace.note([&] {
    return "client " + std::to_string(number_) + "  > node " + std::to_string(door_) + "  " +
           (deed_ != nullptr ? describe(deed_->command) : describe(query_));
  });
  after(draw_time(milliseconds(20)), [this, attempt] { arrive(attempt); });
  after(patient_ ? kPatience : draw_time(kImpatience), [this, attempt] { timed_out(attempt); });
}

void Client::arrive(std::uint64_t attempt) {
  if (!waiting_ || attempt != attempt_) return;
  if (!world_.service.runs(door_)) return lost(attempt);
  arrived_ = world_.time.now();
  world_.service.post(door_, [this, attempt, taken_up = arrived_] {
    if (!waiting_ || attempt != attempt_) return;
    const auto back = [this, attempt, taken_up](const auto& message) { came_back(attempt, taken_up, message); };
    if (deed_ != nullptr) {
      world_.service.execute(door_, deed_->command, back);
    } else {
      world_.service.query(door_, query_, back);
    }
  });
}

template <class Message>
void Client::came_back(std::uint64_t attempt, MonotonicTime taken_up, const Message& message) {
  if (!waiting_ || attempt != attempt_) return;
  const Duration took = world_.time.now() - taken_up;
  if (took > kAnsweredWithin && world_.service.awake_since(door_, taken_up)) {
    world_.history.problem("client " + std::to_string(number_) + " was answered only after " +
                           std::to_string(took / milliseconds(1)) + " ms");
  }
  after(draw_time(milliseconds(5)), [this, attempt, message] {
    if (!waiting_ || attempt != attempt_) return;
    waiting_ = false;
    world_.trace.note([&] { return "client " + std::to_string(number_) + "  < " + describe(message); });
    take(message);
  });
}

void Client::door_closed(std::uint32_t door) {
  if (waiting_ && door == door_ && arrived_ != MonotonicTime()) {
    after(draw_time(milliseconds(5)), [this, attempt = attempt_] { lost(attempt); });
  }
}

void Client::timed_out(std::uint64_t attempt) {
  if (!waiting_ || attempt != attempt_) return;
  if (patient_ && arrived_ != MonotonicTime() && world_.service.awake_since(door_, arrived_)) {
    world_.history.problem("client " + std::to_string(number_) + " was not answered at all");
  }
  lost(attempt);
}

// Nobody knows what became of it; the same again, or something else.
void Client::lost(std::uint64_t attempt) {
  if (!waiting_ || attempt != attempt_) return;
  waiting_ = false;
  note("has no answer");
  if (deed_ == nullptr) return settled();
  if (!stopping_ && draw(25) == 0) {
    note("gives up");
    world_.history.gave_up(*deed_);
    return settled();
  }
  after(draw_time(kRepeatsWithin), [this] { step(); });
}

void Client::take(const proto::Reply& reply) {
  const auto error = static_cast<ErrorCode>(reply.error());
  if (error == ErrorCode::kKeyExpired) {
    world_.history.gave_up(*deed_);
    return settled();
  }
  if (!proto::error_info(error).definite) return pause();
  world_.history.answered(*deed_, reply);
  if (error == ErrorCode::kNone) world_.wishes.done(deed_->command, reply);
  settled();
}

void Client::take(const proto::Answer& answer) {
  world_.history.shown(query_, asked_, answer);
  for (const proto::Buzz& buzz : answer.buzzes()) world_.wishes.seen(buzz);
  for (const proto::Buzz& buzz : answer.path()) world_.wishes.seen(buzz);
  const bool turns_page = pages_left_ > 1 && !stopping_ && turn_page(answer, query_);
  if (!turns_page) return settled();
  --pages_left_;
  send();
}

void Client::settled() {
  deed_ = nullptr;
  query_.Clear();
  pause();
}

}  // namespace buzzer::simulation
