#include "tests/simulation/gossip_check.h"

#include <string>

#include "node/kernel/home_shard.h"
#include "node/kernel/text.h"
#include "tests/simulation/arrival_check.h"
#include "tests/simulation/describe.h"

namespace buzzer::simulation {
namespace {

using base::ShardId;

class GossipCheck {
 public:
  GossipCheck(const GridRecords& records, const BuzzReasons& reasons, History& history)
      : records_(records), reasons_(reasons), history_(history) {}

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

  void check_copies(ShardId shard) {
    std::size_t found = 0;
    for (std::uint8_t number = 0; number < base::kShardCount; ++number) {
      const ShardId home(number);
      if (home == shard) continue;
      for (const auto& [id, buzz] : of(home).buzzes) {
        const auto copy = of(shard).copies.find({plain_lower(buzz.author()), id});
        const Must keep = reasons_.to_keep(shard, buzz);
        if (copy == of(shard).copies.end()) {
          if (keep == Must::kMust) problem(shard, "has no copy of " + name_of(buzz) + " '" + buzz.text() + "'");
          continue;
        }
        ++found;
        if (keep == Must::kNot) problem(shard, "keeps a copy of " + name_of(buzz) + " for no reason");
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
        if (kernel::shard_of_user(name) == shard) mentions[name][buzz.id()] = reasons_.is_mentioned(buzz, name);
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
  const BuzzReasons& reasons_;
  History& history_;
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
  const BuzzReasons reasons(records, history);
  GossipCheck(records, reasons, history).run();
  check_arrivals(records, reasons, history);
  check_follows(records, history);
  check_streams(records, history);
}

}  // namespace buzzer::simulation
