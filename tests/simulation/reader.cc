#include "tests/simulation/reader.h"

#include <memory>
#include <optional>

#include "tests/simulation/describe.h"

namespace buzzer::simulation {
namespace {

// The nodes have just started: they may need a while to find each other.
constexpr Duration kReadWithin = std::chrono::seconds(10);

}  // namespace

proto::Answer Reader::ask(const proto::Query& query) {
  const MonotonicTime until = time_.now() + kReadWithin;
  while (service_.runs(door_) && time_.now() < until) {
    const MonotonicTime asked = time_.now();
    const auto answer = std::make_shared<std::optional<proto::Answer>>();
    service_.post(door_, [this, query, answer] {
      service_.query(door_, query, [answer](const proto::Answer& told) { *answer = told; });
    });
    while (!answer->has_value() && time_.now() < until) time_.run_for(std::chrono::microseconds(200));
    if (!answer->has_value()) break;
    history_.shown(query, asked, **answer);
    if ((*answer)->error() == 0 && !(*answer)->partial()) return **answer;
    time_.run_for(std::chrono::milliseconds(10));
  }
  history_.problem("in the end not everything can be read: " + describe(query));
  return {};
}

std::vector<proto::Account> Reader::users() {
  std::vector<proto::Account> found;
  proto::Query query;
  query.mutable_users()->set_limit(5);
  for (bool more = true; more;) {
    const proto::Answer answer = ask(query);
    found.insert(found.end(), answer.users().begin(), answer.users().end());
    more = answer.more() && !answer.users().empty();
    if (more) query.mutable_users()->set_after(found.back().name());
  }
  return found;
}

std::vector<std::string> Reader::followers(const std::string& user, std::uint32_t limit) {
  std::vector<std::string> found;
  proto::Query query;
  query.mutable_followers()->set_user(user);
  query.mutable_followers()->set_limit(limit);
  for (bool more = true; more;) {
    const proto::Answer answer = ask(query);
    for (const proto::Account& follower : answer.users()) found.push_back(plain_lower(follower.name()));
    more = answer.more() && !answer.users().empty();
    if (more) query.mutable_followers()->set_after(found.back());
  }
  return found;
}

std::vector<std::string> Reader::followees(const std::string& user, std::uint32_t limit) {
  std::vector<std::string> found;
  proto::Query query;
  query.mutable_followees()->set_user(user);
  query.mutable_followees()->set_limit(limit);
  for (bool more = true; more;) {
    const proto::Answer answer = ask(query);
    for (const proto::Account& followee : answer.users()) found.push_back(plain_lower(followee.name()));
    more = answer.more() && !answer.users().empty();
    if (more) query.mutable_followees()->set_after(found.back());
  }
  return found;
}

std::vector<proto::Buzz> Reader::author_feed(const std::string& author, bool newer, std::uint32_t limit) {
  std::vector<proto::Buzz> found;
  proto::Query query;
  query.mutable_author_feed()->set_author(author);
  query.mutable_author_feed()->set_newer(newer);
  query.mutable_author_feed()->set_limit(limit);
  for (bool more = true; more;) {
    const proto::Answer answer = ask(query);
    found.insert(found.end(), answer.buzzes().begin(), answer.buzzes().end());
    more = answer.more() && !answer.buzzes().empty();
    if (!more) break;
    query.mutable_author_feed()->set_from_posted_ms(found.back().posted_ms());
    query.mutable_author_feed()->set_from_id(found.back().id());
  }
  return found;
}

std::vector<proto::Buzz> Reader::feed(const proto::Feed& feed, bool newer, std::uint32_t limit) {
  std::vector<proto::Buzz> found;
  proto::Query query;
  *query.mutable_feed()->mutable_feed() = feed;
  query.mutable_feed()->set_newer(newer);
  query.mutable_feed()->set_limit(limit);
  for (bool more = true; more;) {
    const proto::Answer answer = ask(query);
    found.insert(found.end(), answer.buzzes().begin(), answer.buzzes().end());
    more = answer.more() && !answer.buzzes().empty();
    if (more) query.mutable_feed()->set_from_id(found.back().id());
  }
  return found;
}

Reader::Thread Reader::thread(std::uint64_t id, std::uint32_t limit) {
  Thread found;
  proto::Query query;
  query.mutable_thread()->set_id(id);
  query.mutable_thread()->set_limit(limit);
  for (bool more = true; more;) {
    const proto::Answer answer = ask(query);
    found.path.assign(answer.path().begin(), answer.path().end());
    found.replies.insert(found.replies.end(), answer.buzzes().begin(), answer.buzzes().end());
    more = answer.more() && !answer.buzzes().empty();
    if (more) query.mutable_thread()->set_from_id(found.replies.back().id());
  }
  return found;
}

}  // namespace buzzer::simulation
