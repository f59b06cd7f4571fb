// The shard's state in a store, held against the same state in plain maps: the same edits, the same reads and visits.
#include <rapidcheck.h>

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "node/shard/shard_state.h"
#include "node/store/memory_store.h"
#include "tests/unit/kernel/map_state.h"

namespace buzzer::shard {
namespace {

using base::BuzzId;
using base::ShardId;
using kernel::Direction;
using kernel::Index;
using kernel::StateEditor;
using kernel::StateView;

const std::vector<std::string> kNames{"al", "bo", "bo_", "bob"};
const std::vector<std::string> kTopics{"go", "golang", std::string(70, 'x')};
const std::vector<ShardId> kShards{ShardId(0), ShardId(9), ShardId(63)};
constexpr std::uint64_t kIds = 5;
constexpr ShardId kShard{9};

// What an edit is made of; how each kind takes it is below.
struct Edit {
  int kind = 0;
  std::size_t one = 0;
  std::size_t other = 0;
  std::uint64_t number = 0;
};

const std::string& name(std::size_t choice) { return kNames[choice % kNames.size()]; }
ShardId shard(std::size_t choice) { return kShards[choice % kShards.size()]; }

// Of the three indexes; the thread index is keyed by an id.
std::string index_key(Index index, std::size_t choice) {
  if (index == Index::kTopic) return kTopics[choice % kTopics.size()];
  return index == Index::kMention ? name(choice) : std::to_string(1 + choice % kIds);
}

// Any bytes may stand in it, those that end names and keys too.
std::string token_hash(std::size_t choice) {
  return std::string(store::kTokenHashBytes - 1, choice % 2 == 0 ? '\0' : '\xFF') + static_cast<char>(choice % kIds);
}

proto::Buzz buzz(const Edit& edit) {
  proto::Buzz buzz;
  buzz.set_id(1 + edit.number % kIds);
  buzz.set_author(name(edit.one));
  buzz.set_text("text " + std::to_string(edit.number));
  return buzz;
}

void change_streams(StateEditor& state, const Edit& edit);
void change_sessions(StateEditor& state, const Edit& edit);

void change(StateEditor& state, const Edit& edit) {
  const std::string& one = name(edit.one);
  const std::string& other = name(edit.other);
  const BuzzId id(1 + edit.number % kIds);
  const auto index = static_cast<Index>(edit.one % 3);
  switch (edit.kind) {
    case 0: {
      proto::Account account;
      account.set_name(one);
      account.set_followers(edit.number);
      return state.put_account(one, account);
    }
    case 1:
      return state.put_buzz(buzz(edit));
    case 2:
      return state.add_to_author(one, {static_cast<std::int64_t>(edit.other), id});
    case 3:
      return state.remove_from_author(one, {static_cast<std::int64_t>(edit.other), id});
    case 4: {
      proto::FollowEdge edge;
      edge.set_author(other);
      edge.set_position(edit.number);
      return state.put_edge(one, other, edge);
    }
    case 5:
      return state.erase_edge(one, other);
    case 6: {
      proto::FollowedAuthor record;
      record.set_followers(edit.number);
      return state.put_followed_author(one, record);
    }
    case 7:
      return state.erase_followed_author(one);
    case 8: {
      proto::AuthorInterest interest;
      interest.add_followers(edit.number);
      return state.put_interest(one, interest);
    }
    case 9:
      return state.erase_interest(one);
    case 10: {
      proto::Copy copy;
      *copy.mutable_buzz() = buzz(edit);
      copy.set_epoch(edit.other);
      return state.put_copy(one, copy);
    }
    case 11:
      return state.erase_copy(one, id);
    case 12:
      return state.add_to_index(index, index_key(index, edit.other), id, name(edit.number));
    case 13:
      return state.remove_from_index(index, index_key(index, edit.other), id);
    default:
      return change_streams(state, edit);
  }
}

void change_streams(StateEditor& state, const Edit& edit) {
  const ShardId peer = shard(edit.one);
  const kernel::Span arrivals = state.arrivals();
  const kernel::Span rows = state.rows(peer);
  switch (edit.kind) {
    case 14:
    case 15: {
      proto::Arrival arrival;
      arrival.set_id(edit.number);
      return state.append_arrival(arrivals.last + 1, arrival);
    }
    case 16:
      if (arrivals.empty()) return;
      return state.trim_arrivals(arrivals.first + edit.number % (arrivals.last - arrivals.first + 1));
    case 17: {
      proto::OutStream stream;
      stream.set_generation(edit.number);
      return state.put_out_stream(peer, stream);
    }
    case 18:
    case 19: {
      proto::Delivery row;
      row.set_life(edit.number);
      return state.append_row(peer, rows.last + 1, row);
    }
    case 20:
      if (rows.empty()) return;
      return state.trim_rows(peer, rows.first + edit.number % (rows.last - rows.first + 1));
    case 21:
      return state.drop_rows(peer);
    case 22: {
      proto::Watermark watermark;
      watermark.set_number(edit.number);
      return state.put_watermark(peer, watermark);
    }
    case 23: {
      proto::Sweep sweep;
      sweep.set_author(name(edit.other));
      return state.put_sweep(edit.one, sweep);
    }
    case 24:
      return state.erase_sweep(edit.one);
    default:
      return change_sessions(state, edit);
  }
}

void change_sessions(StateEditor& state, const Edit& edit) {
  const std::string& one = name(edit.one);
  switch (edit.kind) {
    case 25: {
      proto::Credential credential;
      credential.set_password_hash(std::to_string(edit.number));
      return state.put_credential(one, credential);
    }
    case 26:
    case 27: {
      proto::Session session;
      session.set_expires_ms(static_cast<std::int64_t>(edit.number));
      return state.put_session(one, token_hash(edit.other), session);
    }
    default:
      return state.erase_session(one, token_hash(edit.other));
  }
}
constexpr int kKinds = 29;

// What a state says, as text; of its visits each is asked to stop somewhere.
class Told {
 public:
  explicit Told(const StateView& state) : state_(state) {}

