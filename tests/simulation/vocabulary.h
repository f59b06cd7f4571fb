// Who and what a run is about: the names of its accounts, its topics, and, as plainly as it can be said, what a text
// made of them speaks of. Names and topics are hashed to shards (node/kernel/home_shard.h), so which ones there are
// says which shards and nodes have to do with each other.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/ids.h"

namespace buzzer::simulation {

class Vocabulary {
 public:
  // Of a grid: every second account is at home in the shard of the one before it, the others anywhere.
  Vocabulary() = default;
  // Of a shard alone: everybody and everything is at home in it.
  explicit Vocabulary(base::ShardId shard) : only_(shard) {}

  // In lower case; there are as many accounts as one likes.
  [[nodiscard]] const std::string& name(std::uint32_t account);
  // A name that nobody registers.
  [[nodiscard]] std::string nobody() const;
  // As users write them, with "#"; several spellings of each.
  [[nodiscard]] const std::vector<std::string>& topics();

 private:
  const std::optional<base::ShardId> only_;
  std::vector<std::string> names_;
  std::vector<std::string> topics_;
};

// A name in lower case.
[[nodiscard]] std::string plain_lower(std::string name);
// A topic as it is known to the index, whichever way it is written.
[[nodiscard]] std::string plain_topic(const std::string& topic);
// Whom a text mentions, in lower case, and of which topics it is. Right for texts whose words are separated by blanks.
[[nodiscard]] std::set<std::string> plain_mentions(const std::string& text);
[[nodiscard]] std::set<std::string> plain_topics(const std::string& text);

}  // namespace buzzer::simulation
