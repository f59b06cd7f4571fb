// Pages of feeds that are ordered by id: home, mentions, topic, and an author's.
#include "node/kernel/feed_merge.h"
#include "node/kernel/home_shard.h"
#include "node/kernel/query_parts.h"
#include "node/kernel/text.h"

namespace buzzer::kernel {
namespace {

using proto::Feed;

void add_home(const Question& question, std::string_view user, FeedMerge& merge) {
  merge.add_author_here(user);
  question.state.visit_edges(user, {}, [&](std::string_view author, const proto::FollowEdge& edge) {
    if (edge.pending()) return true;
    if (shard_of_user(author) == question.shard) {
      merge.add_author_here(author);
    } else {
      merge.add_author_elsewhere(author);
    }
    return true;
  });
  merge.add_index(Index::kMention, user);
}

// What the feed is made of; false if it was refused.
bool add_sources(const Question& question, const Feed& feed, FeedMerge& merge) {
  switch (feed.body_case()) {
    case Feed::kHome:
      if (!question.has_account(feed.home())) return false;
      add_home(question, LowerName(feed.home()).view(), merge);
      return true;
    case Feed::kAuthor:
      if (!question.has_account(feed.author())) return false;
      merge.add_author_here(LowerName(feed.author()).view());
      return true;
    case Feed::kTopic: {
      const std::string topic = read_topic(feed.topic());
      if (topic.empty()) {
        question.refuse(proto::ErrorCode::kBadRequest,
                        "not a topic: it is letters, digits and _, with or without its #");
        return false;
      }
      merge.add_index(Index::kTopic, topic);
      return true;
    }
    case Feed::kMentions:
      if (!question.has_account(feed.mentions())) return false;
      merge.add_index(Index::kMention, LowerName(feed.mentions()).view());
      return true;
    case Feed::kThread:
      question.refuse(proto::ErrorCode::kBadRequest, "a thread is no feed of pages by id: ask ThreadQuery");
      return false;
    case Feed::BODY_NOT_SET:
      break;
  }
  question.refuse(proto::ErrorCode::kBadRequest, "a feed of no known kind");
  return false;
}

}  // namespace

void answer_feed(const Question& question, const proto::FeedQuery& query) {
  FeedMerge merge(question.state, BuzzId(query.from_id()), query.newer() ? Direction::kNewer : Direction::kOlder,
                  query.limit());
  if (!add_sources(question, query.feed(), merge)) return;
  Page page(*question.answer.mutable_buzzes(), query.limit());
  FeedMerge::Found found;
  while (merge.next(found)) {
    // Null only when the state cannot be read; then its owner knows, and the page counts for nothing.
    const proto::Buzz* buzz = find_buzz(question.state, question.shard, found.author, found.id);
    if (buzz == nullptr || buzz->deleted()) continue;
    question.answer.set_more(!page.add(*buzz));
    if (question.answer.more()) return;
  }
}

}  // namespace buzzer::kernel
