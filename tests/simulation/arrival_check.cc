#include "tests/simulation/arrival_check.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "node/kernel/buzz_id.h"
#include "node/kernel/home_shard.h"

namespace buzzer::simulation {
namespace {

using base::ShardId;
using proto::Arrival;

// An entry, and its position.
using Told = std::pair<std::uint64_t, const Arrival*>;

template <class Strings>
bool holds(const Strings& strings, const std::string& wanted) {
  return std::find(strings.begin(), strings.end(), wanted) != strings.end();
}

class ArrivalCheck {
 public:
  ArrivalCheck(ShardId shard, const GridRecords& records, const BuzzReasons& reasons, History& history)
      : shard_(shard), records_(records), own_(records[shard.value()]), reasons_(reasons), history_(history) {
    for (const auto& [position, arrival] : own_.arrivals) {
      if (tells_of_buzz(arrival)) told_[arrival.id()].emplace_back(position, &arrival);
    }
  }

  void run() {
    for (const auto& [id, all] : told_) {
      for (auto one = all.begin(); one != all.end(); ++one) {
        check_is_true(*one->second);
        for (auto other = std::next(one); other != all.end(); ++other) check_are_two(*one, *other);
        check_goes_on(*one, all);
      }
    }
    if (own_.span.first != 1) return;
    for (const auto& [id, buzz] : own_.buzzes) check_is_told(buzz);
    for (const auto& [place, copy] : own_.copies) check_is_told(copy.buzz());
  }

 private:
  void problem(const std::string& what) {
    history_.problem("in the end shard " + std::to_string(shard_.value()) + ' ' + what);
  }

  static std::string name_of_arrival(const Arrival& arrival) {
    return std::to_string(arrival.id()) + '/' + std::to_string(arrival.version());
  }

  // Whether an entry tells of the buzz in just that version, and is one that is wanted.
  template <class Wanted>
  [[nodiscard]] bool is_told(const proto::Buzz& buzz, Wanted wanted) const {
    const auto all = told_.find(buzz.id());
    return all != told_.end() && std::any_of(all->second.begin(), all->second.end(), [&](const Told& told) {
             return told.second->version() == buzz.version() && wanted(*told.second);
           });
  }

  template <class Wanted>
  void demand(const proto::Buzz& buzz, const std::string& whom, Wanted wanted) {
    if (!is_told(buzz, wanted)) problem("has not told " + whom + " of " + name_of(buzz) + " '" + buzz.text() + "'");
  }

  void check_is_told(const proto::Buzz& buzz) {
    const auto anybody = [](const Arrival&) { return true; };
    const std::uint64_t root = buzz.root() == 0 ? buzz.id() : buzz.root();
    if (is_in(shard_, buzz.id())) demand(buzz, "its author", anybody);
    if (is_in(shard_, buzz.in_reply_to())) demand(buzz, "who is replied to", anybody);
    if (is_in(shard_, root)) demand(buzz, "the thread", [&](const Arrival& told) { return told.root() == root; });
    if (buzz.deleted()) return;
    for (const std::string& topic : plain_topics(buzz.text())) {
      if (kernel::shard_of_topic(topic) != shard_) continue;
      demand(buzz, "topic " + topic, [&](const Arrival& told) { return holds(told.topics(), topic); });
    }
    for (const std::string& name : plain_mentions(buzz.text())) {
      if (kernel::shard_of_user(name) != shard_ || reasons_.is_mentioned(buzz, name) != Must::kMust) continue;
      demand(buzz, name, [&](const Arrival& told) { return holds(told.mentioned(), name); });
    }
    if (reasons_.was_followed_before(shard_, buzz)) demand(buzz, "the followers", anybody);
  }

  void check_is_true(const Arrival& told) {
    const proto::Buzz* buzz = present(told.id());
    if (buzz == nullptr || buzz->version() < told.version()) {
      return problem("tells of " + name_of_arrival(told) + ", which there is not");
    }
    const bool deleted = buzz->deleted() && buzz->version() == told.version();
    if (deleted != (told.kind() == Arrival::DELETED)) {
      problem("tells of " + name_of_arrival(told) + " that it was " + Arrival::Kind_Name(told.kind()));
    }
  }

