// A store in memory in which everything fits together: what the shards of one node hold of some users, with an entry in
// every table. For tests that take away or change one thing.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "node/store/gossip_keys.h"
#include "node/store/memory_disk.h"
#include "node/store/store.h"
#include "node/store_tools/store_check.h"
#include "proto/records.pb.h"

namespace buzzer::store_tools {

inline constexpr base::ShardId kShard(5);
inline constexpr std::uint64_t kPosted = 1'790'000'000'000;  // ms since 1970

// Buzzes 0, 1, 2 ... of a shard.
[[nodiscard]] base::BuzzId buzz_id(base::ShardId shard, std::uint32_t number);
// Users at home in that shard, always the same ones.
[[nodiscard]] std::string user_of(base::ShardId shard, int number);

class SoundStore {
 public:
  // Of node 2 of 3, whose shard is kShard. At home there: `ann` and `bob`; ann has posted buzzes 0 and 1, and 2, which
  // is deleted. Bob follows ann, and `eve`, who is at home in shard 6 and has posted buzz 0 of that shard, about a
  // topic that is at home here.
  SoundStore();

  [[nodiscard]] store::Store& store() { return *store_; }
  void put(const store::Key& key, std::string_view value);
  void put(const store::Key& key, const google::protobuf::MessageLite& record);
  void erase(const store::Key& key);
  [[nodiscard]] std::string get(const store::Key& key) const;
  template <class Record>
  [[nodiscard]] Record record(const store::Key& key) const {
    Record record;
    record.ParseFromString(get(key));
    return record;
  }

  [[nodiscard]] StoreReport check() const;

  static constexpr base::ShardId kOther{6};
  const std::string ann = user_of(kShard, 0);
  const std::string bob = user_of(kShard, 1);
  const std::string eve = user_of(kOther, 0);
  const std::string topic;

 private:
  void fill_users();
  void fill_follows();
  void fill_streams();
  [[nodiscard]] proto::Buzz buzz(const std::string& author, base::BuzzId id) const;

  const store::GridIdentity identity_{"a-grid", base::NodeId(2), 3, store::kShardCount};
  store::MemoryDisk disk_;
  std::unique_ptr<store::Store> store_;
};

}  // namespace buzzer::store_tools