  std::string reads() {
    add("state", state_.shard_state());
    for (const std::string& one : kNames) {
      add("account", state_.account(one));
      add("followed", state_.followed_author(one));
      add("interest", state_.interest(one));
      add("credential", state_.credential(one));
      for (std::size_t choice = 0; choice < 2 * kIds; ++choice) add("session", state_.session(one, token_hash(choice)));
      for (const std::string& other : kNames) add("edge", state_.edge(one, other));
      for (std::uint64_t id = 0; id <= kIds + 1; ++id) add("copy", state_.copy(one, BuzzId(id)));
    }
    for (std::uint64_t id = 0; id <= kIds + 1; ++id) add("buzz", state_.buzz(BuzzId(id)));
    add(state_.arrivals());
    for (std::uint64_t at = 0; at <= state_.arrivals().last + 1; ++at) add("arrival", state_.arrival(at));
    for (const ShardId peer : kShards) {
      add("stream", state_.out_stream(peer));
      add("watermark", state_.watermark(peer));
      add(state_.rows(peer));
      for (std::uint64_t at = 0; at <= state_.rows(peer).last + 1; ++at) add("row", state_.row(peer, at));
    }
    return text_;
  }

  std::string visits(int most) {
    most_ = most;
    for (const Direction direction : {Direction::kOlder, Direction::kNewer}) {
      for (std::uint64_t from = 0; from <= kIds + 1; ++from) beyond(BuzzId(from), direction);
    }
    for (const std::string from : {"", "al", "b", "bo", "bob", "c"}) from_name(from);
    for (std::uint64_t from = 0; from <= kIds + 1; ++from) from_number(from);
    for (const std::string& one : kNames) {
      begin("sessions");
      state_.visit_sessions(one,
                            [&](std::string_view hash, const proto::Session& session) { return entry(hash, session); });
    }
    begin("sweeps");
    state_.visit_sweeps(
        [&](std::uint64_t number, const proto::Sweep& sweep) { return entry(std::to_string(number), sweep); });
    return text_;
  }

