// What the clients of a run were told, held against what may be told. Every answer is judged when it comes; what it
// says is kept, and nothing later may contradict it:
//
//   - a version of a buzz has one text, and a text (each command has its own) is one version of one buzz: a command
//     that took effect twice, or an acknowledged one that was lost and whose place another took, is a contradiction;
//   - what was shown or acknowledged before a question was asked is in its answer, that version or a newer one;
//   - what was done later has a later time and, in the same shard, a larger id than what was acknowledged before it was
//     asked for;
//   - a definite refusal must have been possible at some moment while the command was under way.
//
// Once a disk was wiped or put back to an older copy, what was told before binds nobody any more; then only the shape
// of an answer is judged, and in the end whether the nodes agree. What became of everything is judged at the end
// (final_check.h).
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/simulation/feeds_shown.h"
#include "tests/simulation/service.h"
#include "tests/simulation/trace.h"
#include "tests/simulation/wishes.h"

namespace buzzer::simulation {

enum class Fate { kOpen, kDone, kRefused, kUnknown };

// A command and what became of it.
struct Deed {
  proto::Command command;
  std::uint32_t may_be = 0;
  MonotonicTime sent;  // for the first time
  MonotonicTime settled;
  Fate fate = Fate::kOpen;
  proto::Reply reply;
};

// What is known of a version of a buzz.
struct KnownVersion {
  std::string text;
  bool deleted = false;
  MonotonicTime known;  // since then
  std::int64_t time_ms = 0;
};

struct KnownBuzz {
  std::string author;  // in lower case
  std::int64_t posted_ms = 0;
  bool is_reply = false;
  std::map<std::uint32_t, KnownVersion> versions;
};

class History {
 public:
  History(const VirtualTime& time, Trace& trace) : time_(time), trace_(trace), feeds_(*this) {}

  void set_service(const Service& service) { service_ = &service; }
  [[nodiscard]] const Service& service() const { return *service_; }

  // A disk has lost what was acknowledged, as somebody wished.
  void lost_something() { lossy_ = true; }
  [[nodiscard]] bool lossy() const { return lossy_; }

  // A deed stays where it is.
  Deed& sent(const Wish& wish);
  // With a definite answer.
  void answered(Deed& deed, const proto::Reply& reply);
  // The client will never know.
  void gave_up(Deed& deed) { deed.fate = Fate::kUnknown; }

  // The answer to a query that was asked at `asked`.
  void shown(const proto::Query& query, MonotonicTime asked, const proto::Answer& answer);

  // A broadcast line arrived at a node in one of its lives.
  using NodeLife = std::pair<std::uint32_t, std::uint32_t>;
  struct Line {
    std::uint32_t from;
    std::uint32_t life;
    std::uint32_t number;
  };
  void line_heard(NodeLife at, const Line& line);

  void problem(const std::string& what);
  [[nodiscard]] MonotonicTime now() const { return time_.now(); }
  [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }

  [[nodiscard]] const std::deque<Deed>& deeds() const { return deeds_; }
  [[nodiscard]] const std::map<std::uint64_t, KnownBuzz>& buzzes() const { return buzzes_; }
  // What an author is known to have posted, in the order of the feed.
  using ByPlace = std::map<std::pair<std::int64_t, std::uint64_t>, const KnownBuzz*>;
  [[nodiscard]] const ByPlace& posted_by(const std::string& author) const;
  // The newest version of a buzz that somebody knew before that moment; 0: none.
  [[nodiscard]] std::uint32_t known_before(std::uint64_t id, MonotonicTime moment) const;
  // Whether somebody has ever wished that it be deleted.
  [[nodiscard]] bool delete_sent(std::uint64_t id) const { return deletes_sent_.count(id) > 0; }
  // When the command with that text was sent first; never: the beginning of time.
  [[nodiscard]] MonotonicTime text_sent(const std::string& text) const;
  // Of which buzz and version a text is, as (id, version); null if it has never been seen.
  [[nodiscard]] const std::pair<std::uint64_t, std::uint32_t>* find_text(const std::string& text) const {
    const auto found = texts_.find(text);
    return found == texts_.end() ? nullptr : &found->second;
  }
  struct KnownUser {
    std::string name;
    MonotonicTime known;
  };
  [[nodiscard]] const std::map<std::string, KnownUser>& users() const { return users_; }
  // Whether the account of that name, in lower case, was known to somebody before that moment.
  [[nodiscard]] bool user_known_before(const std::string& name, MonotonicTime moment) const;
  // The buzz is shown now: it must be what it has always been.
  void check_buzz(const proto::Buzz& buzz);
  void learn_user(const std::string& name);

 private:
  void check_order(const Deed& deed);
  void check_refusal(const Deed& deed);
  void show_feed(const proto::AuthorFeedQuery& query, MonotonicTime asked, const proto::Answer& answer);
  void show_users(const proto::UsersQuery& query, MonotonicTime asked, const proto::Answer& answer);
  void check_feed_is_complete(const proto::AuthorFeedQuery& query, MonotonicTime asked, const proto::Answer& answer);
  void learn_version(std::uint64_t id, std::uint32_t version, const KnownVersion& fact);
  KnownBuzz& learn_buzz(std::uint64_t id, const std::string& author, std::int64_t posted_ms);

  // What has been acknowledged in a shard up to some moment.
  struct Acknowledged {
    MonotonicTime at;
    std::int64_t latest_ms;
    std::uint64_t largest_id;
  };

  const VirtualTime& time_;
  Trace& trace_;
  const Service* service_ = nullptr;
  std::deque<Deed> deeds_;
  std::map<std::uint64_t, KnownBuzz> buzzes_;
  std::map<std::string, ByPlace> by_author_;
  std::map<std::string, std::pair<std::uint64_t, std::uint32_t>> texts_;
  std::map<std::string, MonotonicTime> texts_sent_;
  std::map<std::uint64_t, MonotonicTime> deletes_sent_;
  std::map<std::string, KnownUser> users_;
  std::map<std::string, std::set<const Deed*>> registrations_;  // sent, by name in lower case
  std::array<std::vector<Acknowledged>, base::kShardCount> acknowledged_;
  std::map<std::pair<NodeLife, std::uint32_t>, std::pair<std::uint32_t, std::uint32_t>> lines_;
  std::vector<std::string> problems_;
  FeedsShown feeds_;
  bool lossy_ = false;
};

}  // namespace buzzer::simulation
