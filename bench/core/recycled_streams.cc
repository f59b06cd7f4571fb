// The arrival log and the streams of a RecycledState, and what it leaves to a ShardState.
#include <algorithm>

#include "base/check.h"
#include "bench/core/recycled_state.h"

namespace buzzer::bench {

using kernel::BuzzId;
using kernel::ShardId;
using kernel::Span;

template <class Record>
const Record* RecycledState::Log<Record>::find(std::uint64_t number) const {
  return span().holds(number) ? &records[number - span().first] : nullptr;
}

template <class Record>
Record& RecycledState::Log<Record>::append(std::uint64_t number) {
  BUZZER_CHECK(number == last + 1);
  last = number;
  return records.add();
}

template <class Record>
void RecycledState::Log<Record>::trim(std::uint64_t first) {
  while (span().first < first) records.drop_oldest();
}

template <class Record>
template <class Visit>
void RecycledState::Log<Record>::visit_from(std::uint64_t from, const Visit& visit) const {
  for (std::uint64_t number = std::max(from, span().first); number <= last; ++number) {
    if (!visit(number, *find(number))) return;
  }
}

Span RecycledState::arrivals() const { return arrivals_.span(); }
const proto::Arrival* RecycledState::arrival(std::uint64_t position) const { return arrivals_.find(position); }
void RecycledState::visit_arrivals(std::uint64_t from, const VisitArrival& visit) const {
  arrivals_.visit_from(from, visit);
}
void RecycledState::append_arrival(std::uint64_t position, const proto::Arrival& arrival) {
  arrivals_.append(position).CopyFrom(arrival);
}
void RecycledState::trim_arrivals(std::uint64_t first) { arrivals_.trim(first); }

Span RecycledState::rows(ShardId to) const {
  const auto& rows = rows_.at(to.value());
  return rows ? rows->span() : Span();
}
const proto::Delivery* RecycledState::row(ShardId to, std::uint64_t number) const {
  const auto& rows = rows_.at(to.value());
  return rows ? rows->find(number) : nullptr;
}
void RecycledState::visit_rows(ShardId to, std::uint64_t from, const VisitRow& visit) const {
  if (const auto& rows = rows_.at(to.value())) rows->visit_from(from, visit);
}

void RecycledState::append_row(ShardId to, std::uint64_t number, const proto::Delivery& row) {
  auto& rows = rows_.at(to.value());
  if (!rows) rows = std::make_unique<Log<proto::Delivery>>(most_buzzes_);
  proto::Delivery& kept = rows->append(number);
  if (!kept.has_buzz() || !row.has_buzz()) return kept.CopyFrom(row);
  // CopyFrom would free the buzz, and ask for another.
  kept.set_life(row.life());
  kept.mutable_buzz()->CopyFrom(row.buzz());
}

void RecycledState::trim_rows(ShardId to, std::uint64_t first) {
  if (auto& rows = rows_.at(to.value())) rows->trim(first);
}
void RecycledState::drop_rows(ShardId to) { rows_.at(to.value()).reset(); }

const proto::OutStream* RecycledState::out_stream(ShardId to) const {
  const auto& stream = out_streams_.at(to.value());
  return stream ? &*stream : nullptr;
}
void RecycledState::put_out_stream(ShardId to, const proto::OutStream& stream) { out_streams_.at(to.value()) = stream; }
const proto::Watermark* RecycledState::watermark(ShardId from) const {
  const auto& watermark = watermarks_.at(from.value());
  return watermark ? &*watermark : nullptr;
}
void RecycledState::put_watermark(ShardId from, const proto::Watermark& watermark) {
  watermarks_.at(from.value()) = watermark;
}

const proto::FollowEdge* RecycledState::edge(std::string_view follower, std::string_view author) const {
  return rest_->edge(follower, author);
}
const proto::Credential* RecycledState::credential(std::string_view name) const { return rest_->credential(name); }
const proto::Session* RecycledState::session(std::string_view name, std::string_view token_hash) const {
  return rest_->session(name, token_hash);
}
void RecycledState::visit_sessions(std::string_view name, const VisitSession& visit) const {
  rest_->visit_sessions(name, visit);
}
void RecycledState::visit_edges(std::string_view follower, std::string_view from, const VisitEdge& visit) const {
  rest_->visit_edges(follower, from, visit);
}
void RecycledState::visit_followers(std::string_view author, std::string_view from, const VisitName& visit) const {
  rest_->visit_followers(author, from, visit);
}
const proto::FollowedAuthor* RecycledState::followed_author(std::string_view author) const {
  return rest_->followed_author(author);
}
void RecycledState::visit_followed_authors(std::string_view from, const VisitFollowed& visit) const {
  rest_->visit_followed_authors(from, visit);
}
const proto::Copy* RecycledState::copy(std::string_view author, BuzzId id) const { return rest_->copy(author, id); }
void RecycledState::visit_copies(std::string_view author, BuzzId from, kernel::Direction direction,
                                 const VisitId& visit) const {
  rest_->visit_copies(author, from, direction, visit);
}
BuzzId RecycledState::newest_copy(std::string_view author) const { return rest_->newest_copy(author); }
void RecycledState::visit_all_copies(std::string_view author, BuzzId from, const VisitCopy& visit) const {
  rest_->visit_all_copies(author, from, visit);
}
void RecycledState::visit_index(kernel::Index index, std::string_view key, BuzzId from, kernel::Direction direction,
                                const VisitIndexed& visit) const {
  rest_->visit_index(index, key, from, direction, visit);
}
void RecycledState::visit_sweeps(const VisitSweep& visit) const { rest_->visit_sweeps(visit); }

void RecycledState::put_credential(std::string_view name, const proto::Credential& credential) {
  rest_->put_credential(name, credential);
}
void RecycledState::put_session(std::string_view name, std::string_view token_hash, const proto::Session& session) {
  rest_->put_session(name, token_hash, session);
}
void RecycledState::erase_session(std::string_view name, std::string_view token_hash) {
  rest_->erase_session(name, token_hash);
}
void RecycledState::put_edge(std::string_view follower, std::string_view author, const proto::FollowEdge& edge) {
  rest_->put_edge(follower, author, edge);
}
void RecycledState::erase_edge(std::string_view follower, std::string_view author) {
  rest_->erase_edge(follower, author);
}
void RecycledState::put_followed_author(std::string_view author, const proto::FollowedAuthor& record) {
  rest_->put_followed_author(author, record);
}
void RecycledState::erase_followed_author(std::string_view author) { rest_->erase_followed_author(author); }
void RecycledState::put_copy(std::string_view author, const proto::Copy& copy) { rest_->put_copy(author, copy); }
void RecycledState::erase_copy(std::string_view author, BuzzId id) { rest_->erase_copy(author, id); }
void RecycledState::add_to_index(kernel::Index index, std::string_view key, BuzzId id, std::string_view author) {
  rest_->add_to_index(index, key, id, author);
}
void RecycledState::remove_from_index(kernel::Index index, std::string_view key, BuzzId id) {
  rest_->remove_from_index(index, key, id);
}
void RecycledState::put_sweep(std::uint64_t number, const proto::Sweep& sweep) { rest_->put_sweep(number, sweep); }
void RecycledState::erase_sweep(std::uint64_t number) { rest_->erase_sweep(number); }

}  // namespace buzzer::bench