  // The present version, as its home has it; null: there is no such buzz.
  [[nodiscard]] const proto::Buzz* present(std::uint64_t id) const {
    const ShardRecords& home = records_[kernel::id_shard(base::BuzzId(id)).value()];
    const auto found = home.buzzes.find(id);
    return found == home.buzzes.end() ? nullptr : &found->second;
  }

  // A version may be in the log a second time when its copy had gone in between, as everybody had unfollowed: but not
  // for anybody who is concerned by both.
  void check_are_two(const Told& earlier, const Told& later) {
    const Arrival& one = *earlier.second;
    const Arrival& other = *later.second;
    if (one.version() != other.version()) return;
    const auto in_both = [](const auto& some, const auto& others) {
      return std::any_of(some.begin(), some.end(), [&](const std::string& value) { return holds(others, value); });
    };
    const bool twice = is_in(shard_, one.id()) || (one.root() != 0 && one.root() == other.root()) ||
                       in_both(one.mentioned(), other.mentioned()) || in_both(one.topics(), other.topics()) ||
                       is_followed_since_before(earlier);
    if (twice) problem("tells twice of " + name_of_arrival(one));
  }

  // Whether somebody follows the author now to whom that entry was shown already.
  [[nodiscard]] bool is_followed_since_before(const Told& told) const {
    return std::any_of(own_.edges.begin(), own_.edges.end(), [&](const auto& of_reader) {
      const auto edge = of_reader.second.find(told.second->author());
      return edge != of_reader.second.end() && !edge->second.pending() && edge->second.position() < told.first;
    });
  }

  // Whoever was told of a version is told of the next one that comes, and so in the end of the present one.
  void check_goes_on(const Told& told, const std::vector<Told>& all) {
    const Arrival& former = *told.second;
    const proto::Buzz* buzz = present(former.id());
    if (buzz == nullptr || buzz->version() <= former.version()) return;
    const auto next = std::find_if(all.begin(), all.end(), [&](const Told& other) {
      return other.first > told.first && other.second->version() > former.version();
    });
    const Arrival* const then = next == all.end() ? nullptr : next->second;
    const auto left_out = [&](const std::string& whom) {
      problem("has told " + whom + " of " + name_of_arrival(former) + ", and not what became of it");
    };
    const bool has_readers = is_in(shard_, former.id()) || is_followed_since_before(told);
    if (has_readers && then == nullptr) left_out("those who follow");
    // Names and topics of the version before that one may be in the entry too; what a version says is not always known.
    const auto known = history_.buzzes().find(former.id());
    if (known == history_.buzzes().end() || known->second.versions.count(former.version()) == 0) return;
    const std::string& text = known->second.versions.at(former.version()).text;
    for (const std::string& name : plain_mentions(text)) {
      const bool concerned = holds(former.mentioned(), name);
      if (concerned && (then == nullptr || !holds(then->mentioned(), name))) left_out(name);
    }
    for (const std::string& topic : plain_topics(text)) {
      const bool concerned = holds(former.topics(), topic);
      if (concerned && (then == nullptr || !holds(then->topics(), topic))) left_out("topic " + topic);
    }
  }

  const ShardId shard_;
  const GridRecords& records_;
  const ShardRecords& own_;
  const BuzzReasons& reasons_;
  History& history_;
  std::map<std::uint64_t, std::vector<Told>> told_;  // by the buzz's id, in the order of the log
};

}  // namespace

void check_arrivals(const GridRecords& records, const BuzzReasons& reasons, History& history) {
  if (history.lossy()) return;
  for (std::uint8_t number = 0; number < base::kShardCount; ++number) {
    ArrivalCheck(ShardId(number), records, reasons, history).run();
  }
}

}  // namespace buzzer::simulation
