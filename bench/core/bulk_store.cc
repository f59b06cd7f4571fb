#include "bench/core/bulk_store.h"

#include "base/check.h"
#include "node/kernel/home_shard.h"
#include "node/store/rocksdb_store.h"

namespace buzzer::bench {
namespace {

constexpr std::size_t kAtOnce = 2000;  // records in one batch

}  // namespace

BulkStore::BulkStore(const std::filesystem::path& folder) {
  store::RocksDbStoreOptions options;
  options.folder = folder;
  options.identity = {"bench", base::NodeId(0), 1};
  auto opened = store::open_rocksdb_store(options);
  BUZZER_CHECK(opened.has_value());
  store_ = std::move(*opened);
  for (std::uint32_t number = 0; number < base::kShardCount; ++number) {
    const base::ShardId shard(static_cast<std::uint8_t>(number));
    fillings_[number].state = std::make_unique<shard::ShardState>(*store_, nothing_in_flight_, shard);
    fillings_[number].state->begin();
  }
}

BulkStore::~BulkStore() {
  for (Filling& filling : fillings_) flush(filling);
  BUZZER_CHECK(store_->sync().has_value());
}

void BulkStore::add_account(const std::string& name, std::uint64_t followers, std::uint64_t following) {
  proto::Account account;
  account.set_name(name);
  account.set_followers(followers);
  account.set_following(following);
  const base::ShardId home = kernel::shard_of_user(name);
  state_of(home).put_account(name, account);
  made_one(home);
}

void BulkStore::add_author(const std::string& author, const std::string& beginning, std::size_t count) {
  const base::ShardId home = kernel::shard_of_user(author);
  std::array<std::uint64_t, base::kShardCount> followers{};
  proto::FollowEdge edge;
  edge.set_author(author);
  edge.set_position(1);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string name = beginning + std::to_string(i);
    const base::ShardId shard = kernel::shard_of_user(name);
    add_account(name, 0, 1);
    state_of(shard).put_edge(name, author, edge);
    made_one(shard);
    ++followers[shard.value()];
  }
  proto::AuthorInterest interest;
  for (std::uint32_t number = 0; number < base::kShardCount; ++number) {
    interest.add_followers(followers[number]);
    interest.add_epochs(followers[number] > 0 ? 1 : 0);
    const base::ShardId shard(static_cast<std::uint8_t>(number));
    if (shard == home || followers[number] == 0) continue;
    proto::FollowedAuthor record;
    record.set_name(author);
    record.set_followers(followers[number]);
    record.set_turn(1);
    record.set_first_turn(1);
    record.set_accepted(true);
    state_of(shard).put_followed_author(author, record);
    made_one(shard);
  }
  state_of(home).put_interest(author, interest);
  add_account(author, count);
}

void BulkStore::made_one(base::ShardId shard) {
  Filling& filling = fillings_[shard.value()];
  if (++filling.made >= kAtOnce) flush(filling);
}

void BulkStore::flush(Filling& filling) {
  BUZZER_CHECK(!filling.state->failed() && store_->write(filling.state->changes()).has_value());
  filling.state->begin();
  filling.made = 0;
}

}  // namespace buzzer::bench
