// A shard's state, filled by hand, and questions to it.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "node/kernel/buzz_id.h"
#include "node/kernel/home_shard.h"
#include "node/kernel/queries.h"
#include "node/kernel/text.h"
#include "proto/errors.h"
#include "tests/unit/kernel/map_state.h"

namespace buzzer::kernel {

inline constexpr ShardId kHere{9};
inline constexpr ShardId kElsewhere{40};

// The n-th name that begins so and is at home in that shard.
inline std::string name_in(ShardId shard, int n, const std::string& beginning = "User") {
  for (int i = 0;; ++i) {
    const std::string name = beginning + std::to_string(i);
    if (shard_of_user(lower_name(name)) == shard && n-- == 0) return name;
  }
}

// The id of a buzz posted so many ms after ids began.
inline std::uint64_t id_at(std::int64_t ms, ShardId shard = kHere) { return first_id(kIdEpochMs + ms, shard).value(); }

inline proto::Buzz make_buzz(std::uint64_t id, const std::string& author, const std::string& text = "hello") {
  proto::Buzz buzz;
  buzz.set_id(id);
  buzz.set_author(author);
  buzz.set_text(text);
  buzz.set_version(1);
  buzz.set_posted_ms(id_ms(BuzzId(id)));
  return buzz;
}

class QueryTest : public testing::Test {
 protected:
  void register_user(const std::string& name, std::uint64_t followers = 0) {
    proto::Account account;
    account.set_name(name);
    account.set_followers(followers);
    state_.put_account(lower_name(name), account);
  }
  void follow(const std::string& follower, const std::string& author, bool pending = false) {
    proto::FollowEdge edge;
    edge.set_author(author);
    edge.set_pending(pending);
    state_.put_edge(lower_name(follower), lower_name(author), edge);
  }
  // As it comes to be here: its author's own, or a copy.
  void put(proto::Buzz buzz) {
    const std::string author = lower_name(buzz.author());
    if (id_shard(BuzzId(buzz.id())) == kHere) {
      buzz.set_sent_to(5);
      state_.put_buzz(buzz);
      if (!buzz.deleted()) state_.add_to_author(author, {buzz.posted_ms(), BuzzId(buzz.id())});
      return;
    }
    proto::Copy copy;
    *copy.mutable_buzz() = std::move(buzz);
    state_.put_copy(author, copy);
  }
  void index(Index index, const std::string& key, const proto::Buzz& buzz) {
    state_.add_to_index(index, key, BuzzId(buzz.id()), lower_name(buzz.author()));
  }

  [[nodiscard]] proto::Answer ask(const proto::Query& query) const {
    proto::Answer answer;
    answer_query(state_, query, kHere, answer);
    for (const auto* buzzes : {&answer.buzzes(), &answer.path()}) {
      for (const proto::Buzz& buzz : *buzzes) EXPECT_EQ(buzz.sent_to(), 0U) << "what users see says where it was sent";
    }
    return answer;
  }
  [[nodiscard]] proto::Answer ask_feed(const proto::Feed& feed, std::uint64_t from = 0, bool newer = false,
                                       std::uint32_t limit = 200) const {
    proto::Query query;
    *query.mutable_feed()->mutable_feed() = feed;
    query.mutable_feed()->set_from_id(from);
    query.mutable_feed()->set_newer(newer);
    query.mutable_feed()->set_limit(limit);
    return ask(query);
  }

  static std::vector<std::uint64_t> ids(const google::protobuf::RepeatedPtrField<proto::Buzz>& buzzes) {
    std::vector<std::uint64_t> ids;
    for (const proto::Buzz& buzz : buzzes) ids.push_back(buzz.id());
    return ids;
  }
  static std::vector<std::string> names(const proto::Answer& answer) {
    std::vector<std::string> names;
    for (const proto::Account& user : answer.users()) names.push_back(user.name());
    return names;
  }

  MapState state_;
};

inline proto::ErrorCode error_of(const proto::Answer& answer) { return static_cast<proto::ErrorCode>(answer.error()); }

}  // namespace buzzer::kernel
