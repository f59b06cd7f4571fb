// Pages of feeds, read by the kernel from a shard's records in a store on disk: one shard of a large grid, whose
// readers follow many authors. No node: nothing is waited for.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "node/shard/overlay.h"
#include "node/shard/shard_state.h"
#include "node/store/store.h"
#include "proto/queries.pb.h"

namespace buzzer::bench {

class FeedPages {
 public:
  // Makes the store: for each number of followees one reader, who follows the first so many authors of all; every
  // author has posted kBuzzes times, in turns. One in 64 is at home in the readers' shard, of the others it has copies.
  FeedPages(const std::filesystem::path& folder, const std::vector<std::size_t>& followees);

  static constexpr std::size_t kBuzzes = 20;
  static constexpr std::uint32_t kPage = 20;

  // The newest page; how long it took, in microseconds. A page that is not full, or not in order, ends the program.
  [[nodiscard]] double home_page(std::size_t followees);
  [[nodiscard]] double author_page();
  // What the shard keeps in memory is gone, as after a restart; what the store does is not.
  void forget();

 private:
  void fill(const std::vector<std::size_t>& followees);
  [[nodiscard]] double page(const proto::Query& query);

  std::unique_ptr<store::Store> store_;
  const shard::Overlay nothing_in_flight_;
  std::unique_ptr<shard::ShardState> state_;
};

}  // namespace buzzer::bench