 private:
  void beyond(BuzzId from, Direction direction) {
    for (const std::string& one : kNames) {
      begin("author");
      state_.visit_author(one, {2, from}, direction, [&](const kernel::FeedPlace& place) {
        return entry(std::to_string(place.posted_ms) + '/' + std::to_string(place.id.value()));
      });
      begin("copies");
      state_.visit_copies(one, from, direction, [&](BuzzId id) { return entry(std::to_string(id.value())); });
    }
    for (const Index index : {Index::kTopic, Index::kMention, Index::kThread}) {
      for (std::size_t choice = 0; choice < kIds; ++choice) {
        begin("index");
        state_.visit_index(index, index_key(index, choice), from, direction, [&](BuzzId id, std::string_view author) {
          return entry(std::to_string(id.value()) + std::string(author));
        });
      }
    }
  }

  void from_name(const std::string& from) {
    begin("accounts");
    state_.visit_accounts(from, [&](const proto::Account& account) { return entry("", account); });
    begin("followed");
    state_.visit_followed_authors(
        from, [&](std::string_view author, const proto::FollowedAuthor& record) { return entry(author, record); });
    begin("interests");
    state_.visit_interests(
        from, [&](std::string_view author, const proto::AuthorInterest& interest) { return entry(author, interest); });
    for (const std::string& one : kNames) {
      begin("edges");
      state_.visit_edges(one, from,
                         [&](std::string_view author, const proto::FollowEdge& edge) { return entry(author, edge); });
      begin("followers");
      state_.visit_followers(one, from, [&](std::string_view follower) { return entry(follower); });
    }
    if (!from.empty()) copies(from, 3);
    copies("", 0);
  }

  void copies(const std::string& from, std::uint64_t id) {
    begin("all copies");
    state_.visit_all_copies(from, BuzzId(id),
                            [&](std::string_view author, const proto::Copy& copy) { return entry(author, copy); });
  }

  void from_number(std::uint64_t from) {
    begin("buzzes");
    state_.visit_buzzes(BuzzId(from), [&](const proto::Buzz& buzz) { return entry("", buzz); });
    begin("arrivals");
    state_.visit_arrivals(
        from, [&](std::uint64_t at, const proto::Arrival& arrival) { return entry(std::to_string(at), arrival); });
    for (const ShardId peer : kShards) {
      begin("rows");
      state_.visit_rows(peer, from,
                        [&](std::uint64_t at, const proto::Delivery& row) { return entry(std::to_string(at), row); });
    }
  }

  template <class Record>
  void add(const char* what, const Record& record) {
    text_ += what + (' ' + record.SerializeAsString()) + '\n';
  }
  template <class Record>
  void add(const char* what, const Record* record) {
    text_ += std::string(what) + (record == nullptr ? " none" : ' ' + record->SerializeAsString()) + '\n';
  }
  void add(const kernel::Span& span) { text_ += std::to_string(span.first) + ".." + std::to_string(span.last) + '\n'; }

  void begin(const char* what) {
    text_ += what + std::string("\n");
    visited_ = 0;
  }
  bool entry(std::string_view about) {
    text_.append(about).append(";");
    return ++visited_ < most_;
  }
  template <class Record>
  bool entry(std::string_view about, const Record& record) {
    // What a visit is given stays whatever else is read meanwhile.
    for (const std::string& one : kNames) {
      (void)state_.account(one);
      (void)state_.followed_author(one);
      (void)state_.interest(one);
      (void)state_.session(one, token_hash(0));
      (void)state_.edge(kNames.front(), one);
    }
    for (std::uint64_t id = 1; id <= kIds; ++id) {
      (void)state_.buzz(BuzzId(id));
      (void)state_.copy(kNames.back(), BuzzId(id));
    }
    (void)state_.arrival(state_.arrivals().first);
    (void)state_.row(kShards.front(), state_.rows(kShards.front()).first);
    return entry(std::string(about) + record.SerializeAsString());
  }

