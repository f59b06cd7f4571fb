// Authors with followers in so many shards other than their own, one in each, on a node that is alone.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <vector>

#include "bench/core/lone_node.h"
#include "bench/core/poster.h"

namespace buzzer::bench {

// As many authors in each kind, in as many shards.
inline constexpr std::size_t kAuthors = 16;

struct Fan {
  Poster author;
  std::deque<Poster> followers;
};

class Fans {
 public:
  // Registers all and lets them follow; returns once nothing is owed any more. `kind` names them: letters, digits, _.
  Fans(LoneNode& node, const std::string& kind, std::size_t shards);

  [[nodiscard]] std::size_t shards() const { return shards_; }  // of followers, of each author
  [[nodiscard]] Fan& operator[](std::size_t number) { return fans_[number]; }

 private:
  const std::size_t shards_;
  std::deque<Fan> fans_;
};

}  // namespace buzzer::bench
