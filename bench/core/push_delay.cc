#include "bench/core/push_delay.h"

#include <memory>
#include <utility>

#include "base/check.h"

namespace buzzer::bench {
namespace {

double us_between(base::MonotonicTime begin, base::MonotonicTime end) {
  return std::chrono::duration<double, std::micro>(end - begin).count();
}

}  // namespace

PushDelay::PushDelay(LoneNode& node, Fans& fans, std::size_t authors) : node_(node) {
  for (std::size_t number = 0; number < authors; ++number) watched_.emplace_back(fans[number]);
  std::size_t left = authors * fans.shards();
  node_.await([&](const std::function<void()>& done) {
    const auto begun = [&left, done] {
      if (--left == 0) done();
    };
    for (Watched& watched : watched_) {
      for (const Poster& follower : watched.fan.followers) open(watched, follower, begun);
    }
  });
}

PushDelay::~PushDelay() {
  node_.await([&](const std::function<void()>& done) {
    for (const Watched& watched : watched_) {
      for (const std::uint64_t number : watched.subscriptions) node_.subscriptions().close(number);
    }
    done();
  });
}

void PushDelay::open(Watched& watched, const Poster& follower, const std::function<void()>& begun) {
  struct Told {
    std::uint64_t number = 0;
    bool begun = false;
  };
  const auto told = std::make_shared<Told>();
  proto::Feed feed;
  feed.set_home(follower.name());
  told->number = node_.subscriptions().open(feed, std::nullopt, [this, &watched, told, begun](const grid::Push& push) {
    BUZZER_CHECK(push.kind == proto::Pushes::ENTRY || push.kind == proto::Pushes::MARK);
    if (push.kind == proto::Pushes::MARK) {
      if (!std::exchange(told->begun, true)) begun();
      return;
    }
    proto::FeedEntry entry;
    BUZZER_CHECK(entry.ParseFromString(*push.body) && entry.kind() == proto::Arrival::POSTED);
    node_.subscriptions().taken(told->number, push.position.number());
    pushed(watched, entry.id());
  });
  watched.subscriptions.push_back(told->number);
}

void PushDelay::post(std::size_t author, std::function<void()> done) {
  Watched& watched = watched_[author];
  watched.posted = watched.pushed_id = 0;
  watched.pushed = 0;
  watched.done = std::move(done);
  watched.begun_at = node_.loop().now();
  watched.fan.author.post_plain(node_.router(), [this, &watched](std::uint64_t id) {
    watched.posted = id;
    watched.answered_at = node_.loop().now();
    look(watched);
  });
}

void PushDelay::pushed(Watched& watched, std::uint64_t id) {
  BUZZER_CHECK(watched.pushed == 0 || watched.pushed_id == id);
  watched.pushed_id = id;
  ++watched.pushed;
  watched.pushed_at = node_.loop().now();
  look(watched);
}

void PushDelay::look(Watched& watched) {
  if (watched.posted == 0 || watched.pushed < watched.fan.followers.size()) return;
  BUZZER_CHECK(watched.pushed_id == watched.posted && watched.pushed == watched.fan.followers.size());
  delays_.push_back(us_between(watched.answered_at, watched.pushed_at));
  answers_.push_back(us_between(watched.begun_at, watched.answered_at));
  const auto done = std::move(watched.done);  // which may post again
  done();
}

std::vector<double> PushDelay::take_delays() { return std::exchange(delays_, {}); }

std::vector<double> PushDelay::take_answers() { return std::exchange(answers_, {}); }

}  // namespace buzzer::bench
