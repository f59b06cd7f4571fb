// A publisher over the arrival log of a shard, and what it pushes.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "node/shard/publisher.h"
#include "tests/support/manual_loop.h"
#include "tests/unit/shard/shard_with_feeds.h"

namespace buzzer::tests {

using Lines = std::vector<std::string>;

inline constexpr base::NodeId kNode{1};
inline constexpr base::NodeId kOther{2};

inline shard::PublisherOptions small_publisher() {
  shard::PublisherOptions options;
  options.most_subscriptions = 6;
  options.window = 4;
  options.entries_in_reading = 8;
  options.most_edges = 3;
  return options;
}

class PublisherFixture : public testing::Test, public shard::PushSender {
 protected:
  PublisherFixture() {
    for (const auto& name : {ann_, bob_}) log_.add_user(name);
    log_.start();
  }

  // What is pushed, one line for each envelope: "<node>/<number> <what> <prev>-<position>".
  bool push(base::NodeId to, const proto::Pushes& pushes) override {
    if (full_) return false;
    ++frames_;
    last_ = pushes;
    EXPECT_EQ(pushes.shard(), kShard.value());
    EXPECT_EQ(pushes.numbers_size(), pushes.prevs_size());
    for (int i = 0; i < pushes.numbers_size(); ++i) {
      lines_.push_back(std::to_string(to.value()) + '/' + std::to_string(pushes.numbers(i)) + ' ' +
                       proto::Pushes::Kind_Name(pushes.kind()) + ' ' + std::to_string(pushes.prevs(i)) + '-' +
                       std::to_string(pushes.position().number()));
    }
    return true;
  }
  Lines take() {
    loop_.settle();
    return std::exchange(lines_, {});
  }

  static proto::Subscribe home(std::uint64_t number, const std::string& name) {
    proto::Subscribe wish;
    wish.set_number(number);
    wish.set_shard(kShard.value());
    wish.mutable_feed()->set_home(name);
    return wish;
  }
  static proto::Subscribe author(std::uint64_t number, const std::string& name) {
    auto wish = home(number, name);
    wish.mutable_feed()->set_author(name);
    return wish;
  }
  proto::Subscribe author_after(std::uint64_t number, std::uint64_t position) {
    auto wish = author(number, ann_);
    wish.mutable_after()->set_incarnation(log_.incarnation);
    wish.mutable_after()->set_number(position);
    wish.mutable_after()->set_life(position == 0 ? 0 : log_.life());
    return wish;
  }
  // Of ann's, durable.
  void post(int times = 1) {
    for (int i = 0; i < times; ++i) log_.append(arrival_of(proto::Arrival::POSTED, ann_, ++id_));
    log_.sync();
  }
  // Of somebody who is in no feed.
  void post_elsewhere(int times = 1) {
    for (int i = 0; i < times; ++i) log_.append(arrival_of(proto::Arrival::POSTED, "elsewhere", ++id_));
    log_.sync();
  }

  const std::string ann_ = name_at_home("ann");
  const std::string bob_ = name_at_home("bob");
  ManualLoop loop_;
  ShardWithFeeds log_{small_publisher(), loop_, *this};
  std::uint64_t id_ = kernel::first_id(kernel::kIdEpochMs, kShard).value();
  bool full_ = false;
  int frames_ = 0;
  Lines lines_;
  proto::Pushes last_;
};

}  // namespace buzzer::tests
