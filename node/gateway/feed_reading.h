// Reads a feed, or several merged into one, up to its newest buzz, oldest first, from the oldest of the newest so many:
// a page at a time, as its reader has room, so that any length goes through in the memory of a few pages.
//
// It first goes back page by page to find where to begin, and keeps nothing of that but the place.
//
// Belongs to one gateway worker's thread.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "node/gateway/core.h"
#include "node/gateway/refusal.h"

namespace buzzer::gateway {

struct ReadPage {
  std::vector<proto::Buzz> buzzes;  // in order, each once; perhaps none
  bool last = false;                // nothing follows
};

class FeedReading : public std::enable_shared_from_this<FeedReading> {
 public:
  using PageCallback = std::function<void(Outcome<ReadPage>)>;

  // `core` must outlive it.
  FeedReading(Core& core, const std::vector<proto::Feed>& feeds, std::size_t most);

  // Tells the next page, or why there is none: then it is over. One at a time; perhaps from within the call, and not
  // once `this` is gone. Held by a shared pointer.
  void read_on(PageCallback told);
  // Nobody waits for a page.
  [[nodiscard]] bool idle() const { return told_ == nullptr; }

 private:
  struct Source {
    proto::Feed feed;
    std::deque<proto::Buzz> buzzes;  // read and not gone through
    std::uint64_t from = 0;          // the last one's id; 0: none has been read
    bool more = true;                // beyond that
  };

  void go_on();
  void go_back();
  void go_forward();
  // Asks each source that has run out for its next page; true if an answer has to be waited for.
  [[nodiscard]] bool fill();
  void ask(std::size_t source);
  void answered(Source& source, const proto::Answer& answer);
  // The one whose first buzz comes first; null when all are at their end.
  [[nodiscard]] Source* first();

  Core& core_;
  std::vector<Source> sources_;
  std::size_t to_go_back_;
  bool goes_back_ = true;
  std::uint64_t reached_ = 0;  // the id gone through last
  std::size_t awaited_ = 0;    // answers
  PageCallback told_;
};

}  // namespace buzzer::gateway
