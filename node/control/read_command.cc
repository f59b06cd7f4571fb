// The lines that read.
#include <array>

#include "node/control/buzz_command.h"
#include "node/control/line_words.h"

namespace buzzer::control {
namespace {

using ParsedQuery = ParsedLine<proto::Query>;

constexpr const char* kAuthorForm = "author <user> [before|after <id>] [limit <number>]";
constexpr const char* kFeedForm = "feed <user> [before|after <id>] [limit <number>]";
constexpr const char* kMentionsForm = "mentions <user> [before|after <id>] [limit <number>]";
constexpr const char* kTopicForm = "topic <tag> [before|after <id>] [limit <number>]";
constexpr const char* kThreadForm = "thread <id> [after <id>] [limit <number>]";
constexpr const char* kUsersForm = "users [<prefix>] [after <name>] [limit <number>]";
constexpr const char* kFollowersForm = "followers <user> [after <name>] [limit <number>]";
constexpr const char* kFolloweesForm = "followees <user> [after <name>] [limit <number>]";
constexpr const char* kUserForm = "user <user>";
constexpr const char* kOwedForm = "owed";

// `limit <number>` at the end, or nothing; false for anything else.
bool take_limit(Words& words, std::uint32_t& limit) {
  limit = kUsualLimit;
  if (words.next_is("limit")) {
    const auto number = words.done() ? std::nullopt : parse_number<std::uint32_t>(words.next());
    if (!number) return false;
    limit = *number;
  }
  return words.done();
}

// Inside, 0 means that no buzz is named.
bool take_id(Words& words, std::uint64_t& id) {
  const auto number = words.done() ? std::nullopt : parse_number<std::uint64_t>(words.next());
  if (!number || *number == 0) return false;
  id = *number;
  return true;
}

// The place in a feed and the limit, of either kind of query; false for anything else.
template <class PageQuery>
bool take_page(Words& words, PageQuery& page) {
  const bool after = words.next_is("after");
  if (after || words.next_is("before")) {
    std::uint64_t id = 0;
    if (!take_id(words, id)) return false;
    page.set_from_id(id);
    page.set_newer(after);
  }
  std::uint32_t limit = 0;
  if (!take_limit(words, limit)) return false;
  page.set_limit(limit);
  return true;
}

// `after <name>` and the limit, likewise.
template <class ListQuery>
bool take_list(Words& words, ListQuery& list) {
  if (words.next_is("after")) {
    if (words.done()) return false;
    list.set_after(std::string(words.next()));
  }
  std::uint32_t limit = 0;
  if (!take_limit(words, limit)) return false;
  list.set_limit(limit);
  return true;
}

// The word that must follow; empty if none does.
std::string take_subject(Words& words) { return words.done() ? std::string() : std::string(words.next()); }

ParsedQuery parse_author(Words& words) {
  proto::Query query;
  proto::AuthorFeedQuery& page = *query.mutable_author_feed();
  page.set_author(take_subject(words));
  if (page.author().empty() || !take_page(words, page)) return tl::unexpected(kAuthorForm);
  return query;
}

// A page of the feed that `set` makes of the subject.
template <class Set>
ParsedQuery parse_feed(Words& words, const char* form, Set&& set) {
  proto::Query query;
  proto::FeedQuery& page = *query.mutable_feed();
  const std::string subject = take_subject(words);
  set(*page.mutable_feed(), subject);
  if (subject.empty() || !take_page(words, page)) return tl::unexpected(form);
  return query;
}

ParsedQuery parse_home_feed(Words& words) {
  return parse_feed(words, kFeedForm, [](proto::Feed& feed, const std::string& user) { feed.set_home(user); });
}

ParsedQuery parse_mentions(Words& words) {
  return parse_feed(words, kMentionsForm, [](proto::Feed& feed, const std::string& user) { feed.set_mentions(user); });
}

ParsedQuery parse_topic(Words& words) {
  return parse_feed(words, kTopicForm, [](proto::Feed& feed, const std::string& tag) { feed.set_topic(tag); });
}

ParsedQuery parse_thread(Words& words) {
  proto::Query query;
  proto::ThreadQuery& thread = *query.mutable_thread();
  const auto id = words.done() ? std::nullopt : parse_number<std::uint64_t>(words.next());
  std::uint64_t from = 0;
  if (!id || (words.next_is("after") && !take_id(words, from))) return tl::unexpected(kThreadForm);
  std::uint32_t limit = 0;
  if (!take_limit(words, limit)) return tl::unexpected(kThreadForm);
  thread.set_id(*id);
  thread.set_from_id(from);
  thread.set_limit(limit);
  return query;
}

ParsedQuery parse_users(Words& words) {
  proto::Query query;
  proto::UsersQuery& users = *query.mutable_users();
  // A prefix that is a word of ours can be searched for with another letter's case.
  const auto is_option = [&] {
    const std::string_view word = words.rest().substr(0, words.rest().find(' '));
    return word == "after" || word == "limit";
  };
  if (!words.done() && !is_option()) users.set_prefix(std::string(words.next()));
  if (!take_list(words, users)) return tl::unexpected(kUsersForm);
  return query;
}

ParsedQuery parse_followers(Words& words) {
  proto::Query query;
  proto::FollowersQuery& list = *query.mutable_followers();
  list.set_user(take_subject(words));
  if (list.user().empty() || !take_list(words, list)) return tl::unexpected(kFollowersForm);
  return query;
}

ParsedQuery parse_followees(Words& words) {
  proto::Query query;
  proto::FolloweesQuery& list = *query.mutable_followees();
  list.set_user(take_subject(words));
  if (list.user().empty() || !take_list(words, list)) return tl::unexpected(kFolloweesForm);
  return query;
}

ParsedQuery parse_user(Words& words) {
  proto::Query query;
  query.mutable_user()->set_name(take_subject(words));
  if (query.user().name().empty() || !words.done()) return tl::unexpected(kUserForm);
  return query;
}

ParsedQuery parse_owed(Words& words) {
  proto::Query query;
  query.mutable_owed()->set_here(true);
  if (!words.done()) return tl::unexpected(kOwedForm);
  return query;
}

struct Form {
  std::string_view word;
  ParsedQuery (*parse)(Words& words);  // of what follows the word
};

constexpr std::array<Form, 10> kForms{{
    {"author", parse_author},
    {"feed", parse_home_feed},
    {"mentions", parse_mentions},
    {"topic", parse_topic},
    {"thread", parse_thread},
    {"users", parse_users},
    {"followers", parse_followers},
    {"followees", parse_followees},
    {"user", parse_user},
    {"owed", parse_owed},
}};

}  // namespace

std::optional<ParsedQuery> parse_read(std::string_view line) {
  Words words(line);
  const std::string_view word = words.next();
  for (const Form& form : kForms) {
    if (form.word == word) return form.parse(words);
  }
  return std::nullopt;
}

}  // namespace buzzer::control
