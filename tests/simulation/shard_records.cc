#include "tests/simulation/shard_records.h"

#include "node/shard/shard_state.h"
#include "tests/simulation/vocabulary.h"

namespace buzzer::simulation {
namespace {

using kernel::BuzzId;
using kernel::Direction;
using kernel::Index;

class Reading {
 public:
  Reading(const shard::ShardState& state, const IndexKeys& keys) : state_(state), keys_(keys) {}

  ShardRecords run() {
    records_.incarnation = state_.incarnation();
    read_users();
    read_follows();
    read_buzzes();
    read_log();
    read_streams();
    state_.visit_sweeps([&](std::uint64_t, const proto::Sweep&) { return ++records_.sweeps, true; });
    return std::move(records_);
  }

 private:
  void read_users() {
    state_.visit_accounts("", [&](const proto::Account& account) {
      const std::string name = plain_lower(account.name());
      records_.accounts[name] = account;
      if (const proto::Credential* credential = state_.credential(name)) records_.credentials[name] = *credential;
      state_.visit_sessions(name, [&](std::string_view token_hash, const proto::Session& session) {
        records_.sessions[{name, std::string(token_hash)}] = session;
        return true;
      });
      return true;
    });
  }

  void read_follows() {
    for (const std::string& name : keys_.names) {
      state_.visit_edges(name, "", [&](std::string_view author, const proto::FollowEdge& edge) {
        records_.edges[name][std::string(author)] = edge;
        return true;
      });
      state_.visit_followers(name, "", [&](std::string_view follower) {
        records_.followers[name].insert(std::string(follower));
        return true;
      });
    }
    state_.visit_followed_authors("", [&](std::string_view author, const proto::FollowedAuthor& followed) {
      records_.followed_authors[std::string(author)] = followed;
      return true;
    });
    state_.visit_interests("", [&](std::string_view author, const proto::AuthorInterest& interest) {
      records_.interests[std::string(author)] = interest;
      return true;
    });
  }

  void read_buzzes() {
    state_.visit_buzzes(BuzzId(), [&](const proto::Buzz& buzz) {
      records_.buzzes[buzz.id()] = buzz;
      return true;
    });
    state_.visit_all_copies("", BuzzId(), [&](std::string_view author, const proto::Copy& copy) {
      records_.copies[{std::string(author), copy.buzz().id()}] = copy;
      return true;
    });
    for (const std::string& topic : keys_.topics) read_index(Index::kTopic, topic, records_.topics);
    for (const std::string& name : keys_.names) read_index(Index::kMention, name, records_.mentions);
    for (const std::uint64_t root : keys_.roots) read_index(Index::kThread, std::to_string(root), records_.threads);
  }

  void read_index(Index index, const std::string& key, ShardRecords::IndexRecords& found) {
    state_.visit_index(index, key, BuzzId(), Direction::kNewer, [&](BuzzId id, std::string_view /*author*/) {
      found[key].insert(id.value());
      return true;
    });
  }

  void read_log() {
    records_.span = state_.arrivals();
    state_.visit_arrivals(0, [&](std::uint64_t position, const proto::Arrival& arrival) {
      records_.arrivals[position] = arrival;
      return true;
    });
  }

  void read_streams() {
    for (std::uint8_t number = 0; number < base::kShardCount; ++number) {
      const base::ShardId other(number);
      if (const proto::OutStream* stream = state_.out_stream(other)) {
        records_.streams[other].stream = *stream;
        records_.streams[other].rows = state_.rows(other);
      }
      if (const proto::Watermark* mark = state_.watermark(other)) records_.watermarks[other] = *mark;
    }
  }

  const shard::ShardState& state_;
  const IndexKeys& keys_;
  ShardRecords records_;
};

}  // namespace

bool tells_of_buzz(const proto::Arrival& arrival) {
  using proto::Arrival;
  return arrival.kind() == Arrival::POSTED || arrival.kind() == Arrival::EDITED || arrival.kind() == Arrival::DELETED;
}

ShardRecords read_shard(const store::Store& store, base::ShardId shard, const IndexKeys& keys, std::string& problem) {
  const shard::Overlay nothing_in_flight;
  const shard::ShardState state(store, nothing_in_flight, shard);
  ShardRecords records = Reading(state, keys).run();
  if (state.failed()) problem = state.why_failed();
  return records;
}

}  // namespace buzzer::simulation
