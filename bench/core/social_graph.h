// Who follows whom, for a load that looks like people: as many users and follows as in the graph that microservice
// benches use (962 and 37,624; Gan et al., An Open-Source Benchmark Suite for Microservices, 2019, after Rossi and
// Ahmed's socfb-Reed98), drawn anew: few have many followers, most have few.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"

namespace buzzer::bench {

class SocialGraph {
 public:
  static constexpr std::size_t kUsers = 962;
  static constexpr std::size_t kFollows = 37'624;

  // The same for the same seed.
  explicit SocialGraph(std::uint64_t seed);

  // Follower and author; none twice, nobody follows themselves.
  [[nodiscard]] const std::vector<std::pair<std::size_t, std::size_t>>& follows() const { return follows_; }
  [[nodiscard]] static std::string name(std::size_t user) { return "person" + std::to_string(user); }
  // What a user writes: 256 characters, one to six of those mentioned whom the user follows.
  [[nodiscard]] std::string text(std::size_t user, base::Random& random) const;

 private:
  std::vector<std::pair<std::size_t, std::size_t>> follows_;
  std::vector<std::vector<std::size_t>> authors_of_;  // by follower
};

}  // namespace buzzer::bench
