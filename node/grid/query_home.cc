#include "node/grid/query_home.h"

#include <string>

#include "node/grid/placement.h"
#include "node/grid/subscriptions.h"
#include "node/kernel/buzz_id.h"
#include "node/kernel/text.h"
#include "proto/errors.h"

namespace buzzer::grid {
namespace {

base::ShardId home_of_user(const std::string& name) { return shard_of_user(kernel::lower_name(name)); }

base::ShardId home_of_buzz(std::uint64_t id) { return kernel::id_shard(base::BuzzId(id)); }

proto::Answer refusal(proto::ErrorCode code, const char* why) {
  proto::Answer answer;
  answer.set_error(static_cast<std::uint32_t>(code));
  answer.set_message(why);
  return answer;
}

QueryHome home_of_feed(const proto::Feed& feed) {
  if (const auto shard = shard_of_feed(feed)) return *shard;
  switch (feed.body_case()) {
    case proto::Feed::kTopic:
      return refusal(proto::ErrorCode::kBadRequest, "not a topic: it is letters, digits and _, with or without its #");
    case proto::Feed::kThread:
      return refusal(proto::ErrorCode::kUnknownBuzz, "no such buzz: 0");
    case proto::Feed::kHome:
    case proto::Feed::kAuthor:
    case proto::Feed::kMentions:
      return refusal(proto::ErrorCode::kUnknownUser, "no such user");
    case proto::Feed::BODY_NOT_SET:
      break;
  }
  return refusal(proto::ErrorCode::kBadRequest, "a feed of no known kind");
}

}  // namespace

QueryHome query_home(const proto::Query& query) {
  switch (query.body_case()) {
    case proto::Query::kAuthorFeed:
      return home_of_user(query.author_feed().author());
    case proto::Query::kUser:
      return home_of_user(query.user().name());
    case proto::Query::kFollowees:
      return home_of_user(query.followees().user());
    case proto::Query::kCredential:
      return home_of_user(query.credential().name());
    case proto::Query::kSession:
      return home_of_user(query.session().user());
    case proto::Query::kFeed:
      return home_of_feed(query.feed().feed());
    case proto::Query::kBuzz:
      return home_of_buzz(query.buzz().id());
    case proto::Query::kThread:
      return home_of_buzz(lacks_root(query) ? query.thread().id() : query.thread().root());
    case proto::Query::kInspection:
      if (query.inspection().shard() >= base::kShardCount) {
        return refusal(proto::ErrorCode::kBadRequest, "there are 64 shards, from 0 on");
      }
      return base::ShardId(static_cast<std::uint8_t>(query.inspection().shard()));
    case proto::Query::kUsers:
    case proto::Query::kFollowers:
    case proto::Query::kOwed:
      return EveryNode{};
    case proto::Query::BODY_NOT_SET:
      break;
  }
  return refusal(proto::ErrorCode::kBadRequest, "a query of no known kind");
}

}  // namespace buzzer::grid
