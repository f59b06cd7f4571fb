// The part of gossip_check.h about who follows whom, and what is counted.
#include <string>

#include "node/kernel/home_shard.h"
#include "tests/simulation/gossip_check.h"

namespace buzzer::simulation {
namespace {

using base::ShardId;

class FollowCheck {
 public:
  FollowCheck(const GridRecords& records, History& history) : records_(records), history_(history) {}

  void run() {
    for (std::uint8_t number = 0; number < base::kShardCount; ++number) {
      check_follows(ShardId(number));
      check_accounts(ShardId(number));
    }
  }

 private:
  void problem(ShardId shard, const std::string& what) {
    history_.problem("in the end shard " + std::to_string(shard.value()) + ' ' + what);
  }

  [[nodiscard]] const ShardRecords& of(ShardId shard) const { return records_[shard.value()]; }

  void check_follows(ShardId shard) {
    std::map<std::string, std::set<std::string>> followers;
    for (const auto& [follower, edges] : of(shard).edges) {
      std::uint64_t active = 0;
      for (const auto& [author, edge] : edges) {
        followers[author].insert(follower);
        if (edge.pending()) problem(shard, "still asks whether " + follower + " may follow " + author);
        if (!edge.pending()) ++active;
        if (of(kernel::shard_of_user(author)).accounts.count(author) == 0) {
          problem(shard, "has " + follower + " follow " + author + ", whom there is not");
        }
      }
      const auto account = of(shard).accounts.find(follower);
      if (account == of(shard).accounts.end()) {
        problem(shard, "has " + follower + " follow, whom there is not");
      } else if (account->second.following() != active) {
        problem(shard, "counts wrongly whom " + follower + " follows");
      }
    }
    if (followers != of(shard).followers) problem(shard, "has other edges from the one side than from the other");
    for (const auto& [author, names] : followers) check_interest(shard, author, names.size());
    for (const auto& [author, record] : of(shard).followed_authors) {
      if (followers.count(author) == 0) problem(shard, "keeps that somebody follows " + author);
    }
  }

  void check_interest(ShardId shard, const std::string& author, std::size_t followers) {
    const ShardId home = kernel::shard_of_user(author);
    const auto interest = of(home).interests.find(author);
    const std::uint64_t known =
        interest == of(home).interests.end() || interest->second.followers_size() <= shard.value()
            ? 0
            : interest->second.followers(shard.value());
    if (known != followers) {
      problem(shard, "has " + std::to_string(followers) + " who follow " + author + ", but at home it is " +
                         std::to_string(known));
    }
    if (home == shard) return;
    const auto record = of(shard).followed_authors.find(author);
    if (record == of(shard).followed_authors.end() || record->second.followers() != followers ||
        !record->second.accepted()) {
      problem(shard, "has no right record of " + author + ", who is followed there");
    }
  }

  void check_accounts(ShardId shard) {
    for (const auto& [author, interest] : of(shard).interests) {
      std::uint64_t sum = 0;
      for (int other = 0; other < interest.followers_size(); ++other) {
        sum += interest.followers(other);
        const auto there = of(ShardId(static_cast<std::uint8_t>(other))).followers.find(author);
        const bool none = there == of(ShardId(static_cast<std::uint8_t>(other))).followers.end();
        if (interest.followers(other) > 0 && none) {
          problem(shard,
                  "sends the buzzes of " + author + " to shard " + std::to_string(other) + ", where nobody follows");
        }
      }
      const auto account = of(shard).accounts.find(author);
      if (account == of(shard).accounts.end() || account->second.followers() != sum) {
        problem(shard, "counts wrongly who follow " + author);
      }
    }
    for (const auto& [name, account] : of(shard).accounts) {
      if (account.followers() > 0 && of(shard).interests.count(name) == 0)
        problem(shard, "counts followers of " + name);
      if (account.following() > 0 && of(shard).edges.count(name) == 0)
        problem(shard, "counts whom " + name + " follows");
    }
  }

  const GridRecords& records_;
  History& history_;
};

}  // namespace

void check_follows(const GridRecords& records, History& history) { FollowCheck(records, history).run(); }

}  // namespace buzzer::simulation
