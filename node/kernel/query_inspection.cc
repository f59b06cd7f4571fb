// What is looked at to find out whether all that is owed has been delivered: each shard tells what it has, or compares
// what another one has with its own. Whoever asks (node/inspection) asks both ends.
#include <algorithm>
#include <optional>
#include <set>
#include <string>

#include "node/kernel/buzz_effects.h"
#include "node/kernel/delivery_check.h"
#include "node/kernel/following.h"
#include "node/kernel/home_shard.h"
#include "node/kernel/query_parts.h"
#include "node/kernel/streams.h"
#include "node/kernel/text.h"

namespace buzzer::kernel {
namespace {

using proto::HeldFinding;

// Of a piece of buzzes: what is told here is asked of other shards, of many at a time.
constexpr std::size_t kMostPieceBytes = 32UL << 10;

// Rows of a stream that one query goes through.
constexpr int kMostRowsLookedAt = 10'000;

// An account that is younger than a mention's version by less may have been registered after it arrived. Nodes that see
// each other differ by a minute each at most (grid::kMostClockOffset), but the clock of one that was alone may have
// been wrong by more, and what it dated then stays.
constexpr std::int64_t kSurelyEarlierMs = 60 * 60 * 1000;

std::int64_t version_ms(const proto::Buzz& buzz) { return std::max(buzz.posted_ms(), buzz.edited_ms()); }

void answer_own_buzzes(const Question& question, const proto::OwnBuzzesQuery& query) {
  proto::Inspection& told = *question.answer.mutable_inspection();
  std::size_t bytes = 0;
  question.state.visit_buzzes(BuzzId(query.from_id()), [&](const proto::Buzz& buzz) {
    const bool full = told.buzzes_size() >= static_cast<int>(query.limit()) || bytes > kMostPieceBytes;
    if (full) {
      told.set_next_id(buzz.id());
      return false;
    }
    proto::AuditedBuzz& audited = *told.add_buzzes();
    *audited.mutable_buzz() = buzz;
    audited.mutable_buzz()->clear_text();
    bytes += audited.ByteSizeLong();
    return true;
  });
  for (proto::AuditedBuzz& audited : *told.mutable_buzzes()) {
    const proto::Buzz& buzz = audited.buzz();
    ShardBits shards = buzz.sent_to();
    if (!buzz.deleted()) {
      shards |= shards_concerned(question.state, question.shard, LowerName(buzz.author()), buzz);
    }
    audited.set_concerned(shards);
  }
}

bool is_indexed(const StateView& state, Index index, std::string_view key, BuzzId id) {
  bool found = false;
  state.visit_index(index, key, BuzzId(id.value() - 1), Direction::kNewer, [&](BuzzId there, std::string_view) {
    found = there == id;
    return false;
  });
  return found;
}

// Whether a user at home here is mentioned who was registered before that moment.
bool is_mentioned_before(const Question& question, const proto::Entity& entity, std::int64_t moment_ms) {
  if (entity.kind() != proto::Entity::MENTION || shard_of_user(entity.value()) != question.shard) return false;
  const proto::Account* account = question.state.account(entity.value());
  return account != nullptr && account->registered_ms() < moment_ms;
}

// Of a buzz that has been there since then: whether its topics, mentions and thread lead to it.
bool is_indexed(const Question& question, const proto::Buzz& buzz, std::int64_t taken_ms) {
  const BuzzId id(buzz.id());
  const auto root = thread_here(question.shard, buzz);
  if (root && !is_indexed(question.state, Index::kThread, std::to_string(root->value()), id)) return false;
  if (buzz.deleted()) return true;
  return std::all_of(buzz.entities().begin(), buzz.entities().end(), [&](const proto::Entity& entity) {
    if (is_topic_here(question.shard, entity)) return is_indexed(question.state, Index::kTopic, entity.value(), id);
    return !is_mentioned_before(question, entity, taken_ms) ||
           is_indexed(question.state, Index::kMention, entity.value(), id);
  });
}

// Whether this shard has to have the buzz, whatever happened when.
bool is_needed(const Question& question, const proto::Buzz& buzz) {
  const auto is_here = [&](std::uint64_t id) { return id != 0 && id_shard(BuzzId(id)) == question.shard; };
  if (is_here(buzz.root()) || is_here(buzz.in_reply_to())) return true;
  if (buzz.deleted()) return false;
  const proto::FollowedAuthor* followed = question.state.followed_author(LowerName(buzz.author()).view());
  if (followed != nullptr && followed->accepted() && followed->from_id() != 0 && buzz.id() >= followed->from_id()) {
    return true;
  }
  return std::any_of(buzz.entities().begin(), buzz.entities().end(), [&](const proto::Entity& entity) {
    return is_topic_here(question.shard, entity) ||
           is_mentioned_before(question, entity, version_ms(buzz) - kSurelyEarlierMs);
  });
}

// What is there of a buzz.
struct There {
  std::uint32_t version = 0;
  std::int64_t taken_ms = 0;
};

std::optional<There> find_copy(const Question& question, const proto::Buzz& buzz) {
  const proto::Copy* found = question.state.copy(LowerName(buzz.author()).view(), BuzzId(buzz.id()));
  if (found == nullptr) return std::nullopt;
  return There{found->buzz().version(), found->taken_ms()};
}

HeldFinding::Kind judge(const Question& question, const proto::Buzz& buzz, const std::optional<There>& there) {
  if (!there) return is_needed(question, buzz) ? HeldFinding::MISSING : HeldFinding::UNSPECIFIED;
  if (there->version < buzz.version()) return HeldFinding::OUTDATED;
  const bool sent = (buzz.sent_to() & bit_of(question.shard)) != 0;
  if (there->version > buzz.version() || !sent) return HeldFinding::UNKNOWN;
  return is_indexed(question, buzz, there->taken_ms) ? HeldFinding::UNSPECIFIED : HeldFinding::UNINDEXED;
}

void tell_stream(const Question& question, ShardId from, proto::StreamIn& stream) {
  stream.set_from(from.value());
  const proto::Watermark* watermark = question.state.watermark(from);
  if (watermark == nullptr) return;
  stream.set_generation(watermark->generation());
  stream.set_number(watermark->number());
  stream.set_life(watermark->life());
  stream.set_broke(watermark->epoch() > 1);
}

bool sweeps_copies(const StateView& state) {
  bool sweeps = false;
  state.visit_sweeps([&](std::uint64_t /*number*/, const proto::Sweep& sweep) {
    sweeps = sweep.kind() == proto::Sweep::COPIES;
    return !sweeps;
  });
  return sweeps;
}

void answer_held(const Question& question, const proto::HeldQuery& query) {
  proto::Inspection& told = *question.answer.mutable_inspection();
  for (const proto::Buzz& buzz : query.buzzes()) {
    const auto there = find_copy(question, buzz);
    const HeldFinding::Kind kind = judge(question, buzz, there);
    if (kind == HeldFinding::UNSPECIFIED) continue;
    HeldFinding& finding = *told.add_findings();
    finding.set_id(buzz.id());
    finding.set_kind(kind);
    finding.set_version(there ? there->version : 0);
  }
  told.set_unsettled(sweeps_copies(question.state));
  tell_stream(question, ShardId(static_cast<std::uint8_t>(query.from())), *told.mutable_stream());
}

void answer_followed(const Question& question, const proto::FollowedQuery& query) {
  proto::Inspection& told = *question.answer.mutable_inspection();
  const auto add = [&](std::string_view author, const proto::FollowedAuthor& record) {
    if (told.followed_size() == static_cast<int>(query.limit())) {
      told.mutable_next_author()->assign(author);
      return false;
    }
    proto::FollowedThere& followed = *told.add_followed();
    followed.mutable_author()->assign(author);
    followed.set_followers(record.followers());
    followed.set_accepted(record.accepted());
    return true;
  };
  question.state.visit_followed_authors(query.from(), add);
  for (proto::FollowedThere& followed : *told.mutable_followed()) {
    const ShardId home = shard_of_user(followed.author());
    const proto::OutStream* stream = question.state.out_stream(home);
    if (stream == nullptr) continue;
    followed.set_generation(stream->generation());
    followed.set_row(question.state.rows(home).last);
  }
}

void answer_interest(const Question& question, const proto::InterestQuery& query) {
  proto::Inspection& told = *question.answer.mutable_inspection();
  const ShardId in(static_cast<std::uint8_t>(query.in()));
  for (const proto::FollowedThere& followed : query.followed()) {
    const std::uint64_t known = followers_in(question.state, followed.author(), in);
    if (known == followed.followers()) continue;
    proto::FollowedThere& differs = *told.add_followed();
    differs.set_author(followed.author());
    differs.set_followers(known);
  }
  tell_stream(question, in, *told.mutable_stream());
}

// Notes what of the wanted stands in a row.
class QueuedFinder {
 public:
  explicit QueuedFinder(const proto::QueuedQuery& query)
      : ids_(query.ids().begin(), query.ids().end()), authors_(query.authors().begin(), query.authors().end()) {}