  const StateView& state_;
  std::string text_;
  int most_ = 0;
  int visited_ = 0;
};

TEST(ShardStatePropertyTest, ReadsAndVisitsWhatPlainMapsDoAfterAnyEdits) {
  EXPECT_TRUE(rc::check("edits", [] {
    const auto entries = *rc::gen::container<std::vector<std::vector<Edit>>>(rc::gen::container<std::vector<Edit>>(
        rc::gen::construct<Edit>(rc::gen::inRange(0, kKinds), rc::gen::inRange<std::size_t>(0, 4),
                                 rc::gen::inRange<std::size_t>(0, 4), rc::gen::inRange<std::uint64_t>(0, 50))));
    const bool replicated = *rc::gen::arbitrary<bool>();  // batches enter the store later
    store::MemoryDisk disk;
    auto opened = store::MemoryStore::open({{"test", base::NodeId(0), 1}}, disk);
    RC_ASSERT(opened.has_value());
    store::Store& below = **opened;
    Overlay overlay;
    ShardState state(below, overlay, kShard);
    kernel::MapState maps;
    std::vector<store::Batch> in_flight;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const auto before = maps.clone();
      state.begin();
      for (const Edit& edit : entries[i]) {
        change(state, edit);
        change(maps, edit);
        if (edit.other == 0) RC_ASSERT(Told(state).reads() == Told(maps).reads());
      }
      RC_ASSERT(Told(state).reads() == Told(maps).reads());
      if (i % 7 == 6) {  // it was never taken
        maps.restore(*before);
        state.forget();
      } else if (!replicated) {
        RC_ASSERT(below.write(state.changes()).has_value());
      } else {
        overlay.add(state.changes(), i + 1);
        in_flight.push_back(state.changes());
        if (i % 3 == 0) {
          for (const store::Batch& batch : in_flight) RC_ASSERT(below.write(batch).has_value());
          in_flight.clear();
          overlay.settle(i + 1);
        }
      }
      if (i % 5 == 4) state.forget();
      state.begin();
      RC_ASSERT(Told(state).reads() == Told(maps).reads());
      for (const std::string& one : kNames) RC_ASSERT(state.newest_copy(one) == maps.newest_copy(one));
      RC_ASSERT(!state.failed());
    }
    RC_ASSERT(Told(state).visits(1) == Told(maps).visits(1));
    RC_ASSERT(Told(state).visits(1000) == Told(maps).visits(1000));
    RC_ASSERT(!state.failed());
  }));
}

TEST(ShardStateTest, WhatWasPutIsReadAgainInOneEntryHoweverMuchOfIt) {
  store::MemoryDisk disk;
  auto opened = store::MemoryStore::open({{"test", base::NodeId(0), 1}}, disk);
  ASSERT_TRUE(opened);
  const Overlay overlay;
  ShardState state(**opened, overlay, kShard);
  for (std::uint64_t round = 0; round < 2; ++round) {
    state.begin();
    for (std::uint64_t i = 1; i <= 2 * kMostAccountsKept; ++i) {
      proto::Account account;
      account.set_name("user" + std::to_string(i));
      account.set_buzzes(round + i);
      state.put_account(account.name(), account);
    }
    for (std::uint64_t i = 1; i <= 2 * kMostAccountsKept; ++i) {
      const proto::Account* account = state.account("user" + std::to_string(i));
      ASSERT_NE(account, nullptr);
      EXPECT_EQ(account->buzzes(), round + i);
    }
  }
}

TEST(ShardStateTest, KnowsTheIncarnationOfItsStore) {
  store::MemoryDisk disk;
  auto opened = store::MemoryStore::open({{"test", base::NodeId(0), 1}}, disk);
  ASSERT_TRUE(opened);
  const Overlay overlay;
  const ShardState state(**opened, overlay, kShard);
  EXPECT_EQ(state.incarnation(), 0U);
  store::Batch batch;
  const auto number = store::encode_number(77);
  batch.put(store::meta_key(kShard, store::ShardField::kIncarnation).bytes(), {number.data(), number.size()});
  ASSERT_TRUE((*opened)->write(batch));
  EXPECT_EQ(state.incarnation(), 77U);
}

}  // namespace
}  // namespace buzzer::shard
