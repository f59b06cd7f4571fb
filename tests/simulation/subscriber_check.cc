#include "tests/simulation/subscriber_check.h"

#include <algorithm>
#include <string>

#include "node/kernel/buzz_id.h"
#include "node/kernel/home_shard.h"
#include "node/shard/feed_entry.h"
#include "tests/simulation/describe.h"

namespace buzzer::simulation {
namespace {

using proto::Arrival;

enum class Passes { kNot, kMay, kMust };

template <class Names>
bool holds(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

class SubscriberCheck {
 public:
  SubscriberCheck(const Subscriber& subscriber, base::ShardId home, const GridRecords& records, History& history)
      : subscriber_(subscriber), records_(records), home_(records[home.value()]), history_(history) {}

  void run() {
    const auto& given = subscriber_.given();
    if (given.empty() && is_there(subscriber_.feed())) problem("was never told where it begins");
    for (const Stretch& stretch : given) {
      const bool last = &stretch == &given.back();
      // What was given of a history that a disk has lost says nothing of this one.
      if (history_.lossy() && (!last || stretch.begin.incarnation() != home_.incarnation)) continue;
      check_gap(stretch);
      check_given(stretch);
      check_nothing_is_missing(stretch, last);
    }
  }

 private:
  // Feeds of users whom there is not are refused, and threads without a root.
  [[nodiscard]] bool is_there(const proto::Feed& feed) const {
    if (feed.has_topic()) return true;
    if (feed.has_thread()) {
      const auto root = home_.buzzes.find(feed.thread());
      return root != home_.buzzes.end() && root->second.root() == 0;
    }
    const std::string& user = feed.has_home() ? feed.home() : feed.has_author() ? feed.author() : feed.mentions();
    return home_.accounts.count(plain_lower(user)) > 0;
  }

  void problem(const std::string& what) {
    history_.problem("in the end subscriber " + std::to_string(subscriber_.number()) + " of " +
                     describe(subscriber_.feed()) + ' ' + what);
  }

  void check_gap(const Stretch& stretch) {
    if (!stretch.after_gap || history_.lossy()) return;
    // The entry itself must be there, to show that the log is still the same.
    if (stretch.asked_behind >= home_.span.first) {
      problem("had a gap behind " + std::to_string(stretch.asked_behind) + ", and the log goes back to " +
              std::to_string(home_.span.first));
    }
  }

  void check_given(const Stretch& stretch) {
    for (const Stretch::Entry& given : stretch.entries) {
      const std::uint64_t number = given.position.number();
      if (number < home_.span.first) continue;  // trimmed meanwhile
      const auto found = home_.arrivals.find(number);
      if (found == home_.arrivals.end() || found->second.life() != given.position.life()) {
        problem("was given " + describe(given.position) + ", which is not in the log");
        continue;
      }
      const Arrival& arrival = found->second;
      if (passes(number, arrival) == Passes::kNot)
        problem("was given " + std::to_string(number) + ", which is not its");
      compare(number, arrival, given.entry);
    }
  }

  void compare(std::uint64_t number, const Arrival& arrival, const proto::FeedEntry& entry) {
    // Replay tells of a buzz as it is by then: older, if its author's home has lost what was newer.
    const bool same_version = history_.lossy() || entry.buzz().version() >= arrival.version();
    const bool is_change = tells_of_buzz(arrival) && arrival.kind() != Arrival::DELETED;
    const bool has_left = entry.kind() == shard::kLeft;
    const bool same_kind =
        entry.kind() == arrival.kind() || (is_change && (entry.kind() == Arrival::DELETED || has_left));
    const bool same =
        same_kind && entry.id() == arrival.id() &&
        (tells_of_buzz(arrival) ? entry.buzz().id() == arrival.id() && same_version : is_follow(entry, arrival));
    if (!same) problem("was given as " + std::to_string(number) + " something else: " + describe(entry));
    if (entry.kind() == Arrival::DELETED && !entry.buzz().text().empty()) problem("was given a deleted text");
    if (has_left && !entry.buzz().text().empty()) problem("was given the text of what has left: " + describe(entry));
    // No buzz is empty.
    if (is_change && entry.kind() == arrival.kind() && entry.buzz().text().empty()) {
      problem("was given a buzz without a text: " + describe(entry));
    }
    if (is_change && entry.kind() == Arrival::DELETED && lives(entry.id())) {
      problem("was told that a buzz is deleted, which lives: " + describe(entry));
    }
  }

  // What a disk has lost may have been deleted.
  [[nodiscard]] bool lives(std::uint64_t id) const {
    if (history_.lossy()) return false;
    const auto& buzzes = records_[kernel::id_shard(base::BuzzId(id)).value()].buzzes;
    const auto found = buzzes.find(id);
    return found != buzzes.end() && !found->second.deleted();
  }

  // Names are as they were registered; but of somebody who was not followed anyway, as the follower has it.
  [[nodiscard]] bool is_follow(const proto::FeedEntry& entry, const Arrival& arrival) const {
    const auto is_name = [&](const std::string& told, const std::string& lower) {
      if (history_.lossy()) return plain_lower(told) == lower;
      const auto& accounts = records_[kernel::shard_of_user(lower).value()].accounts;
      const auto account = accounts.find(lower);
      return account != accounts.end() && told == account->second.name();
    };
    const bool is_author = arrival.unchanged() ? plain_lower(entry.author()) == arrival.author()
                                               : is_name(entry.author(), arrival.author());
    return is_author && is_name(entry.follower(), arrival.follower()) && entry.unchanged() == arrival.unchanged();
  }

  void check_nothing_is_missing(const Stretch& stretch, bool last) {
    auto given = stretch.entries.begin();
    const std::uint64_t from = std::max(stretch.begin.number() + 1, home_.span.first);
    for (auto at = home_.arrivals.lower_bound(from); at != home_.arrivals.end(); ++at) {
      if (!last && at->first > stretch.end.number()) break;
      while (given != stretch.entries.end() && given->position.number() < at->first) ++given;
      const bool there = given != stretch.entries.end() && given->position.number() == at->first;
      if (!there && passes(at->first, at->second) == Passes::kMust) {
        problem("was not given " + std::to_string(at->first) + " (" + Arrival::Kind_Name(at->second.kind()) + " by " +
                at->second.author() + " " + std::to_string(at->second.id()) + "); it is at " +
                std::to_string(stretch.end.number()));
      }
    }
  }

  [[nodiscard]] Passes passes(std::uint64_t number, const Arrival& arrival) const {
    const proto::Feed& feed = subscriber_.feed();
    if (feed.has_home()) return passes_home(plain_lower(feed.home()), number, arrival);
    if (!tells_of_buzz(arrival)) return Passes::kNot;
    bool is = false;
    if (feed.has_author()) is = arrival.author() == plain_lower(feed.author());
    if (feed.has_mentions()) is = holds(arrival.mentioned(), plain_lower(feed.mentions()));
    if (feed.has_topic()) is = holds(arrival.topics(), plain_topic(feed.topic()));
    if (feed.has_thread()) is = arrival.root() == feed.thread();
    return is ? Passes::kMust : Passes::kNot;
  }

  [[nodiscard]] Passes passes_home(const std::string& reader, std::uint64_t number, const Arrival& arrival) const {
    if (!tells_of_buzz(arrival)) return arrival.follower() == reader ? Passes::kMust : Passes::kNot;
    if (arrival.author() == reader || holds(arrival.mentioned(), reader)) return Passes::kMust;
    if (const auto edges = home_.edges.find(reader); edges != home_.edges.end()) {
      const auto edge = edges->second.find(arrival.author());
      const bool stands = edge != edges->second.end() && !edge->second.pending();
      if (stands && edge->second.position() < number) return Passes::kMust;
    }
    return stood_once(reader, arrival.author(), number) ? Passes::kMay : Passes::kNot;
  }

  // Whether an edge stood at that place of the log that has ended since then.
  [[nodiscard]] bool stood_once(const std::string& reader, const std::string& author, std::uint64_t number) const {
    for (auto at = home_.arrivals.upper_bound(number); at != home_.arrivals.end(); ++at) {
      if (at->second.follower() != reader || at->second.author() != author || at->second.unchanged()) continue;
      return at->second.kind() == Arrival::UNFOLLOWED;
    }
    return false;
  }

  const Subscriber& subscriber_;
  const GridRecords& records_;
  const ShardRecords& home_;
  History& history_;
};

}  // namespace

void check_subscriber(const Subscriber& subscriber, const GridRecords& records, History& history) {
  const auto home = grid::shard_of_feed(subscriber.feed());
  if (!home) return;
  SubscriberCheck(subscriber, *home, records, history).run();
}

}  // namespace buzzer::simulation
