#include "tests/simulation/gossip_check.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "node/kernel/buzz_id.h"
#include "node/kernel/home_shard.h"
#include "node/kernel/streams.h"
#include "node/kernel/text.h"
#include "tests/simulation/describe.h"
#include "tests/simulation/naive_follows.h"

namespace buzzer::simulation {
namespace {

using base::ShardId;

enum class Must { kNot, kMay, kMust };

// Of one buzz in one shard that is not its home.
struct Reasons {
  Must keep = Must::kNot;
  bool thread = false;

  void add(Must reason) { keep = std::max(keep, reason); }
};

std::string name_of(const proto::Buzz& buzz) {
  return std::to_string(buzz.id()) + '/' + std::to_string(buzz.version());
}

bool is_in(ShardId shard, std::uint64_t id) { return id != 0 && kernel::id_shard(base::BuzzId(id)) == shard; }

class GossipCheck {
 public:
  GossipCheck(const GridRecords& records, History& history) : records_(records), history_(history) {
    for (const ShardRecords& shard : records) {
      for (const auto& [id, buzz] : shard.buzzes) ids_by_author_[plain_lower(buzz.author())].insert(id);
    }
    if (!history.lossy()) edges_ = naive_edges(history.deeds());
  }

  void run() {
    for (std::uint8_t number = 0; number < base::kShardCount; ++number) {
      const ShardId shard(number);
      check_copies(shard);
      check_indexes(shard);
    }
  }

 private:
  void problem(ShardId shard, const std::string& what) {
    history_.problem("in the end shard " + std::to_string(shard.value()) + ' ' + what);
  }

  [[nodiscard]] const ShardRecords& of(ShardId shard) const { return records_[shard.value()]; }

  // The account may be younger than what mentions it; who is mentioned is found out when a version arrives.
  [[nodiscard]] Must is_mentioned(const proto::Buzz& buzz, const std::string& name) const {
    if (of(kernel::shard_of_user(name)).accounts.count(name) == 0) return Must::kNot;
    const bool before = !history_.lossy() && history_.user_known_before(name, history_.text_sent(buzz.text()));
    return before ? Must::kMust : Must::kMay;
  }

  [[nodiscard]] Reasons reasons(ShardId shard, const proto::Buzz& buzz) const {
    Reasons reasons;
    reasons.thread = is_in(shard, buzz.in_reply_to()) || is_in(shard, buzz.root());
    if (reasons.thread) reasons.add(Must::kMust);
    if (buzz.deleted()) return reasons;
    for (const std::string& topic : plain_topics(buzz.text())) {
      if (kernel::shard_of_topic(topic) == shard) reasons.add(Must::kMust);
    }
    for (const std::string& name : plain_mentions(buzz.text())) {
      if (kernel::shard_of_user(name) == shard) reasons.add(is_mentioned(buzz, name));
    }
    reasons.add(is_followed(shard, buzz));
    return reasons;
  }

  // A shard that begins to follow gets no more than the author's last few buzzes, and all that comes after the answer.
  [[nodiscard]] Must is_followed(ShardId shard, const proto::Buzz& buzz) const {
    const std::string author = plain_lower(buzz.author());
    const auto followers = of(shard).followers.find(author);
    if (followers == of(shard).followers.end()) return Must::kNot;
    const auto& all = ids_by_author_.at(author);
    const auto later = static_cast<std::size_t>(std::distance(all.upper_bound(buzz.id()), all.end()));
    if (later < kernel::kBackfill) return Must::kMust;
    for (const std::string& follower : followers->second) {
      const auto edge = edges_.find({follower, author});
      const bool stands = edge != edges_.end() && !edge->second.may_not_stand;
      if (stands && edge->second.answered < history_.text_sent(buzz.text())) return Must::kMust;
    }
    return Must::kMay;
  }

  void check_copies(ShardId shard) {
    std::size_t found = 0;
    for (std::uint8_t number = 0; number < base::kShardCount; ++number) {
      const ShardId home(number);
      if (home == shard) continue;
      for (const auto& [id, buzz] : of(home).buzzes) {
        const auto copy = of(shard).copies.find({plain_lower(buzz.author()), id});
        const Reasons why = reasons(shard, buzz);
        if (copy == of(shard).copies.end()) {
          if (why.keep == Must::kMust) problem(shard, "has no copy of " + name_of(buzz) + " '" + buzz.text() + "'");
          continue;
        }
        ++found;
        if (why.keep == Must::kNot) problem(shard, "keeps a copy of " + name_of(buzz) + " for no reason");
        compare(shard, buzz, copy->second.buzz());
      }
    }
    if (found != of(shard).copies.size()) problem(shard, "keeps copies of what there is not");
  }

