// What the answers to queries are made of. For this folder alone.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "node/kernel/queries.h"
#include "node/kernel/state.h"
#include "proto/errors.h"
#include "proto/queries.pb.h"

namespace buzzer::kernel {

// What is asked, and of whom; and where the answer goes.
struct Question {
  const StateView& state;
  ShardId shard;
  proto::Answer& answer;

  void refuse(proto::ErrorCode code, std::string message) const;
  // Whether a user who is at home here has an account; refuses `unknown_user` if not. `name` as it was asked.
  [[nodiscard]] bool has_account(std::string_view name) const;
};

// A buzz of an author of this shard, or the copy of another's; null if there is none. Of an author named in lower case.
[[nodiscard]] const proto::Buzz* find_buzz(const StateView& state, ShardId shard, std::string_view author, BuzzId id);

// Buzzes of an answer, as long as they fit into one.
class Page {
 public:
  // At most that many, and kMostPageBytes with what has been used of them.
  Page(google::protobuf::RepeatedPtrField<proto::Buzz>& buzzes, std::size_t limit, std::size_t used = 0)
      : buzzes_(buzzes), limit_(limit), bytes_(used) {}

  // Adds the buzz as users see it; false if it does not fit. The first one always does.
  [[nodiscard]] bool add(const proto::Buzz& buzz);
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  google::protobuf::RepeatedPtrField<proto::Buzz>& buzzes_;
  const std::size_t limit_;
  std::size_t bytes_;
};

[[nodiscard]] constexpr bool is_limit(std::uint32_t limit) { return limit >= 1 && limit <= kMostPageSize; }

// By kind of query, in query_*.cc.
void answer_user(const Question& question, const proto::UserQuery& query);
void answer_followers(const Question& question, const proto::FollowersQuery& query);
void answer_followees(const Question& question, const proto::FolloweesQuery& query);
void answer_feed(const Question& question, const proto::FeedQuery& query);
void answer_buzz(const Question& question, const proto::BuzzQuery& query);
void answer_credential(const Question& question, const proto::CredentialQuery& query);
void answer_session(const Question& question, const proto::SessionQuery& query);
// query_inspection.cc; of a trace query_trace.cc.
void answer_inspection(const Question& question, const proto::InspectionQuery& query);
void answer_trace(const Question& question, const proto::TraceQuery& query);
void answer_thread(const Question& question, const proto::ThreadQuery& query);

}  // namespace buzzer::kernel
