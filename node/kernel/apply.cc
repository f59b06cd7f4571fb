#include <utility>

#include "node/kernel/applier.h"
#include "node/kernel/index_entries.h"
#include "node/kernel/kernel.h"
#include "node/kernel/text.h"

namespace buzzer::kernel {

using proto::Event;

bool Applier::run() {
  if (entry_.clock_ms() < shard_.clock_ms() || !is_shard(entry_.shard())) return false;
  shard_.set_clock_ms(entry_.clock_ms());
  for (const Event& event : entry_.events()) {
    if (!take(event)) return false;
  }
  state_.set_shard_state(shard_);
  return true;
}

bool Applier::take(const Event& event) {
  switch (event.body_case()) {
    case Event::kAccountRegistered:
      return registered(event.account_registered());
    case Event::kBuzzPosted:
      return posted(event.buzz_posted().buzz());
    case Event::kBuzzEdited:
      return edited(event.buzz_edited());
    case Event::kBuzzDeleted:
      return deleted(event.buzz_deleted());
    case Event::kKeyRemembered: {
      const proto::KeyRemembered& key = event.key_remembered();
      state_.remember_key(key.account(), key.key(), key.record());
      return true;
    }
    case Event::kKeyForgotten: {
      const proto::KeyForgotten& key = event.key_forgotten();
      state_.forget_key(key.account(), key.key(), key.created_ms());
      return true;
    }
    case Event::kKeyResolved:
      return key_resolved(event.key_resolved());
    case Event::kEdgePut:
      return edge_put(event.edge_put());
    case Event::kEdgeErased:
      return edge_erased(event.edge_erased());
    case Event::kFollowedAuthorPut:
      return followed_author_put(event.followed_author_put());
    case Event::kFollowedAuthorErased:
      state_.erase_followed_author(event.followed_author_erased().author());
      return true;
    case Event::kInterestPut: {
      const proto::InterestPut& interest = event.interest_put();
      return interest_put(interest.author(), interest.shard(), interest.followers(), interest.epoch());
    }
    case Event::kSentTo:
      return sent(event.sent_to());
    case Event::kArrivalNoted:
      return arrival_noted(event.arrival_noted());
    case Event::kArrivalsTrimmed:
      return arrivals_trimmed(event.arrivals_trimmed());
    case Event::kRowQueued:
      return row_queued(event.row_queued());
    case Event::kRowsTrimmed:
      return rows_trimmed(event.rows_trimmed());
    case Event::kRowsDropped:
      return rows_dropped(event.rows_dropped());
    case Event::kOutStreamPut:
      return out_stream_put(event.out_stream_put());
    case Event::kWatermarkPut:
      return watermark_put(event.watermark_put());
    case Event::kCopyPut:
      return copy_put(event.copy_put().copy());
    case Event::kCopyErased:
      return copy_erased(event.copy_erased());
    case Event::kSweepPut:
      state_.put_sweep(event.sweep_put().number(), event.sweep_put().sweep());
      return true;
    case Event::kSweepErased:
      state_.erase_sweep(event.sweep_erased().number());
      return true;
    case Event::kCredentialPut:
      return credential_put(event.credential_put());
    case Event::kSessionPut:
      return session_put(event.session_put());
    case Event::kSessionErased:
      return session_erased(event.session_erased());
    case Event::BODY_NOT_SET:
      break;
  }
  // Of a newer release: to leave it out would be to hold another state than everybody else.
  return false;
}

bool Applier::registered(const proto::AccountRegistered& event) {
  if (!is_name(event.name())) return false;
  account_.Clear();
  account_.set_name(event.name());
  account_.set_registered_ms(entry_.clock_ms());
  state_.put_account(LowerName(event.name()).view(), account_);
  return true;
}

bool Applier::posted(const proto::Buzz& buzz) {
  if (buzz.id() <= shard_.last_id() || id_shard(BuzzId(buzz.id())) != here_) return false;
  shard_.set_last_id(buzz.id());
  state_.put_buzz(buzz);
  const LowerName author(buzz.author());
  state_.add_to_author(author.view(), {buzz.posted_ms(), BuzzId(buzz.id())});
  reindex(state_, here_, nullptr, &buzz);
  return count(author.view(), &proto::Account::buzzes, &proto::Account::set_buzzes, +1);
}

bool Applier::edited(const proto::BuzzEdited& event) {
  if (!begin_version(event.id(), event.version())) return false;
  buzz_.set_text(event.text());
  *buzz_.mutable_entities() = event.entities();
  end_version();
  return true;
}

bool Applier::deleted(const proto::BuzzDeleted& event) {
  if (!begin_version(event.id(), event.version())) return false;
  buzz_.clear_text();
  buzz_.clear_entities();
  buzz_.set_deleted(true);
  end_version();
  const LowerName author(buzz_.author());
  state_.remove_from_author(author.view(), {buzz_.posted_ms(), BuzzId(buzz_.id())});
  return count(author.view(), &proto::Account::buzzes, &proto::Account::set_buzzes, -1);
}

bool Applier::begin_version(std::uint64_t id, std::uint32_t version) {
  const proto::Buzz* found = state_.buzz(BuzzId(id));
  if (found == nullptr || found->deleted() || version != found->version() + 1) return false;
  former_.CopyFrom(*found);
  buzz_.CopyFrom(former_);
  buzz_.set_version(version);
  buzz_.set_edited_ms(entry_.clock_ms());
  return true;
}

void Applier::end_version() {
  state_.put_buzz(buzz_);
  reindex(state_, here_, &former_, &buzz_);
}

bool Applier::sent(const proto::SentTo& event) {
  const proto::Buzz* found = state_.buzz(BuzzId(event.id()));
  if (found == nullptr) return false;
  buzz_.CopyFrom(*found);
  buzz_.set_sent_to(buzz_.sent_to() | event.shards());
  state_.put_buzz(buzz_);
  return true;
}

bool Applier::copy_put(const proto::Copy& copy) {
  if (!is_name(copy.buzz().author()) || copy.buzz().id() == 0) return false;
  const LowerName author(copy.buzz().author());
  const proto::Copy* found = state_.copy(author.view(), BuzzId(copy.buzz().id()));
  const bool replaces = found != nullptr;
  if (replaces) former_.CopyFrom(found->buzz());
  state_.put_copy(author.view(), copy);
  reindex(state_, here_, replaces ? &former_ : nullptr, &copy.buzz());
  return true;
}

bool Applier::copy_erased(const proto::CopyErased& event) {
  const proto::Copy* found = state_.copy(event.author(), BuzzId(event.id()));
  if (found == nullptr) return false;
  former_.CopyFrom(found->buzz());
  state_.erase_copy(event.author(), BuzzId(event.id()));
  reindex(state_, here_, &former_, nullptr);
  return true;
}

// A key that has been forgotten while its command waited stays so: only whoever still waits is answered.
bool Applier::key_resolved(const proto::KeyResolved& event) {
  if (state_.command_key(event.account(), event.key()) != nullptr) {
    state_.remember_key(event.account(), event.key(), event.record());
  }
  return true;
}

bool Applier::count(std::string_view name, std::uint64_t (proto::Account::*get)() const,
                    void (proto::Account::*set)(std::uint64_t), std::int64_t change) {
  const proto::Account* found = state_.account(name);
  if (found == nullptr) return false;
  if (change == 0) return true;
  account_.CopyFrom(*found);
  const std::uint64_t before = (account_.*get)();
  if (change < 0 && before < static_cast<std::uint64_t>(-change)) return false;
  (account_.*set)(before + static_cast<std::uint64_t>(change));
  state_.put_account(name, account_);
  return true;
}

bool apply(StateEditor& state, const proto::Entry& entry) {
  thread_local Drafts drafts;
  return Applier(state, entry, drafts).run();
}

}  // namespace buzzer::kernel