  void compare(ShardId shard, proto::Buzz buzz, const proto::Buzz& copy) {
    if ((buzz.sent_to() >> shard.value() & 1U) == 0)
      problem(shard, "has a copy of which nobody knows: " + name_of(buzz));
    buzz.clear_sent_to();
    if (buzz.SerializeAsString() != copy.SerializeAsString()) {
      problem(shard, "has a copy of " + name_of(buzz) + (buzz.deleted() ? " (deleted)" : "") + " that is another: " +
                         name_of(copy) + (copy.deleted() ? " (deleted)" : "") + " '" + copy.text() + "'");
    }
  }

  void check_indexes(ShardId shard) {
    ShardRecords::IndexRecords topics;
    ShardRecords::IndexRecords threads;
    std::map<std::string, std::map<std::uint64_t, Must>> mentions;
    const auto index = [&](const proto::Buzz& buzz) {
      if (is_in(shard, buzz.root())) threads[std::to_string(buzz.root())].insert(buzz.id());
      if (buzz.deleted()) return;
      for (const std::string& topic : plain_topics(buzz.text())) {
        if (kernel::shard_of_topic(topic) == shard) topics[topic].insert(buzz.id());
      }
      for (const std::string& name : plain_mentions(buzz.text())) {
        if (kernel::shard_of_user(name) == shard) mentions[name][buzz.id()] = is_mentioned(buzz, name);
      }
    };
    for (const auto& [id, buzz] : of(shard).buzzes) index(buzz);
    for (const auto& [place, copy] : of(shard).copies) index(copy.buzz());
    compare(shard, "topic", topics, of(shard).topics);
    compare(shard, "thread", threads, of(shard).threads);
    compare_mentions(shard, mentions);
  }

  void compare(ShardId shard, const std::string& what, const ShardRecords::IndexRecords& should,
               const ShardRecords::IndexRecords& is) {
    for (const auto* keys : {&should, &is}) {
      for (const auto& [key, ids] : *keys) {
        const auto one = should.find(key);
        const auto other = is.find(key);
        if (one == should.end() || other == is.end() || one->second != other->second) {
          std::string text = "has in " + what + ' ';
          text.append(key).append(other == is.end() ? "" : describe_ids(other->second)).append(", and should have");
          problem(shard, text + (one == should.end() ? "" : describe_ids(one->second)));
        }
      }
    }
  }

  void compare_mentions(ShardId shard, const std::map<std::string, std::map<std::uint64_t, Must>>& should) {
    for (const auto& [name, ids] : should) {
      const auto is = of(shard).mentions.find(name);
      for (const auto& [id, must] : ids) {
        const bool there = is != of(shard).mentions.end() && is->second.count(id) > 0;
        if (must == Must::kMust && !there)
          problem(shard, "does not know that " + std::to_string(id) + " mentions " + name);
      }
    }
    for (const auto& [name, ids] : of(shard).mentions) {
      const auto may = should.find(name);
      for (const std::uint64_t id : ids) {
        const bool can_be = may != should.end() && may->second.count(id) > 0 && may->second.at(id) != Must::kNot;
        if (!can_be) problem(shard, "holds that " + std::to_string(id) + " mentions " + name);
      }
    }
  }

  const GridRecords& records_;
  History& history_;
  std::map<std::string, std::set<std::uint64_t>> ids_by_author_;
  NaiveEdges edges_;
};

}  // namespace

IndexKeys index_keys(const History& history, Vocabulary vocabulary) {
  IndexKeys keys;
  for (const std::string& topic : vocabulary.topics()) keys.topics.insert(plain_topic(topic));
  for (const Deed& deed : history.deeds()) {
    if (kernel::is_name(deed.command.account())) keys.names.insert(plain_lower(deed.command.account()));
    if (deed.command.has_post_buzz()) keys.roots.insert(deed.command.post_buzz().in_reply_to());
  }
  return keys;
}

void check_gossip(const GridRecords& records, History& history) {
  GossipCheck(records, history).run();
  check_follows(records, history);
  check_streams(records, history);
}

}  // namespace buzzer::simulation
