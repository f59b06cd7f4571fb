#include "tests/simulation/describe.h"

#include "proto/errors.h"

namespace buzzer::simulation {
namespace {

std::string error_of(std::uint32_t error) {
  return std::string(proto::error_info(static_cast<proto::ErrorCode>(error)).name);
}

std::string name_of(const proto::Buzz& buzz) {
  return std::to_string(buzz.id()) + '/' + std::to_string(buzz.version()) + (buzz.deleted() ? "-" : "");
}

}  // namespace

std::string describe(const proto::Command& command) {
  std::string text = command.account();
  if (command.has_register_account()) text += " registers " + command.register_account().name();
  if (command.has_post_buzz()) {
    text += " posts '" + command.post_buzz().text() + "'";
    if (command.post_buzz().in_reply_to() != 0)
      text += " in reply to " + std::to_string(command.post_buzz().in_reply_to());
  }
  if (command.has_edit_buzz()) {
    text += " edits " + std::to_string(command.edit_buzz().id()) + " to '" + command.edit_buzz().text() + "'";
  }
  if (command.has_delete_buzz()) text += " deletes " + std::to_string(command.delete_buzz().id());
  if (command.has_follow_user()) text += " follows " + command.follow_user().name();
  if (command.has_unfollow_user()) text += " unfollows " + command.unfollow_user().name();
  if (command.has_open_session()) text += " opens a session";
  if (command.has_close_session()) text += " closes a session";
  return text + " (key " + command.key() + ", made " + std::to_string(command.key_created_ms()) + ")";
}

std::string describe(const proto::Feed& feed) {
  switch (feed.body_case()) {
    case proto::Feed::kHome:
      return "home of " + feed.home();
    case proto::Feed::kAuthor:
      return "author " + feed.author();
    case proto::Feed::kTopic:
      return "topic " + feed.topic();
    case proto::Feed::kMentions:
      return "mentions of " + feed.mentions();
    case proto::Feed::kThread:
      return "thread " + std::to_string(feed.thread());
    case proto::Feed::BODY_NOT_SET:
      break;
  }
  return "no feed";
}

std::string describe(const proto::Query& query) {
  switch (query.body_case()) {
    case proto::Query::kAuthorFeed:
      return "feed of " + query.author_feed().author() + (query.author_feed().newer() ? " upwards" : " downwards") +
             " from " + std::to_string(query.author_feed().from_id());
    case proto::Query::kUsers:
      return "users '" + query.users().prefix() + "'";
    case proto::Query::kUser:
      return "user " + query.user().name();
    case proto::Query::kFollowers:
      return "followers of " + query.followers().user();
    case proto::Query::kFollowees:
      return "followees of " + query.followees().user();
    case proto::Query::kFeed:
      return describe(query.feed().feed()) + (query.feed().newer() ? " upwards" : " downwards") + " from " +
             std::to_string(query.feed().from_id());
    case proto::Query::kBuzz:
      return "buzz " + std::to_string(query.buzz().id());
    case proto::Query::kThread:
      return "thread of " + std::to_string(query.thread().id()) + " from " + std::to_string(query.thread().from_id());
    default:
      return "something";
  }
}

std::string describe(const proto::Reply& reply) {
  if (reply.error() != 0) return error_of(reply.error());
  return "done " + std::to_string(reply.id()) + '/' + std::to_string(reply.version()) + " at " +
         std::to_string(reply.time_ms());
}

std::string describe(const proto::Answer& answer) {
  if (answer.error() != 0) return error_of(answer.error());
  std::string text = answer.partial() ? "partial" : "shown";
  for (const proto::Buzz& buzz : answer.path()) text += ' ' + name_of(buzz) + " >";
  for (const proto::Buzz& buzz : answer.buzzes()) text += ' ' + name_of(buzz);
  for (const proto::Account& user : answer.users()) text += ' ' + user.name();
  return text + (answer.more() ? " ..." : "");
}

std::string describe(const proto::Position& position) {
  return std::to_string(position.number()) + " (life " + std::to_string(position.life() % 1000) + ", incarnation " +
         std::to_string(position.incarnation() % 1000) + ")";
}

std::string describe(const proto::FeedEntry& entry) {
  switch (entry.kind()) {
    case proto::Arrival::FOLLOWED:
      return entry.follower() + " followed " + entry.author();
    case proto::Arrival::UNFOLLOWED:
      return entry.follower() + " unfollowed " + entry.author();
    case proto::Arrival::DELETED:
      return "deleted " + std::to_string(entry.id());
    default:
      return (entry.kind() == proto::Arrival::POSTED ? "posted " : "edited ") + name_of(entry.buzz()) + " '" +
             entry.buzz().text() + "'";
  }
}

}  // namespace buzzer::simulation