  void look_at(const proto::Delivery& row) {
    look_for(row.buzz().id());
    for (const proto::Buzz& buzz : row.backfill().buzzes()) look_for(buzz.id());
    look_for(row.interest().author());
    look_for(row.interest_answer().author());
  }

  void tell(proto::Inspection& told) const {
    for (const std::uint64_t id : found_ids_) told.add_queued_ids(id);
    for (const std::string& author : found_authors_) told.add_queued_authors(author);
  }

 private:
  void look_for(std::uint64_t id) {
    if (ids_.count(id) > 0) found_ids_.insert(id);
  }
  void look_for(const std::string& author) {
    if (authors_.count(author) > 0) found_authors_.insert(author);
  }

  const std::set<std::uint64_t> ids_;
  const std::set<std::string> authors_;
  std::set<std::uint64_t> found_ids_;
  std::set<std::string> found_authors_;
};

void answer_queued(const Question& question, const proto::QueuedQuery& query) {
  proto::Inspection& told = *question.answer.mutable_inspection();
  const ShardId to(static_cast<std::uint8_t>(query.to()));
  const StreamPlace place{query.stream().generation(), query.stream().number(), query.stream().life()};
  // One whose ends do not fit begins anew as soon as they meet. A place whose row has gone fits no more either: since
  // it was told, the stream has gone on.
  const bool fits = judge_stream(question.state, to, place) != Meeting::kBroken;
  const proto::OutStream* stream = question.state.out_stream(to);
  told.set_unsettled(!fits || (stream != nullptr && stream->resyncing()));
  if (stream == nullptr || told.unsettled()) return;
  const std::uint64_t next = stream->generation() == place.generation ? place.number + 1 : 1;
  QueuedFinder finder(query);
  int looked_at = 0;
  question.state.visit_rows(to, std::max(next, query.from_number()),
                            [&](std::uint64_t number, const proto::Delivery& row) {
                              if (++looked_at > kMostRowsLookedAt) {
                                told.set_next_number(number);
                                return false;
                              }
                              finder.look_at(row);
                              return true;
                            });
  finder.tell(told);
}

void answer_streams(const Question& question) {
  proto::Inspection& told = *question.answer.mutable_inspection();
  for (std::uint32_t number = 0; number < base::kShardCount; ++number) {
    const ShardId other(static_cast<std::uint8_t>(number));
    if (const proto::OutStream* found = question.state.out_stream(other)) {
      proto::StreamOut& stream = *told.add_streams_out();
      stream.set_to(number);
      stream.set_generation(found->generation());
      stream.set_broke(found->breaks() > 0);
      stream.set_resyncing(found->resyncing());
      const Span rows = question.state.rows(other);
      stream.set_first(rows.first);
      stream.set_last(rows.last);
    }
    if (question.state.watermark(other) != nullptr) tell_stream(question, other, *told.add_streams_in());
  }
  std::uint64_t sweeps = 0;
  question.state.visit_sweeps([&sweeps](std::uint64_t /*number*/, const proto::Sweep& /*sweep*/) {
    ++sweeps;
    return true;
  });
  told.set_sweeps(sweeps);
}

// What no node of this release would ask.
const char* why_refused(const proto::InspectionQuery& query) {
  using Query = proto::InspectionQuery;
  constexpr auto kMost = static_cast<int>(kMostPageSize);
  const bool small = (query.body_case() != Query::kOwnBuzzes || is_limit(query.own_buzzes().limit())) &&
                     (query.body_case() != Query::kFollowed || is_limit(query.followed().limit())) &&
                     query.held().buzzes_size() <= kMost && query.interest().followed_size() <= kMost &&
                     query.queued().ids_size() <= kMost && query.queued().authors_size() <= kMost;
  if (!small) return "a piece has 1 to 200 entries";
  const auto is_shard = [](std::uint32_t number) { return number < base::kShardCount; };
  if (!is_shard(query.held().from()) || !is_shard(query.interest().in()) || !is_shard(query.queued().to())) {
    return "there are 64 shards, from 0 on";
  }
  // What is looked up by them would not do as a key.
  const ShardId from(static_cast<std::uint8_t>(query.held().from()));
  const bool sound =
      std::all_of(query.held().buzzes().begin(), query.held().buzzes().end(),
                  [&](const proto::Buzz& buzz) { return is_sound_buzz(buzz, from); }) &&
      std::all_of(query.interest().followed().begin(), query.interest().followed().end(),
                  [](const proto::FollowedThere& followed) { return is_lower_name(followed.author()); }) &&
      (query.followed().from().empty() || is_lower_name(query.followed().from()));
  if (!sound) return "a buzz that cannot be of that shard, or no name in lower case";
  return nullptr;
}

}  // namespace

void answer_inspection(const Question& question, const proto::InspectionQuery& query) {
  if (const char* why = why_refused(query)) return question.refuse(proto::ErrorCode::kBadRequest, why);
  switch (query.body_case()) {
    case proto::InspectionQuery::kTrace:
      return answer_trace(question, query.trace());
    case proto::InspectionQuery::kOwnBuzzes:
      return answer_own_buzzes(question, query.own_buzzes());
    case proto::InspectionQuery::kHeld:
      return answer_held(question, query.held());
    case proto::InspectionQuery::kFollowed:
      return answer_followed(question, query.followed());
    case proto::InspectionQuery::kInterest:
      return answer_interest(question, query.interest());
    case proto::InspectionQuery::kQueued:
      return answer_queued(question, query.queued());
    case proto::InspectionQuery::kStreams:
      return answer_streams(question);
    case proto::InspectionQuery::BODY_NOT_SET:
      break;
  }
  question.refuse(proto::ErrorCode::kBadRequest, "an inspection of no known kind");
}

}  // namespace buzzer::kernel
