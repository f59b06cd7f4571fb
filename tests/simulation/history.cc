#include "tests/simulation/history.h"

#include <algorithm>

#include "node/kernel/buzz_id.h"
#include "node/kernel/text.h"

namespace buzzer::simulation {
namespace {

using proto::ErrorCode;

constexpr std::size_t kMostProblems = 20;

std::string name_of(const proto::Reply& reply) {
  return std::string(proto::error_info(static_cast<ErrorCode>(reply.error())).name);
}

}  // namespace

void History::problem(const std::string& what) {
  trace_.note([&] { return "PROBLEM: " + what; });
  if (problems_.size() < kMostProblems && std::find(problems_.begin(), problems_.end(), what) == problems_.end()) {
    problems_.push_back(what);
  }
}

Deed& History::sent(const Wish& wish) {
  deeds_.push_back({wish.command, wish.may_be, time_.now(), {}, Fate::kOpen, {}});
  Deed& deed = deeds_.back();
  if (wish.command.has_delete_buzz()) deletes_sent_.emplace(wish.command.delete_buzz().id(), time_.now());
  if (wish.command.has_post_buzz()) texts_sent_.emplace(wish.command.post_buzz().text(), time_.now());
  if (wish.command.has_edit_buzz()) texts_sent_.emplace(wish.command.edit_buzz().text(), time_.now());
  feeds_.sent(wish.command);
  if (wish.command.has_register_account()) registrations_[kernel::lower_name(wish.command.account())].insert(&deed);
  return deed;
}

void History::answered(Deed& deed, const proto::Reply& reply) {
  deed.reply = reply;
  deed.settled = time_.now();
  deed.fate = reply.error() == 0 ? Fate::kDone : Fate::kRefused;
  if (lossy_) return;
  if ((deed.may_be & answer_bit(static_cast<ErrorCode>(reply.error()))) == 0) {
    problem("command " + deed.command.key() + " was answered " + name_of(reply) + ", which cannot be");
  }
  if (deed.fate == Fate::kRefused) return check_refusal(deed);

  const proto::Command& command = deed.command;
  if (command.has_follow_user() || command.has_unfollow_user()) {
    feeds_.done(deed);
    return check_order(deed);
  }
  if (command.has_open_session() || command.has_close_session()) return check_order(deed);
  const KnownVersion fact{command.has_post_buzz() ? command.post_buzz().text() : command.edit_buzz().text(),
                          command.has_delete_buzz(), deed.settled, reply.time_ms()};
  if (command.has_register_account()) learn_user(command.account());
  if (command.has_post_buzz()) {
    if (reply.version() != 1) problem("a new buzz has version " + std::to_string(reply.version()));
    learn_buzz(reply.id(), kernel::lower_name(command.account()), reply.time_ms()).is_reply =
        command.post_buzz().in_reply_to() != 0;
  } else if (!command.has_register_account()) {
    const std::uint64_t wanted = command.has_edit_buzz() ? command.edit_buzz().id() : command.delete_buzz().id();
    if (reply.id() != wanted) problem("a change of one buzz was answered with the id of another");
  }
  if (!command.has_register_account()) learn_version(reply.id(), reply.version(), fact);
  check_order(deed);
}

void History::check_order(const Deed& deed) {
  auto& shard = acknowledged_[service_->shard_of(deed.command.account()).value()];
  // The last that was acknowledged before this one was sent.
  const auto after = std::partition_point(shard.begin(), shard.end(),
                                          [&](const Acknowledged& earlier) { return earlier.at < deed.sent; });
  const bool posts = deed.command.has_post_buzz();
  if (after != shard.begin()) {
    const Acknowledged& before = *std::prev(after);
    if (deed.reply.time_ms() < before.latest_ms) problem("the clock of a shard went back: " + deed.command.key());
    if (posts && deed.reply.id() <= before.largest_id) {
      problem("the id " + std::to_string(deed.reply.id()) + " of a shard was given after a larger one");
    }
  }
  Acknowledged now{deed.settled, deed.reply.time_ms(), posts ? deed.reply.id() : 0};
  if (!shard.empty()) {
    now.latest_ms = std::max(now.latest_ms, shard.back().latest_ms);
    now.largest_id = std::max(now.largest_id, shard.back().largest_id);
  }
  shard.push_back(now);
}

void History::check_refusal(const Deed& deed) {
  const proto::Command& command = deed.command;
  const std::string account = kernel::lower_name(command.account());
  const std::string about = "command " + command.key() + " was answered " + name_of(deed.reply) + ", though ";
  const std::uint64_t id = command.has_edit_buzz()   ? command.edit_buzz().id()
                           : command.has_post_buzz() ? command.post_buzz().in_reply_to()
                                                     : command.delete_buzz().id();
  const auto buzz = buzzes_.find(id);
  const bool own = buzz != buzzes_.end() && buzz->second.author == account;
  switch (static_cast<ErrorCode>(deed.reply.error())) {
    case ErrorCode::kUnknownUser:
      // A follow is refused so for either of the two.
      if (user_known_before(account, deed.sent) &&
          (!command.has_follow_user() ||
           user_known_before(kernel::lower_name(command.follow_user().name()), deed.sent))) {
        problem(about + "the account was known before");
      }
      break;
    case ErrorCode::kNameTaken: {
      auto others = registrations_[account];
      others.erase(&deed);
      if (others.empty()) problem(about + "nobody else has asked for that name");
      break;
    }
    case ErrorCode::kUnknownBuzz: {
      // What is to be changed is looked for in the account's own shard, what is replied to at its author's home.
      const bool sought =
          buzz != buzzes_.end() &&
          (command.has_post_buzz() || service_->shard_of(buzz->second.author) == service_->shard_of(account));
      const bool foreign = kernel::id_shard(base::BuzzId(id)) != service_->shard_of(account);
      if (foreign && !command.has_post_buzz()) problem(about + "the id is none of the account's shard");
      const bool known = sought && known_before(id, deed.sent) != 0;
      if (known && deletes_sent_.count(id) == 0)
        problem(about + "the buzz was known before, and nobody has deleted it");
      break;
    }
    case ErrorCode::kNotYours:
      if (own) problem(about + "the buzz is the account's own");
      break;
    default:
      break;
  }
}

KnownBuzz& History::learn_buzz(std::uint64_t id, const std::string& author, std::int64_t posted_ms) {
  auto [place, added] = buzzes_.try_emplace(id);
  KnownBuzz& buzz = place->second;
  if (added) {
    buzz.author = author;
    buzz.posted_ms = posted_ms;
    by_author_[author][{posted_ms, id}] = &buzz;
    if (kernel::id_shard(base::BuzzId(id)) != service_->shard_of(author)) {
      problem("the id " + std::to_string(id) + " is not of its author's shard");
    }
  } else if (buzz.author != author || buzz.posted_ms != posted_ms) {
    problem("the id " + std::to_string(id) + " was given twice");
  }
  return buzz;
}

void History::learn_version(std::uint64_t id, std::uint32_t version, const KnownVersion& fact) {
  const std::string name = std::to_string(id) + '/' + std::to_string(version);
  const auto buzz = buzzes_.find(id);
  if (buzz == buzzes_.end()) return problem("buzz " + name + " was changed, but nobody has posted it");
  const auto [place, added] = buzz->second.versions.try_emplace(version, fact);
  if (!added) {
    const KnownVersion& known = place->second;
    if (known.deleted != fact.deleted || known.text != fact.text || known.time_ms != fact.time_ms) {
      problem("buzz " + name + " is two things: '" + known.text + "' and '" + fact.text + "'");
    }
    return;
  }
  if (fact.deleted) return;
  const auto [text, new_text] = texts_.try_emplace(fact.text, id, version);
  if (!new_text && text->second != std::pair(id, version)) {
    problem("the text '" + fact.text + "' is in two places: " + name + " and " + std::to_string(text->second.first) +
            '/' + std::to_string(text->second.second));
  }
}

void History::learn_user(const std::string& name) {
  const auto [place, added] = users_.try_emplace(kernel::lower_name(name), KnownUser{name, time_.now()});
  if (!added && place->second.name != name) problem("two users of one name: " + place->second.name + " and " + name);
}

bool History::user_known_before(const std::string& name, MonotonicTime moment) const {
  const auto user = users_.find(name);
  return user != users_.end() && user->second.known < moment;
}

const History::ByPlace& History::posted_by(const std::string& author) const {
  static const ByPlace kNothing;
  const auto found = by_author_.find(author);
  return found == by_author_.end() ? kNothing : found->second;
}

std::uint32_t History::known_before(std::uint64_t id, MonotonicTime moment) const {
  const auto buzz = buzzes_.find(id);
  if (buzz == buzzes_.end()) return 0;
  std::uint32_t newest = 0;
  for (const auto& [version, fact] : buzz->second.versions) {
    if (fact.known < moment) newest = version;
  }
  return newest;
}

MonotonicTime History::text_sent(const std::string& text) const {
  const auto found = texts_sent_.find(text);
  return found == texts_sent_.end() ? MonotonicTime::min() : found->second;
}

void History::line_heard(NodeLife at, const Line& line) {
  auto& last = lines_[{at, line.from}];
  const std::pair<std::uint32_t, std::uint32_t> now{line.life, line.number};
  if (now <= last) {
    problem("node " + std::to_string(at.first) + " heard a line of node " + std::to_string(line.from) +
            " again, or after a later one");
  }
  last = now;
}

}  // namespace buzzer::simulation
