// Goes through all entries of one shard, in their order, and tells what is wrong: with each by itself (record_check.h),
// and with what stands beside it in the same shard.
//
// What must hold between entries holds because the kernel changes them in one batch (kernel/applier.h):
//   - an author feed has exactly the buzzes that are not deleted; edges and followers mirror each other, and so do
//     command keys and their ages;
//   - an index names buzzes and copies that are there and say so;
//   - an account counts its buzzes, those it follows and its followers; records of followed authors and interest count
//     the followers here; what belongs to an account has one;
//   - the arrival log and the rows of each stream are numbered without gaps, and a stream that has begun has rows.
// Memory: some hundred bytes for each account of the shard, and for each author who is followed in it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "node/store/store.h"
#include "node/store_tools/findings.h"
#include "node/store_tools/record_check.h"

namespace buzzer::store_tools {

class ShardCheck {
 public:
  // Reads counterparts in `store`; both must outlive it.
  ShardCheck(const store::Store& store, base::ShardId shard, Findings& findings)
      : store_(store), shard_(shard), findings_(findings) {}

  // The next entry, whose key begins with the shard.
  void take(std::string_view key, std::string_view value);
  // All entries have been taken: what only shows then.
  void finish();

 private:
  // Two tables that say the same of the same things. Equal sums mean that they agree, but for a chance of 2^-64; only
  // if they are not, the entries are held against each other one by one.
  struct Mirror {
    char left;
    char right;
    std::uint64_t sum = 0;
  };
  struct Counted {
    std::uint64_t has = 0;   // by what it says
    std::uint64_t seen = 0;  // by what is there
  };
  struct AccountCounts {
    Counted buzzes;
    Counted following;
    Counted followers;
  };
  using Names = std::unordered_map<std::string, AccountCounts>;

  void take_valid(const store::KeyParts& parts, std::string_view key);
  void take_account(const store::KeyParts& parts);
  AccountCounts* account_of(std::string_view name, std::string_view key);
  void take_counted(const store::KeyParts& parts, std::string_view key);
  void take_index_entry(const store::KeyParts& parts, std::string_view key, std::string_view author);
  void take_number(std::optional<std::uint64_t>& last, std::uint64_t number, std::string_view key);
  void take_meta(char field, std::string_view value);

  // The key of the mirror's left table that an entry of either table stands for.
  [[nodiscard]] store::Key left_key(const store::KeyParts& parts, const Records& records) const;
  void add_to_mirrors(const store::KeyParts& parts);
  void compare_one_by_one(const Mirror& mirror);
  [[nodiscard]] bool has_counterpart(const Mirror& mirror, const store::KeyParts& parts, std::string_view key,
                                     const Records& records);
  [[nodiscard]] bool read(std::string_view key, std::string& value);

  void tell(FindingKind kind, std::string_view key, std::string_view what);
  void finish_counts();

  const store::Store& store_;
  const base::ShardId shard_;
  Findings& findings_;
  Records records_;
  Records other_;  // of a counterpart
  std::string value_;
  std::array<Mirror, 3> mirrors_{{{'f', 'b'}, {'g', 'h'}, {'x', 'k'}}};
  Names accounts_;
  std::unordered_map<std::string, std::uint64_t> followers_here_;  // of each author, by the table of followers
  std::optional<std::uint64_t> last_arrival_;
  std::array<std::optional<std::uint64_t>, base::kShardCount> last_rows_;
  std::uint64_t streams_ = 0;  // bit n: there is an outgoing stream to shard n
  std::uint64_t last_buzz_ = 0;
  std::uint64_t last_id_ = 0;
};

}  // namespace buzzer::store_tools
