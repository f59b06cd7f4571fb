#include "tests/unit/store_tools/sound_store.h"

#include <utility>

#include <gtest/gtest.h>

#include "node/kernel/buzz_id.h"
#include "node/kernel/home_shard.h"
#include "node/store/memory_store.h"

namespace buzzer::store_tools {
namespace {

using base::BuzzId;
using base::ShardId;

std::string topic_of(ShardId shard) {
  std::string topic;
  for (int i = 0; topic.empty() || kernel::shard_of_topic(topic) != shard; ++i) topic = "topic" + std::to_string(i);
  return topic;
}

std::string number(std::uint64_t value) {
  const auto digits = store::encode_number(value);
  return {digits.data(), digits.size()};
}

}  // namespace

BuzzId buzz_id(ShardId shard, std::uint32_t number) {
  return BuzzId(kernel::first_id(static_cast<std::int64_t>(kPosted), shard).value() + number);
}

std::string user_of(ShardId shard, int number) {
  std::string name;
  for (int i = 0, found = -1; found < number; ++i) {
    name = "user" + std::to_string(i);
    if (kernel::shard_of_user(name) == shard) ++found;
  }
  return name;
}

SoundStore::SoundStore() : topic(topic_of(kShard)) {
  auto opened = store::MemoryStore::open({identity_}, disk_);
  EXPECT_TRUE(opened.has_value());
  store_ = *std::move(opened);
  fill_users();
  fill_follows();
  fill_streams();
}

void SoundStore::put(const store::Key& key, std::string_view value) {
  store::Batch batch;
  batch.put(key.bytes(), value);
  EXPECT_TRUE(store_->write(batch) && store_->sync());
}

void SoundStore::put(const store::Key& key, const google::protobuf::MessageLite& record) {
  put(key, record.SerializeAsString());
}

void SoundStore::erase(const store::Key& key) {
  static_cast<void>(get(key));
  store::Batch batch;
  batch.erase(key.bytes());
  EXPECT_TRUE(store_->write(batch) && store_->sync());
}

std::string SoundStore::get(const store::Key& key) const {
  std::string value;
  EXPECT_EQ(store_->get(key.bytes(), value), true) << "not there";
  return value;
}

StoreReport SoundStore::check() const {
  StoreReport report;
  check_entries(*store_, identity_, report, [](std::string_view, std::uint64_t, std::uint64_t) {});
  return report;
}

proto::Buzz SoundStore::buzz(const std::string& author, BuzzId id) const {
  proto::Buzz buzz;
  buzz.set_id(id.value());
  buzz.set_author(author);
  buzz.set_text("about #" + topic);
  buzz.set_version(1);
  buzz.set_posted_ms(static_cast<std::int64_t>(kPosted));
  proto::Entity& entity = *buzz.add_entities();
  entity.set_kind(proto::Entity::TOPIC);
  entity.set_value(topic);
  return buzz;
}

void SoundStore::fill_users() {
  for (const store::ShardField field : {store::ShardField::kIncarnation, store::ShardField::kEpoch,
                                        store::ShardField::kSequence, store::ShardField::kClock}) {
    put(store::meta_key(kShard, field), number(kPosted));
  }
  put(store::meta_key(kShard, store::ShardField::kLastId), number(buzz_id(kShard, 2).value()));
  for (const std::string& name : {ann, bob}) {
    proto::Account account;
    account.set_name(name);
    account.set_buzzes(name == ann ? 2 : 0);
    account.set_followers(name == ann ? 3 : 0);
    account.set_following(name == bob ? 2 : 0);
    put(store::account_key(kShard, name), account);
    put(store::credential_key(kShard, name), proto::Credential());
    put(store::session_key(kShard, name, std::string(store::kTokenHashBytes, '\xfe')), proto::Session());
    proto::CommandKey key;
    key.set_created_ms(static_cast<std::int64_t>(kPosted));
    put(store::command_key(kShard, name, "key 1"), key);
    put(store::command_age_key(kShard, kPosted, name, "key 1"), "");
  }
  for (std::uint32_t i = 0; i < 3; ++i) {
    const BuzzId id = buzz_id(kShard, i);
    proto::Buzz posted = buzz(ann, id);
    if (i == 1) posted.set_root(buzz_id(kShard, 0).value());
    if (i == 2) {
      posted.set_deleted(true);
      posted.clear_text();
      posted.clear_entities();
    }
    put(store::buzz_key(kShard, id), posted);
    if (i == 2) continue;
    put(store::author_feed_key(kShard, ann, kPosted, id), "");
    put(store::topic_keys(kShard, topic).number(id.value()), ann);
  }
  put(store::thread_keys(kShard, buzz_id(kShard, 0)).number(buzz_id(kShard, 1).value()), ann);
}

void SoundStore::fill_follows() {
  for (const std::string& author : {ann, eve}) {
    proto::FollowEdge edge;
    edge.set_author(author);
    edge.set_position(author == ann ? 1 : 2);
    put(store::edge_key(kShard, bob, author), edge);
    put(store::follower_key(kShard, author, bob), "");
  }
  proto::AuthorInterest interest;  // one follower here, two in the next shard
  for (std::uint32_t shard = 0; shard <= kOther.value(); ++shard) {
    interest.add_followers(shard < kShard.value() ? 0 : shard == kShard.value() ? 1 : 2);
    interest.add_epochs(0);
  }
  put(store::interest_key(kShard, ann), interest);
  proto::FollowedAuthor followed;
  followed.set_name(eve);
  followed.set_accepted(true);
  followed.set_followers(1);
  put(store::followed_author_key(kShard, eve), followed);
  proto::Copy copy;
  *copy.mutable_buzz() = buzz(eve, buzz_id(kOther, 0));
  put(store::copy_key(kShard, eve, buzz_id(kOther, 0)), copy);
  put(store::topic_keys(kShard, topic).number(buzz_id(kOther, 0).value()), eve);
}

void SoundStore::fill_streams() {
  for (std::uint64_t position = 7; position < 10; ++position) {
    proto::Arrival arrival;
    arrival.set_kind(proto::Arrival::POSTED);
    arrival.set_author(ann);
    put(store::arrival_key(kShard, position), arrival);
    proto::Delivery row;
    row.mutable_buzz()->set_id(buzz_id(kShard, 0).value());
    put(store::row_key(kShard, kOther, position), row);
  }
  put(store::out_stream_key(kShard, kOther), proto::OutStream());
  put(store::watermark_key(kShard, kOther), proto::Watermark());
  put(store::sweep_key(kShard, 1), proto::Sweep());
}

}  // namespace buzzer::store_tools
