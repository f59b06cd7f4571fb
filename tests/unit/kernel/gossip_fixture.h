// Three shards with a user each, for tests of what passes between them.
#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "proto/errors.h"
#include "tests/unit/kernel/kernel_grid.h"

namespace buzzer::kernel {

class GossipTest : public testing::Test {
 protected:
  static constexpr ShardId kAuthors{5};
  static constexpr ShardId kReaders{23};
  static constexpr ShardId kOthers{63};

  GossipTest() {
    for (const std::string& name : {author_, reader_, second_reader_, other_}) grid_.register_user(name);
  }

  static proto::ErrorCode error(const proto::Reply& reply) { return static_cast<proto::ErrorCode>(reply.error()); }
  MapState& authors() { return grid_.state(kAuthors); }
  MapState& readers() { return grid_.state(kReaders); }
  MapState& others() { return grid_.state(kOthers); }

  // A follow, and all that it takes until it is answered.
  void follow_and_settle(const std::string& follower, const std::string& author) {
    EXPECT_EQ(error(grid_.follow(follower, author)), proto::ErrorCode::kNone);
    settle();
  }
  void settle() { ASSERT_TRUE(grid_.settle()); }

  // Null: none.
  const proto::Copy* copy_in(ShardId shard, std::uint64_t id) {
    const proto::Copy* copy = grid_.state(shard).copy(author_, BuzzId(id));
    return copy;
  }
  std::vector<std::uint64_t> indexed(ShardId shard, Index index, const std::string& key) {
    std::vector<std::uint64_t> ids;
    grid_.state(shard).visit_index(index, key, BuzzId(), Direction::kNewer, [&ids](BuzzId id, std::string_view) {
      ids.push_back(id.value());
      return true;
    });
    return ids;
  }
  // What a shard's arrival log says of buzzes and edges, from a position on: "POSTED 1", "FOLLOWED" ...
  std::vector<std::string> told(ShardId shard, std::uint64_t from = 1) {
    static const std::vector<std::string> kKinds{"", "POSTED ", "EDITED ", "DELETED ", "FOLLOWED", "UNFOLLOWED"};
    std::vector<std::string> lines;
    grid_.state(shard).visit_arrivals(from, [&](std::uint64_t /*position*/, const proto::Arrival& arrival) {
      const std::string version = arrival.id() == 0 ? "" : std::to_string(arrival.version());
      lines.push_back(kKinds[static_cast<std::size_t>(arrival.kind())] + version);
      return true;
    });
    return lines;
  }
  // Rows that wait in an outbox, from this number on.
  std::vector<proto::Delivery> rows(ShardId from, ShardId to, std::uint64_t first = 1) {
    std::vector<proto::Delivery> rows;
    collect_rows(grid_.state(from), to, first, 1UL << 20, rows);
    return rows;
  }

  KernelGrid grid_{{kAuthors, kReaders, kOthers}};
  const std::string author_ = name_at(kAuthors);
  const std::string reader_ = name_at(kReaders);
  const std::string second_reader_ = name_at(kReaders, 1);
  const std::string other_ = name_at(kOthers);
};

}  // namespace buzzer::kernel
