#include "node/kernel/feed_merge.h"

#include <algorithm>
#include <limits>

namespace buzzer::kernel {
namespace {

constexpr std::uint32_t kMostReadAtOnce = 256;

BuzzId end_of_ids(Direction direction) {
  return BuzzId(direction == Direction::kNewer ? 0 : std::numeric_limits<std::uint64_t>::max());
}

}  // namespace

FeedMerge::FeedMerge(const StateView& state, BuzzId from, Direction direction, std::size_t expected)
    : state_(state),
      from_(from == BuzzId() ? end_of_ids(direction) : from),
      direction_(direction),
      expected_(expected) {}

void FeedMerge::add_author_here(std::string_view author) { add(Kind::kAuthorHere, Index::kTopic, author); }

void FeedMerge::add_author_elsewhere(std::string_view author) { add(Kind::kAuthorElsewhere, Index::kTopic, author); }

void FeedMerge::add_index(Index index, std::string_view key) { add(Kind::kIndex, index, key); }

void FeedMerge::add(Kind kind, Index index, std::string_view name) {
  sources_.push_back({kind, index, false, 0, std::string(name), {0, from_}, {}, 0});
}

bool FeedMerge::is_beyond(BuzzId id) const { return direction_ == Direction::kNewer ? id > from_ : id < from_; }

// From where an author's feed is to be read. It is ordered by when buzzes were posted, which for one author is the
// order of their ids too, since a shard's clock never goes back; and nothing is posted later than its id says.
FeedPlace FeedMerge::first_place(std::string_view author) const {
  constexpr std::int64_t kEndOfTime = std::numeric_limits<std::int64_t>::max();
  const bool newer = direction_ == Direction::kNewer;
  if (from_ == end_of_ids(direction_)) return {newer ? 0 : kEndOfTime, from_};
  const std::int64_t latest = id_ms(from_);
  if (!newer) return {latest, from_};
  FeedPlace last;  // the newest that is not beyond
  state_.visit_author(author, {latest, end_of_ids(Direction::kOlder)}, Direction::kOlder, [&](const FeedPlace& place) {
    if (is_beyond(place.id)) return true;
    last = place;
    return false;
  });
  return last;
}

void FeedMerge::begin() {
  begun_ = true;
  // One more than there are shown says whether there are more.
  const std::size_t share = 1 + 2 * expected_ / std::max<std::size_t>(sources_.size(), 1);
  const auto most = static_cast<std::uint32_t>(std::min<std::size_t>({share, expected_ + 1, kMostReadAtOnce}));
  heads_.reserve(sources_.size());
  for (std::uint32_t i = 0; i < sources_.size(); ++i) {
    Source& source = sources_[i];
    source.most = most;
    if (source.kind == Kind::kAuthorHere) source.last = first_place(source.name);
    const bool is_dated = source.kind == Kind::kAuthorElsewhere && direction_ == Direction::kOlder;
    is_dated ? offer_newest(i) : offer(i);
  }
}

void FeedMerge::push(const Head& head) {
  heads_.push_back(head);
  std::push_heap(heads_.begin(), heads_.end(), order());
}

void FeedMerge::offer_newest(std::uint32_t source) {
  const BuzzId newest = state_.newest_copy(sources_[source].name);
  if (newest != BuzzId()) push({std::min(newest, BuzzId(from_.value() - 1)), source, false});
}

void FeedMerge::read_author(Source& source) {
  state_.visit_author(source.name, source.last, direction_, [&](const FeedPlace& place) {
    if (!is_beyond(place.id)) return true;  // its id was ahead of when it was posted
    source.read.push_back({place.id, {}});
    source.last = place;
    return source.read.size() < source.most;
  });
}

void FeedMerge::read_on(Source& source) {
  source.read.clear();
  source.taken = 0;
  if (source.exhausted) return;
  const auto add = [&](BuzzId id, std::string_view author) {
    source.read.push_back({id, std::string(author)});
    return source.read.size() < source.most;
  };
  switch (source.kind) {
    case Kind::kAuthorHere:
      read_author(source);
      break;
    case Kind::kAuthorElsewhere:
      state_.visit_copies(source.name, source.last.id, direction_, [&](BuzzId id) { return add(id, {}); });
      break;
    case Kind::kIndex:
      state_.visit_index(source.index, source.name, source.last.id, direction_, add);
      break;
  }
  if (!source.read.empty()) source.last.id = source.read.back().id;
  source.exhausted = source.read.size() < source.most;
  source.most = std::min(2 * source.most, kMostReadAtOnce);
}

void FeedMerge::offer(std::uint32_t number) {
  Source& source = sources_[number];
  if (source.taken == source.read.size()) read_on(source);
  if (source.read.empty()) return;
  push({source.read[source.taken].id, number, true});
}

bool FeedMerge::next(Found& found) {
  if (!begun_) begin();
  while (!heads_.empty()) {
    std::pop_heap(heads_.begin(), heads_.end(), order());
    const Head head = heads_.back();
    heads_.pop_back();
    if (!head.is_read) {
      offer(head.source);
      continue;
    }
    Source& source = sources_[head.source];
    const Entry& entry = source.read[source.taken++];
    author_ = source.kind == Kind::kIndex ? entry.author : source.name;
    offer(head.source);
    if (head.id == given_) continue;  // in several places
    found = {given_ = head.id, author_};
    return true;
  }
  return false;
}

}  // namespace buzzer::kernel
