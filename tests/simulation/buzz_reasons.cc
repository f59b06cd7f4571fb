#include "tests/simulation/buzz_reasons.h"

#include <algorithm>
#include <iterator>

#include "node/kernel/buzz_id.h"
#include "node/kernel/home_shard.h"
#include "node/kernel/streams.h"

namespace buzzer::simulation {

using base::ShardId;

BuzzReasons::BuzzReasons(const GridRecords& records, const History& history) : records_(records), history_(history) {
  for (const ShardRecords& shard : records) {
    for (const auto& [id, buzz] : shard.buzzes) ids_by_author_[plain_lower(buzz.author())].insert(id);
  }
  if (!history.lossy()) edges_ = naive_edges(history.deeds());
}

Must BuzzReasons::to_keep(ShardId shard, const proto::Buzz& buzz) const {
  if (is_in(shard, buzz.in_reply_to()) || is_in(shard, buzz.root())) return Must::kMust;
  if (buzz.deleted()) return Must::kNot;
  for (const std::string& topic : plain_topics(buzz.text())) {
    if (kernel::shard_of_topic(topic) == shard) return Must::kMust;
  }
  Must keep = is_followed(shard, buzz);
  for (const std::string& name : plain_mentions(buzz.text())) {
    if (kernel::shard_of_user(name) == shard) keep = std::max(keep, is_mentioned(buzz, name));
  }
  return keep;
}

Must BuzzReasons::is_mentioned(const proto::Buzz& buzz, const std::string& name) const {
  if (of(kernel::shard_of_user(name)).accounts.count(name) == 0) return Must::kNot;
  const bool before = !history_.lossy() && history_.user_known_before(name, history_.text_sent(buzz.text()));
  return before ? Must::kMust : Must::kMay;
}

bool BuzzReasons::was_followed_before(ShardId shard, const proto::Buzz& buzz) const {
  const std::string author = plain_lower(buzz.author());
  const auto followers = of(shard).followers.find(author);
  if (buzz.deleted() || followers == of(shard).followers.end()) return false;
  return std::any_of(followers->second.begin(), followers->second.end(), [&](const std::string& follower) {
    const auto edge = edges_.find({follower, author});
    const bool stands = edge != edges_.end() && !edge->second.may_not_stand;
    return stands && edge->second.answered < history_.text_sent(buzz.text());
  });
}

// A shard that begins to follow gets no more than the author's last few buzzes, and all that comes after the answer.
Must BuzzReasons::is_followed(ShardId shard, const proto::Buzz& buzz) const {
  const std::string author = plain_lower(buzz.author());
  if (of(shard).followers.count(author) == 0) return Must::kNot;
  const auto& all = ids_by_author_.at(author);
  const auto later = static_cast<std::size_t>(std::distance(all.upper_bound(buzz.id()), all.end()));
  return later < kernel::kBackfill || was_followed_before(shard, buzz) ? Must::kMust : Must::kMay;
}

bool is_in(ShardId shard, std::uint64_t id) { return id != 0 && kernel::id_shard(base::BuzzId(id)) == shard; }

std::string name_of(const proto::Buzz& buzz) {
  return std::to_string(buzz.id()) + '/' + std::to_string(buzz.version());
}

}  // namespace buzzer::simulation
