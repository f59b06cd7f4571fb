// Buzzes from many places, merged by id: a home feed's are the user's own, those of each author followed, and mentions.
// For this folder alone.
//
// Each place is read a few ids at a time, and further only when those before have been taken. So what a page costs is a
// look at the first ids of each place, however much there is behind them; and of authors elsewhere, going back in time,
// only of those who have something on the page or have posted since it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "node/kernel/state.h"

namespace buzzer::kernel {

class FeedMerge {
 public:
  // Of ids beyond `from` in that direction, 0: from the end of the feed. About `expected` are going to be taken. The
  // state must outlive it and stay as it is.
  FeedMerge(const StateView& state, BuzzId from, Direction direction, std::size_t expected);

  // Before the first next(). Names in lower case.
  void add_author_here(std::string_view author);
  void add_author_elsewhere(std::string_view author);
  void add_index(Index index, std::string_view key);

  struct Found {
    BuzzId id;
    std::string_view author;  // in lower case; valid until the next call
  };
  // The next one, each once; false if there is none.
  [[nodiscard]] bool next(Found& found);

 private:
  enum class Kind : std::uint8_t { kAuthorHere, kAuthorElsewhere, kIndex };
  struct Entry {
    BuzzId id;
    std::string author;  // of an index alone
  };
  struct Source {
    Kind kind;
    Index index;
    bool exhausted;
    std::uint32_t most;  // that the next reading takes
    std::string name;    // the author, or the index's key
    FeedPlace last;      // that was read
    std::vector<Entry> read;
    std::size_t taken;
  };
  struct Head {
    BuzzId id;
    std::uint32_t source;
    bool is_read;  // false: what is read from there is this or comes later
  };

  void add(Kind kind, Index index, std::string_view name);
  void begin();
  void read_on(Source& source);
  void read_author(Source& source);
  void push(const Head& head);
  // Where an author's copies begin at the earliest, without reading them.
  void offer_newest(std::uint32_t source);
  // The head of that source, if it has one, among the others.
  void offer(std::uint32_t source);
  [[nodiscard]] bool is_beyond(BuzzId id) const;
  [[nodiscard]] FeedPlace first_place(std::string_view author) const;
  [[nodiscard]] auto order() const {
    return [newer = direction_ == Direction::kNewer](const Head& one, const Head& other) {
      return newer ? one.id > other.id : one.id < other.id;
    };
  }

  const StateView& state_;
  const BuzzId from_;  // an end of all ids, if none was given
  const Direction direction_;
  const std::size_t expected_;
  bool begun_ = false;
  std::vector<Source> sources_;
  std::vector<Head> heads_;  // a heap
  BuzzId given_;
  std::string author_;
};

}  // namespace buzzer::kernel
