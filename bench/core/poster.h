// An account of the bench, and what is done in its name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "base/ids.h"
#include "node/grid/router.h"

namespace buzzer::bench {

// The first of the names `beginning`0, `beginning`1, ... whose home is that shard.
[[nodiscard]] std::string name_in_shard(const std::string& beginning, base::ShardId shard);

// On the node's worker, but for making one. Ends the program on any error: what is not done must not be measured.
class Poster {
 public:
  // Numbered from 0; of those names whose home is `home` of `nodes`.
  Poster(std::size_t number, base::NodeId home, std::uint32_t nodes);
  explicit Poster(const std::string& name);

  [[nodiscard]] const std::string& name() const { return command_.account(); }

  void register_account(grid::Router& router, std::function<void()> done);
  void follow(grid::Router& router, const std::string& author, std::function<void()> done);
  // A buzz with a mention and a topic: it concerns their homes.
  void post(grid::Router& router, std::function<void()> done);
  // A buzz as long that concerns nobody but the author's followers.
  using Posted = std::function<void(std::uint64_t id)>;
  void post_plain(grid::Router& router, Posted posted);
  void post_text(grid::Router& router, const std::string& text, Posted posted);

 private:
  void execute(grid::Router& router, Posted done);

  const std::int64_t begun_;  // of its keys, which must not be those of an earlier life
  proto::Command command_;
  std::uint64_t commands_ = 0;
};

}  // namespace buzzer::bench
