// The part of History that judges what queries show.
#include <algorithm>

#include "node/kernel/text.h"
#include "tests/simulation/history.h"

namespace buzzer::simulation {
namespace {

using proto::ErrorCode;

std::pair<std::int64_t, std::uint64_t> place_of(const proto::Buzz& buzz) { return {buzz.posted_ms(), buzz.id()}; }

bool begins_with(const std::string& text, const std::string& prefix) {
  return text.compare(0, prefix.size(), prefix) == 0;
}

}  // namespace

void History::shown(const proto::Query& query, MonotonicTime asked, const proto::Answer& answer) {
  const auto error = static_cast<ErrorCode>(answer.error());
  if (error == ErrorCode::kUnavailable) return;
  if (!query.has_author_feed() && !query.has_users()) return feeds_.shown(query, asked, answer);
  if (error == ErrorCode::kUnknownUser && query.has_author_feed()) {
    const bool known = !lossy_ && user_known_before(kernel::lower_name(query.author_feed().author()), asked);
    return known ? problem(query.author_feed().author() + " is unknown again") : void();
  }
  if (error != ErrorCode::kNone) {
    return problem("a query was answered " + std::string(proto::error_info(error).name));
  }
  if (query.has_users()) return show_users(query.users(), asked, answer);
  show_feed(query.author_feed(), asked, answer);
}

void History::show_feed(const proto::AuthorFeedQuery& query, MonotonicTime asked, const proto::Answer& answer) {
  const std::string author = kernel::lower_name(query.author());
  if (answer.buzzes_size() > static_cast<int>(query.limit())) problem("a page is longer than was asked for");
  std::pair<std::int64_t, std::uint64_t> last{query.from_posted_ms(), query.from_id()};
  for (const proto::Buzz& buzz : answer.buzzes()) {
    const bool first = &buzz == &answer.buzzes(0) && query.from_id() == 0;
    const auto place = place_of(buzz);
    if (!first && (query.newer() ? place <= last : place >= last)) problem("a feed is out of order");
    last = place;
    if (kernel::lower_name(buzz.author()) != author) problem("a buzz stands in another's feed");
    check_buzz(buzz);
  }
  if (lossy_) return;
  check_feed_is_complete(query, asked, answer);
  const auto user = users_.find(author);
  if (user == users_.end() && !answer.buzzes().empty()) learn_user(answer.buzzes(0).author());
}

// A buzz as it is shown; much of it is looked at only when this version is seen for the first time.
void History::check_buzz(const proto::Buzz& buzz) {
  if (lossy_) return;
  KnownBuzz& known = learn_buzz(buzz.id(), kernel::lower_name(buzz.author()), buzz.posted_ms());
  known.is_reply = buzz.in_reply_to() != 0;
  const bool is_new = known.versions.count(buzz.version()) == 0;
  learn_version(buzz.id(), buzz.version(),
                {buzz.text(), buzz.deleted(), time_.now(), buzz.version() == 1 ? buzz.posted_ms() : buzz.edited_ms()});
  if (!is_new) return;
  kernel::Entities entities;
  kernel::find_entities(buzz.text(), entities);
  const bool same = entities.size() == buzz.entities_size() &&
                    std::equal(entities.begin(), entities.end(), buzz.entities().begin(),
                               [](const proto::Entity& one, const proto::Entity& other) {
                                 return one.SerializeAsString() == other.SerializeAsString();
                               });
  if (!same) problem("a buzz has other mentions, topics and links than its text");
  if (buzz.sent_to() != 0) problem("a buzz is shown with what only its home may know: " + std::to_string(buzz.id()));
  if (buzz.visibility() != proto::Buzz::PUBLIC || (buzz.version() == 1) != (buzz.edited_ms() == 0)) {
    problem("a buzz is not what was posted: " + std::to_string(buzz.id()));
  }
}

void History::check_feed_is_complete(const proto::AuthorFeedQuery& query, MonotonicTime asked,
                                     const proto::Answer& answer) {
  std::map<std::uint64_t, std::uint32_t> versions;
  for (const proto::Buzz& buzz : answer.buzzes()) versions[buzz.id()] = buzz.version();
  const std::pair<std::int64_t, std::uint64_t> from{query.from_posted_ms(), query.from_id()};
  for (const auto& [place, known] : posted_by(kernel::lower_name(query.author()))) {
    const std::uint64_t id = place.second;
    const bool before_page = query.from_id() != 0 && (query.newer() ? place <= from : place >= from);
    const bool behind_page =
        answer.more() && (answer.buzzes().empty() || (query.newer() ? place > place_of(*answer.buzzes().rbegin())
                                                                    : place < place_of(*answer.buzzes().rbegin())));
    if (before_page || behind_page) continue;
    const auto found = versions.find(id);
    const std::uint32_t newest = known_before(id, asked);
    if (newest == 0) continue;
    if (found == versions.end()) {
      if (!delete_sent(id)) problem("buzz " + std::to_string(id) + " is not shown any more");
    } else if (known->versions.at(newest).deleted || found->second < newest) {
      problem("buzz " + std::to_string(id) + " is shown as it was before version " + std::to_string(newest));
    }
  }
}

void History::show_users(const proto::UsersQuery& query, MonotonicTime asked, const proto::Answer& answer) {
  const std::string prefix = kernel::lower_name(query.prefix());
  if (answer.users_size() > static_cast<int>(query.limit())) problem("a page of users is longer than was asked for");
  std::string last = kernel::lower_name(query.after());
  std::set<std::string> names;
  for (const proto::Account& user : answer.users()) {
    const std::string name = kernel::lower_name(user.name());
    if (name <= last || !begins_with(name, prefix)) problem("users out of order, or not asked for: " + user.name());
    if (registrations_.count(name) == 0) problem("a user whom nobody has registered: " + user.name());
    if (!lossy_) learn_user(user.name());
    last = name;
    names.insert(name);
  }
  if (answer.partial() || lossy_) return;
  for (const auto& [name, user] : users_) {
    const bool in_page =
        begins_with(name, prefix) && name > kernel::lower_name(query.after()) && (!answer.more() || name <= last);
    if (in_page && user.known < asked && names.count(name) == 0) problem(user.name + " is not found any more");
  }
}

}  // namespace buzzer::simulation
