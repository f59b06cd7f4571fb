#include "tests/simulation/feeds_shown.h"

#include <algorithm>
#include <set>
#include <vector>

#include "node/kernel/buzz_id.h"
#include "node/kernel/home_shard.h"
#include "proto/errors.h"
#include "tests/simulation/describe.h"
#include "tests/simulation/history.h"

namespace buzzer::simulation {
namespace {

using proto::ErrorCode;

// Of a feed by id.
base::ShardId home_of(const proto::Feed& feed) {
  switch (feed.body_case()) {
    case proto::Feed::kHome:
      return kernel::shard_of_user(plain_lower(feed.home()));
    case proto::Feed::kMentions:
      return kernel::shard_of_user(plain_lower(feed.mentions()));
    case proto::Feed::kTopic:
      return kernel::shard_of_topic(plain_topic(feed.topic()));
    default:
      return kernel::id_shard(base::BuzzId(feed.thread()));
  }
}

}  // namespace

void FeedsShown::sent(const proto::Command& command) {
  const std::string follower = plain_lower(command.account());
  if (command.has_follow_user()) follows_[{follower, plain_lower(command.follow_user().name())}].follow_sent = true;
  if (command.has_unfollow_user()) {
    follows_[{follower, plain_lower(command.unfollow_user().name())}].unfollow_sent = true;
  }
}

void FeedsShown::done(const Deed& deed) {
  if (!deed.command.has_follow_user()) return;
  Wanted& wanted = follows_[{plain_lower(deed.command.account()), plain_lower(deed.command.follow_user().name())}];
  wanted.followed = std::min(wanted.followed, deed.settled);
}

bool FeedsShown::ever_followed(const std::string& follower, const std::string& author) const {
  const auto found = follows_.find({follower, author});
  return found != follows_.end() && found->second.follow_sent;
}

void FeedsShown::shown(const proto::Query& query, MonotonicTime asked, const proto::Answer& answer) {
  if (answer.error() != 0) return show_error(query, asked, answer.error());
  switch (query.body_case()) {
    case proto::Query::kFeed:
      return show_feed(query.feed(), asked, answer);
    case proto::Query::kThread:
      return show_thread(query.thread(), asked, answer);
    case proto::Query::kFollowers:
    case proto::Query::kFollowees:
      return show_follows(query, asked, answer);
    case proto::Query::kUser:
      return show_user(query.user().name(), answer);
    case proto::Query::kBuzz:
      return show_buzz(query.buzz(), asked, answer);
    default:
      return history_.problem("a query was answered that is none");
  }
}

void FeedsShown::show_error(const proto::Query& query, MonotonicTime asked, std::uint32_t error) {
  std::string name;
  std::uint64_t id = 0;
  if (query.has_user()) name = query.user().name();
  if (query.has_followers()) name = query.followers().user();
  if (query.has_followees()) name = query.followees().user();
  if (query.has_feed())
    name = query.feed().feed().has_home() ? query.feed().feed().home() : query.feed().feed().mentions();
  if (query.has_buzz()) id = query.buzz().id();
  if (query.has_thread()) id = query.thread().id();
  const bool fits = (!name.empty() && error == static_cast<std::uint32_t>(ErrorCode::kUnknownUser)) ||
                    (id != 0 && error == static_cast<std::uint32_t>(ErrorCode::kUnknownBuzz));
  if (!fits) {
    return history_.problem(describe(query) + " was answered " +
                            std::string(proto::error_info(static_cast<ErrorCode>(error)).name));
  }
  if (history_.lossy()) return;
  if (id == 0 && history_.user_known_before(plain_lower(name), asked)) history_.problem(name + " is unknown again");
  // A reply may not have reached its root's home yet.
  const auto buzz = history_.buzzes().find(id);
  const bool must_be_there = query.has_buzz() || (buzz != history_.buzzes().end() && !buzz->second.is_reply);
  if (id != 0 && must_be_there && history_.known_before(id, asked) != 0) {
    history_.problem("buzz " + std::to_string(id) + " is unknown again");
  }
}

bool FeedsShown::belongs(const proto::Feed& feed, const proto::Buzz& buzz) const {
  if (feed.has_topic()) return plain_topics(buzz.text()).count(plain_topic(feed.topic())) > 0;
  const std::string reader = plain_lower(feed.has_home() ? feed.home() : feed.mentions());
  if (plain_mentions(buzz.text()).count(reader) > 0) return true;
  const std::string author = plain_lower(buzz.author());
  return feed.has_home() && (author == reader || ever_followed(reader, author));
}

void FeedsShown::show_in(base::ShardId shard, MonotonicTime asked, const proto::Buzz& buzz) {
  history_.check_buzz(buzz);
  if (history_.lossy()) return;
  auto& versions = shown_[{shard, buzz.id()}];
  std::uint32_t newest = 0;
  for (const auto& [version, since] : versions) {
    if (since < asked) newest = version;
  }
  if (kernel::id_shard(base::BuzzId(buzz.id())) == shard)
    newest = std::max(newest, history_.known_before(buzz.id(), asked));
  if (buzz.version() < newest) {
    history_.problem("buzz " + std::to_string(buzz.id()) + " is shown in version " + std::to_string(buzz.version()) +
                     " where version " + std::to_string(newest) + " was shown before");
  }
  versions.try_emplace(buzz.version(), history_.now());
}

void FeedsShown::show_feed(const proto::FeedQuery& query, MonotonicTime asked, const proto::Answer& answer) {
  if (answer.buzzes_size() > static_cast<int>(query.limit())) history_.problem("a page is longer than was asked for");
  std::uint64_t last = query.from_id();
  for (const proto::Buzz& buzz : answer.buzzes()) {
    const std::string name = std::to_string(buzz.id()) + '/' + std::to_string(buzz.version());
    if (last != 0 && (query.newer() ? buzz.id() <= last : buzz.id() >= last)) {
      history_.problem(describe(query.feed()) + " is out of order at " + name);
    }
    last = buzz.id();
    if (buzz.deleted()) history_.problem(describe(query.feed()) + " shows deleted " + name);
    if (!belongs(query.feed(), buzz))
      history_.problem("buzz " + name + " does not belong into " + describe(query.feed()));
    show_in(home_of(query.feed()), asked, buzz);
  }
  if (!history_.lossy() && query.feed().has_home()) check_own_are_there(query, asked, answer);
}

// Those by the reader, and by whom the reader is known to follow in the same shard.
void FeedsShown::check_own_are_there(const proto::FeedQuery& query, MonotonicTime asked, const proto::Answer& answer) {
  const std::string reader = plain_lower(query.feed().home());
  std::vector<std::string> authors{reader};
  for (auto at = follows_.lower_bound({reader, ""}); at != follows_.end() && at->first.first == reader; ++at) {
    const auto& [follower, author] = at->first;
    const bool stands = at->second.followed < asked && !at->second.unfollow_sent;
    if (stands && kernel::shard_of_user(author) == kernel::shard_of_user(reader)) authors.push_back(author);
  }
  std::set<std::uint64_t> ids;
  for (const proto::Buzz& buzz : answer.buzzes()) ids.insert(buzz.id());
  for (const std::string& author : authors) {
    for (const auto& [place, known] : history_.posted_by(author)) {
      const std::uint64_t id = place.second;
      const bool before_page = query.from_id() != 0 && (query.newer() ? id <= query.from_id() : id >= query.from_id());
      const bool behind_page =
          answer.more() && (ids.empty() || (query.newer() ? id > *ids.rbegin() : id < *ids.begin()));
      if (before_page || behind_page || ids.count(id) > 0 || history_.delete_sent(id)) continue;
      if (history_.known_before(id, asked) == 0) continue;
      history_.problem("buzz " + std::to_string(id) + " is not in the home feed of " + reader);
    }
  }
}

void FeedsShown::show_thread(const proto::ThreadQuery& query, MonotonicTime asked, const proto::Answer& answer) {
  const std::string about = "the thread of " + std::to_string(query.id()) + ' ';
  if (answer.path().empty() || answer.path().rbegin()->id() != query.id()) {
    return history_.problem(about + "does not show the buzz itself");
  }
  const proto::Buzz& root = answer.path(0);
  const base::ShardId home = kernel::id_shard(base::BuzzId(root.id()));
  if (answer.buzzes_size() > static_cast<int>(query.limit())) history_.problem("a page is longer than was asked for");
  std::uint64_t last = std::max(query.from_id(), query.id());
  for (const proto::Buzz& buzz : answer.buzzes()) {
    if (buzz.id() <= last) history_.problem(about + "is out of order");
    last = buzz.id();
    if (buzz.root() != root.id()) history_.problem(about + "shows what is of another thread");
    show_in(home, asked, buzz);
  }
  for (int step = 0; step < answer.path_size(); ++step) {
    const proto::Buzz& buzz = answer.path(step);
    // What is between may not have reached the root's home yet.
    if (step > 0 && (buzz.in_reply_to() < answer.path(step - 1).id() || buzz.root() != root.id())) {
      history_.problem(about + "has a path that does not hang together");
    }
    show_in(home, asked, buzz);
  }
}

void FeedsShown::show_follows(const proto::Query& query, MonotonicTime asked, const proto::Answer& answer) {
  const bool followers = query.has_followers();
  const std::string self = plain_lower(followers ? query.followers().user() : query.followees().user());
  std::string last = plain_lower(followers ? query.followers().after() : query.followees().after());
  const std::uint32_t limit = followers ? query.followers().limit() : query.followees().limit();
  const auto pair_of = [&](const std::string& other) { return followers ? Pair(other, self) : Pair(self, other); };
  const std::string begin = last;
  std::set<std::string> names;
  if (answer.users_size() > static_cast<int>(limit)) history_.problem("a page of users is longer than was asked for");
  for (const proto::Account& user : answer.users()) {
    const std::string name = plain_lower(user.name());
    if (name <= last) history_.problem(describe(query) + " is out of order at " + name);
    last = name;
    names.insert(name);
    const Pair pair = pair_of(name);
    if (!ever_followed(pair.first, pair.second))
      history_.problem(pair.first + " never wished to follow " + pair.second);
  }
  if (answer.partial() || history_.lossy()) return;
  for (const auto& [pair, wanted] : follows_) {
    const std::string& other = followers ? pair.first : pair.second;
    const bool in_page = other > begin && (!answer.more() || other <= last);
    const bool stands = wanted.followed < asked && !wanted.unfollow_sent;
    if (pair == pair_of(other) && stands && in_page && names.count(other) == 0) {
      history_.problem(pair.first + " follows " + pair.second + ", but " + describe(query) + " does not say so");
    }
  }
}

void FeedsShown::show_user(const std::string& name, const proto::Answer& answer) {
  if (answer.users_size() != 1 || plain_lower(answer.users(0).name()) != plain_lower(name)) {
    return history_.problem("asked for user " + name + ", somebody else, or nobody, is shown");
  }
  if (!history_.lossy()) history_.learn_user(answer.users(0).name());
}

void FeedsShown::show_buzz(const proto::BuzzQuery& query, MonotonicTime asked, const proto::Answer& answer) {
  if (answer.buzzes_size() != 1 || answer.buzzes(0).id() != query.id()) {
    return history_.problem("asked for buzz " + std::to_string(query.id()) + ", another, or none, is shown");
  }
  show_in(kernel::id_shard(base::BuzzId(query.id())), asked, answer.buzzes(0));
}

}  // namespace buzzer::simulation
