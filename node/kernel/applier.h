// What events do to the state. For this folder alone: apply() in kernel.h is the way in.
//
// Each event is checked against the state before it changes anything: what an entry numbers must have the next number,
// and what it changes must be there. What does not fit comes from a state that is not the one that was decided on.
#pragma once

#include "node/kernel/state.h"

namespace buzzer::kernel {

// Records about to be put, made in memory that serves again.
struct Drafts {
  proto::Account account;
  proto::Buzz former;
  proto::Buzz buzz;
};

class Applier {
 public:
  Applier(StateEditor& state, const proto::Entry& entry, Drafts& drafts)
      : state_(state),
        entry_(entry),
        here_(static_cast<std::uint8_t>(entry.shard())),
        shard_(state.shard_state()),
        account_(drafts.account),
        former_(drafts.former),
        buzz_(drafts.buzz) {}

  [[nodiscard]] bool run();

 private:
  // Each gives false if the event does not fit.
  bool take(const proto::Event& event);

  // apply.cc
  bool registered(const proto::AccountRegistered& event);
  bool posted(const proto::Buzz& buzz);
  bool edited(const proto::BuzzEdited& event);
  bool deleted(const proto::BuzzDeleted& event);
  bool sent(const proto::SentTo& event);
  bool copy_put(const proto::Copy& copy);
  bool copy_erased(const proto::CopyErased& event);
  bool key_resolved(const proto::KeyResolved& event);

  // apply_sessions.cc
  bool credential_put(const proto::CredentialPut& event);
  bool session_put(const proto::SessionPut& event);
  bool session_erased(const proto::SessionErased& event);

  // apply_following.cc
  bool edge_put(const proto::EdgePut& event);
  bool edge_erased(const proto::EdgeErased& event);
  bool followed_author_put(const proto::FollowedAuthorPut& event);
  bool interest_put(std::string_view author, std::uint32_t shard, std::uint64_t followers, std::uint64_t epoch);

  // apply_streams.cc
  bool arrival_noted(const proto::ArrivalNoted& event);
  bool arrivals_trimmed(const proto::ArrivalsTrimmed& event);
  bool row_queued(const proto::RowQueued& event);
  bool rows_trimmed(const proto::RowsTrimmed& event);
  bool rows_dropped(const proto::RowsDropped& event);
  bool out_stream_put(const proto::OutStreamPut& event);
  bool watermark_put(const proto::WatermarkPut& event);

  // Copies the buzz, which must be there, into former_ and buzz_.
  bool begin_version(std::uint64_t id, std::uint32_t version);
  void end_version();
  // Changes one of an account's counts.
  bool count(std::string_view name, std::uint64_t (proto::Account::*get)() const,
             void (proto::Account::*set)(std::uint64_t), std::int64_t change);
  [[nodiscard]] static bool is_shard(std::uint32_t shard) { return shard < base::kShardCount; }
  [[nodiscard]] static ShardId to_shard(std::uint32_t shard) { return ShardId(static_cast<std::uint8_t>(shard)); }

  StateEditor& state_;
  const proto::Entry& entry_;
  const ShardId here_;
  proto::ShardState shard_;
  proto::Account& account_;
  proto::Buzz& former_;
  proto::Buzz& buzz_;
};

}  // namespace buzzer::kernel
