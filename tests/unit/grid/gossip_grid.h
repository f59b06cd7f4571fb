// Two nodes that gossip, over a mesh that a test can cut, fill or thin, for shards that are made up.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "node/grid/gossip.h"
#include "tests/support/manual_loop.h"
#include "tests/unit/grid/fake_gossip_shards.h"

namespace buzzer::grid {

using std::chrono::milliseconds;
using std::chrono::seconds;

inline constexpr std::uint32_t kNodes = 2;
inline constexpr base::Duration kDelay = milliseconds(5);
inline constexpr base::NodeId kHere(0);
inline constexpr base::NodeId kThere(1);
// At home at the first node, and at the second.
inline constexpr base::ShardId kA(0);
inline constexpr base::ShardId kB(2);
inline constexpr base::ShardId kC(4);
inline constexpr base::ShardId kX(1);
inline constexpr base::ShardId kY(3);

class SilentLog final : public base::Log {
 public:
  void write(base::LogLevel, std::string_view, std::string_view, base::LogFields) override { ++lines; }
  int lines = 0;
};

// Counts the timers that gossip has asked for.
class CountingLoop final : public base::EventLoop {
 public:
  explicit CountingLoop(tests::ManualLoop& loop) : loop_(loop) {}
  [[nodiscard]] base::MonotonicTime now() const override { return loop_.now(); }
  [[nodiscard]] base::WallTime wall_now() const override { return loop_.wall_now(); }
  [[nodiscard]] std::unique_ptr<base::Timer> call_after(base::Duration delay, std::function<void()> callback) override {
    ++timers;
    return loop_.call_after(delay, std::move(callback));
  }
  void post(std::function<void()> callback) override { loop_.post(std::move(callback)); }
  int timers = 0;

 private:
  tests::ManualLoop& loop_;
};

inline Texts numbered(const std::string& prefix, int count) {
  Texts texts;
  for (int i = 1; i <= count; ++i) texts.push_back(prefix + std::to_string(i));
  return texts;
}

// Two nodes over a mesh that a test can cut, fill or thin.
class GossipTest : public testing::Test {
 protected:
  struct Node final : public MeshSender {
    Node(GossipTest& test, base::NodeId number, const GossipOptions& options)
        : grid(test), id(number), loop(test.loop_), shards(test.loop_, 1000 * (number.value() + 1)) {
      start(options);
    }
    void start(const GossipOptions& options) {
      gossip = std::make_unique<Gossip>(options, loop, shards, *this, log);
      shards.rows_queued = [this](base::ShardId from, base::ShardId to) {
        if (gossip != nullptr) gossip->rows_queued(from, to);
      };
    }
    bool send_to(base::NodeId peer, proto::EncodedFrame frame) override {
      if (full) return false;
      proto::LinkFrame parsed;
      EXPECT_TRUE(parsed.ParseFromString(*frame));
      sent.push_back(parsed.gossip());
      largest = std::max(largest, frame->size());
      if (grid.loses_ && grid.loses_(parsed.gossip())) return true;
      if (grid.cut_.count({id, peer}) > 0) return true;  // lost on its way
      grid.late_.push_back(grid.loop_.call_after(kDelay, [this, peer, parsed] {
        if (const auto& there = grid.nodes_.at(peer.value())->gossip) there->frame_arrived(id, parsed);
      }));
      return true;
    }
    [[nodiscard]] int sent_rows() const {
      int rows = 0;
      for (const auto& one : sent) {
        for (const auto& part : one.rows()) rows += part.rows_size();
      }
      return rows;
    }

    GossipTest& grid;
    const base::NodeId id;
    CountingLoop loop;
    SilentLog log;
    FakeGossipShards shards;
    std::unique_ptr<Gossip> gossip;
    bool full = false;
    std::vector<proto::Gossip> sent;
    std::size_t largest = 0;  // bytes of a frame
  };

  void start(GossipOptions options = {}) {
    options.nodes = kNodes;
    for (const base::NodeId id : {kHere, kThere}) {
      options.self = id;
      nodes_.push_back(std::make_unique<Node>(*this, id, options));
    }
    all_alive();
  }
  void all_alive() {
    for (const auto& node : nodes_) node->gossip->alive_changed({kHere, kThere});
  }
  void part() {
    for (const auto& node : nodes_) node->gossip->alive_changed({node->id});
    late_.clear();  // what was on its way is lost with the link
  }
  Node& node_of(base::ShardId shard) { return *nodes_.at(node_of_shard(shard, kNodes).value()); }
  void serve(base::ShardId shard, std::optional<std::uint64_t> incarnation = std::nullopt) {
    Node& node = node_of(shard);
    node.shards.shards[shard].serves = true;
    node.shards.shards[shard].incarnation = incarnation.value_or(100U + shard.value());
    node.gossip->shard_serves(shard);
  }
  void stop(base::ShardId shard) {
    node_of(shard).shards.stop(shard);
    node_of(shard).gossip->shard_stopped(shard);
  }
  void serve_all() {
    for (const base::ShardId shard : {kA, kB, kC, kX, kY}) serve(shard);
    pass(milliseconds(50));
  }
  void post(base::ShardId from, base::ShardId to, const Texts& texts) {
    for (const std::string& text : texts) node_of(from).shards.post(from, to, text);
  }
  const Texts& taken(base::ShardId from, base::ShardId to) { return node_of(to).shards.shards[to].taken[from]; }
  std::uint64_t owed(base::ShardId from, base::ShardId to) {
    for (const Gossip::Owed& owed : node_of(from).gossip->owed()) {
      if (owed.from == from && owed.to == to) return owed.rows;
    }
    return 0;
  }
  int refused() { return nodes_[0]->shards.refused + nodes_[1]->shards.refused; }
  void pass(base::Duration time) { loop_.advance(time); }

  tests::ManualLoop loop_;
  std::set<std::pair<base::NodeId, base::NodeId>> cut_;
  std::function<bool(const proto::Gossip&)> loses_;
  std::vector<std::unique_ptr<base::Timer>> late_;
  std::vector<std::unique_ptr<Node>> nodes_;
};

}  // namespace buzzer::grid
