// The arrival log and the streams. Where they begin and end is looked up once and kept in memory from then on, and so
// is what is known of each stream: each post asks for them.
#include <algorithm>

#include "base/check.h"
#include "node/shard/shard_state.h"
#include "node/store/gossip_keys.h"

namespace buzzer::shard {

using kernel::Span;
using store::Key;

namespace {

// A stream to a receiver that was away for long may have millions of rows, which go as one range. That is seldom; what
// is trimmed all the time goes row by row, in bounded numbers, and so do the few rows of the streams that a wiped peer
// breaks all at once: a store that holds many erased ranges reads slowly.
constexpr std::uint64_t kMostErasedSingly = 32;

// Beyond, one scan costs less than a look for each.
constexpr std::uint64_t kMostReadSingly = 5;

}  // namespace

// Of the numbers that end the keys which begin so.
Span& ShardState::span(const Key& keys, std::optional<Span>& kept) const {
  if (kept) return *kept;
  const store::KeysBeginning all(keys);
  Span found;
  const auto look = [&](kernel::Direction direction, std::uint64_t& end) {
    visit_range(all.range(), direction, [&](std::string_view key, std::string_view /*value*/) {
      const auto number = store::decode_number(key.substr(keys.bytes().size()));
      if (!number) return spoiled();
      end = *number;
      return false;
    });
  };
  look(kernel::Direction::kNewer, found.first);
  look(kernel::Direction::kOlder, found.last);
  kept = found;
  return *kept;
}

template <class Record>
const Record* ShardState::read_once(const Key& key, Kept<Record>& kept) const {
  if (!kept.known) {
    kept.there = read(key.bytes(), kept.record);
    kept.known = !failed_;
  }
  return kept.there ? &kept.record : nullptr;
}

Span ShardState::arrivals() const {
  const Span found = span(store::arrival_keys(shard_), arrivals_);
  if (failed_) arrivals_.reset();
  return found;
}

const proto::Arrival* ShardState::arrival(std::uint64_t position) const {
  if (!arrivals().holds(position)) return nullptr;
  return read(store::arrival_key(shard_, position).bytes(), arrival_) ? &arrival_ : nullptr;
}

void ShardState::visit_arrivals(std::uint64_t from, const VisitArrival& visit) const {
  proto::Arrival arrival;
  visit_from(store::arrival_key(shard_, from), store::arrival_keys(shard_),
             [&](std::string_view key, std::string_view value) {
               const auto position = store::parse_arrival_key(key);
               if (!position) return spoiled();
               return decode(value, arrival) && visit(*position, arrival);
             });
}

const proto::OutStream* ShardState::out_stream(base::ShardId to) const {
  return read_once(store::out_stream_key(shard_, to), out_streams_.at(to.value()));
}

Span ShardState::rows(base::ShardId to) const {
  std::optional<Span>& kept = rows_.at(to.value());
  const Span found = span(store::row_keys(shard_, to), kept);
  if (failed_) kept.reset();
  return found;
}

const proto::Delivery* ShardState::row(base::ShardId to, std::uint64_t number) const {
  if (!rows(to).holds(number)) return nullptr;
  return read(store::row_key(shard_, to, number).bytes(), row_) ? &row_ : nullptr;
}

void ShardState::visit_rows(base::ShardId to, std::uint64_t from, const VisitRow& visit) const {
  const Span there = rows(to);
  const std::uint64_t first = std::max(from, there.first);
  if (first > there.last) return;
  proto::Delivery row;
  // Who keeps up asks for the newest few again and again. (Amid an entry the store has not what the numbers say.)
  if (there.last - first < kMostReadSingly && changes_.empty()) {
    for (std::uint64_t number = first; number <= there.last && !failed_; ++number) {
      if (!read(store::row_key(shard_, to, number).bytes())) continue;
      if (!decode(value_, row) || !visit(number, row)) return;
    }
    return;
  }
  // No further: behind the last there may be a multitude of rows that were dropped, and a store that has erased them
  // still passes them one by one.
  const Key begin = store::row_key(shard_, to, first);
  const Key end = store::row_key(shard_, to, there.last).after_all_beginning_so();
  visit_range({begin.bytes(), end.bytes()}, kernel::Direction::kNewer,
              [&](std::string_view key, std::string_view value) {
                const auto number = store::parse_row_key(key);
                if (!number) return spoiled();
                return decode(value, row) && visit(*number, row);
              });
}

const proto::Watermark* ShardState::watermark(base::ShardId from) const {
  return read_once(store::watermark_key(shard_, from), watermarks_.at(from.value()));
}

void ShardState::visit_sweeps(const VisitSweep& visit) const {
  const Key all = store::sweep_keys(shard_);
  proto::Sweep sweep;
  visit_from(all, all, [&](std::string_view key, std::string_view value) {
    const auto number = store::parse_sweep_key(key);
    if (!number) return spoiled();
    return decode(value, sweep) && visit(*number, sweep);
  });
}

void ShardState::append_arrival(std::uint64_t position, const proto::Arrival& arrival) {
  Span& arrivals = span(store::arrival_keys(shard_), arrivals_);
  BUZZER_CHECK(failed_ || position == arrivals.last + 1);
  put(store::arrival_key(shard_, position), arrival);
  arrivals.last = position;
}

void ShardState::trim_arrivals(std::uint64_t first) {
  Span& arrivals = span(store::arrival_keys(shard_), arrivals_);
  BUZZER_CHECK(failed_ || first <= arrivals.last);
  for (; arrivals.first < first; ++arrivals.first) {
    changes_.erase_unseen(store::arrival_key(shard_, arrivals.first).bytes());
  }
}

void ShardState::put_out_stream(base::ShardId to, const proto::OutStream& stream) {
  put(store::out_stream_key(shard_, to), stream);
  Kept<proto::OutStream>& kept = out_streams_.at(to.value());
  kept.known = kept.there = true;
  kept.record = stream;
}

void ShardState::append_row(base::ShardId to, std::uint64_t number, const proto::Delivery& row) {
  Span& rows = span(store::row_keys(shard_, to), rows_.at(to.value()));
  BUZZER_CHECK(failed_ || number == rows.last + 1);
  put(store::row_key(shard_, to, number), row);
  rows.last = number;
}

void ShardState::trim_rows(base::ShardId to, std::uint64_t first) {
  Span& rows = span(store::row_keys(shard_, to), rows_.at(to.value()));
  BUZZER_CHECK(failed_ || first <= rows.last);
  for (; rows.first < first; ++rows.first) {
    changes_.erase_unseen(store::row_key(shard_, to, rows.first).bytes());
  }
}

void ShardState::drop_rows(base::ShardId to) {
  Span& rows = span(store::row_keys(shard_, to), rows_.at(to.value()));
  if (!rows.empty() && rows.last - rows.first < kMostErasedSingly) {
    for (; rows.first <= rows.last; ++rows.first) {
      changes_.erase_unseen(store::row_key(shard_, to, rows.first).bytes());
    }
  } else if (!rows.empty()) {
    changes_.erase_range_unseen(store::row_key(shard_, to, rows.first).bytes(),
                                store::row_key(shard_, to, rows.last).after_all_beginning_so().bytes());
  }
  rows = Span();
}

void ShardState::put_watermark(base::ShardId from, const proto::Watermark& watermark) {
  put(store::watermark_key(shard_, from), watermark);
  Kept<proto::Watermark>& kept = watermarks_.at(from.value());
  kept.known = kept.there = true;
  kept.record = watermark;
}

void ShardState::put_sweep(std::uint64_t number, const proto::Sweep& sweep) {
  put(store::sweep_key(shard_, number), sweep);
}

void ShardState::erase_sweep(std::uint64_t number) { changes_.erase(store::sweep_key(shard_, number).bytes()); }

}  // namespace buzzer::shard
