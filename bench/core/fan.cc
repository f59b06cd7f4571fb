#include "bench/core/fan.h"

#include <string>
#include <utility>

#include "base/check.h"

namespace buzzer::bench {
namespace {

using Step = std::function<void(std::function<void()> done)>;

// Many at the same time, so that they share syncs; not all, or the last might have to wait for longer than a node lets.
class Steps {
 public:
  explicit Steps(const std::vector<Step>& steps) : steps_(steps) {}

  void await(LoneNode& node) {
    if (steps_.empty()) return;
    node.await([this](std::function<void()> done) {
      done_ = std::move(done);
      for (std::size_t i = 0; i < kAtOnce && next_ < steps_.size(); ++i) take_next();
    });
  }

 private:
  static constexpr std::size_t kAtOnce = 64;

  void take_next() {
    steps_[next_++]([this] {
      if (++ended_ == steps_.size()) return done_();
      if (next_ < steps_.size()) take_next();
    });
  }

  const std::vector<Step>& steps_;
  std::size_t next_ = 0;
  std::size_t ended_ = 0;
  std::function<void()> done_;
};

}  // namespace

Fans::Fans(LoneNode& node, const std::string& kind, std::size_t shards) : shards_(shards) {
  BUZZER_CHECK(shards < base::kShardCount);
  std::vector<Step> registrations;
  std::vector<Step> follows;
  const auto add_registration = [&](Poster& poster) {
    registrations.emplace_back(
        [&](std::function<void()> done) { poster.register_account(node.router(), std::move(done)); });
  };
  for (std::size_t number = 0; number < kAuthors; ++number) {
    const std::size_t home = number * base::kShardCount / kAuthors;
    const auto in_shard = [&](const char* what, std::size_t away) {
      const auto shard = static_cast<std::uint8_t>((home + away) % base::kShardCount);
      return name_in_shard(kind + '_' + what + std::to_string(number) + '_', base::ShardId(shard));
    };
    Fan& fan = fans_.emplace_back(Fan{Poster(in_shard("a", 0)), {}});
    add_registration(fan.author);
    for (std::size_t away = 1; away <= shards; ++away) {
      Poster& follower = fan.followers.emplace_back(in_shard("f", away));
      add_registration(follower);
      follows.emplace_back([&node, &fan, &follower](std::function<void()> done) {
        follower.follow(node.router(), fan.author.name(), std::move(done));
      });
    }
  }
  Steps(registrations).await(node);
  Steps(follows).await(node);
  node.settle();
}

}  // namespace buzzer::bench
