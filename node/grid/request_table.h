// Requests that are under way and who waits for each: kept until it is answered, or told `unavailable` when its time is
// over. Knows nothing of what is asked, nor how.
//
// Belongs to the thread of the shards of this node.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <variant>
#include <vector>

#include "base/event_loop.h"
#include "base/ids.h"
#include "node/grid/homes.h"

namespace buzzer::grid {

// Who waits for what a command, or a query, comes to.
using Asker = std::variant<Homes::ReplyCallback, Homes::AnswerCallback>;

// "It may have happened": of a command it says besides that it can be repeated.
void tell_unavailable(const Asker& asker, const char* why);

class RequestTable {
 public:
  // `loop` must outlive it. Numbers begin with `first_number`. `too_late` is what an asker is told whose time is over.
  RequestTable(base::EventLoop& loop, std::uint64_t first_number, const char* too_late);

  [[nodiscard]] std::size_t size() const { return waiting_.size(); }
  [[nodiscard]] std::size_t size_of(base::NodeId node) const;

  // The number that the next one added has.
  [[nodiscard]] std::uint64_t next_number() const { return next_number_; }
  // Keeps the asker, under that number, until it is taken or `deadline` has come. `node` is the other end.
  std::uint64_t add(base::NodeId node, base::MonotonicTime deadline, Asker asker);
  // The asker of that number, if it still waits.
  [[nodiscard]] std::optional<Asker> take(std::uint64_t number);
  // Likewise, if it waits for that node, and for a reply or an answer, whichever has come.
  [[nodiscard]] std::optional<Homes::ReplyCallback> take_reply(std::uint64_t number, base::NodeId node);
  [[nodiscard]] std::optional<Homes::AnswerCallback> take_answer(std::uint64_t number, base::NodeId node);

  // All that wait for other nodes than these are told `unavailable`, soon.
  void keep_only(const std::vector<base::NodeId>& nodes, const char* why);
  // One that is not in the table is told `unavailable`, soon.
  void fail_soon(Asker asker, const char* why);

 private:
  struct Waiting {
    base::NodeId node;
    base::MonotonicTime deadline;
    Asker asker;
  };

  template <class Callback>
  [[nodiscard]] std::optional<Callback> take_as(std::uint64_t number, base::NodeId node);
  void sweep_later();
  void sweep();

  base::EventLoop& loop_;
  const char* const too_late_;
  std::uint64_t next_number_;
  std::map<std::uint64_t, Waiting> waiting_;
  std::set<std::pair<base::MonotonicTime, std::uint64_t>> deadlines_;
  std::map<base::NodeId, std::size_t> sizes_;  // of those that have any
  base::MonotonicTime sweep_at_;               // while there is a timer
  std::unique_ptr<base::Timer> sweep_timer_;
};

}  // namespace buzzer::grid
