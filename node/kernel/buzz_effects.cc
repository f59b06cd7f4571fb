#include "node/kernel/buzz_effects.h"

#include <algorithm>
#include <bit>

#include "base/planted_mistakes.h"
#include "node/kernel/home_shard.h"

namespace buzzer::kernel {
namespace {

using proto::Arrival;
using proto::Entity;

Arrival::Kind kind_of(const proto::Buzz* former, const proto::Buzz& present) {
  if (present.deleted()) return Arrival::DELETED;
  return former == nullptr ? Arrival::POSTED : Arrival::EDITED;
}

template <class Strings>
void add_once(Strings& strings, const std::string& value) {
  if (std::find(strings.begin(), strings.end(), value) == strings.end()) strings.Add()->assign(value);
}

void add_concerned(const Decider& decider, const Entities& entities, Arrival& arrival) {
  for (const Entity& entity : entities) {
    if (is_mentioned_here(decider.state(), decider.shard(), entity)) {
      add_once(*arrival.mutable_mentioned(), entity.value());
    }
    if (is_topic_here(decider.shard(), entity)) add_once(*arrival.mutable_topics(), entity.value());
  }
}

}  // namespace

ShardBits shards_concerned(const StateView& state, ShardId here, const LowerName& author, const proto::Buzz& buzz) {
  ShardBits shards = 0;
  if (const proto::AuthorInterest* interest = state.interest(author.view())) {
    for (int shard = 0; shard < interest->followers_size(); ++shard) {
      if (interest->followers(shard) != 0) shards |= ShardBits{1} << shard;
    }
  }
  for (const Entity& entity : buzz.entities()) {
    if (entity.kind() == Entity::MENTION) shards |= bit_of(shard_of_user(entity.value()));
    if (entity.kind() == Entity::TOPIC) shards |= bit_of(shard_of_topic(entity.value()));
  }
  if (buzz.in_reply_to() != 0) shards |= bit_of(id_shard(BuzzId(buzz.in_reply_to())));
  if (buzz.root() != 0) shards |= bit_of(id_shard(BuzzId(buzz.root())));
  return shards & ~bit_of(here);
}

void send_buzz(Decider& decider, BuzzId id, ShardBits to) {
  for (; to != 0; to &= to - 1) {
    const ShardId shard(static_cast<std::uint8_t>(std::countr_zero(to)));
    decider.queue_row(shard).mutable_buzz()->set_id(id.value());
  }
}

bool is_mentioned_here(const StateView& state, ShardId here, const Entity& entity) {
  return entity.kind() == Entity::MENTION && shard_of_user(entity.value()) == here &&
         state.account(entity.value()) != nullptr;
}

bool is_topic_here(ShardId here, const Entity& entity) {
  return entity.kind() == Entity::TOPIC && shard_of_topic(entity.value()) == here;
}

std::optional<BuzzId> thread_here(ShardId here, const proto::Buzz& buzz) {
  if (buzz.root() == 0 || id_shard(BuzzId(buzz.root())) != here) return std::nullopt;
  return BuzzId(buzz.root());
}

bool has_other_reason(const StateView& state, ShardId here, const proto::Buzz& buzz) {
  if (thread_here(here, buzz)) return true;
  if (buzz.in_reply_to() != 0 && id_shard(BuzzId(buzz.in_reply_to())) == here) return true;
  if (buzz.deleted()) return false;
  return std::any_of(buzz.entities().begin(), buzz.entities().end(), [&](const Entity& entity) {
    return is_topic_here(here, entity) || is_mentioned_here(state, here, entity);
  });
}

void note_buzz(Decider& decider, const LowerName& author, const proto::Buzz* former, const proto::Buzz& present) {
  Arrival& arrival = decider.note_arrival(kind_of(former, present));
  arrival.mutable_author()->assign(author.view());
  if (present.author() != author.view()) arrival.set_author_name(present.author());
  arrival.set_id(present.id());
  arrival.set_version(present.version());
  if (former != nullptr) add_concerned(decider, former->entities(), arrival);
  add_concerned(decider, present.entities(), arrival);
  // The root belongs to its own thread.
  const std::uint64_t root = present.root() == 0 ? present.id() : present.root();
  if (id_shard(BuzzId(root)) == decider.shard()) arrival.set_root(root);
}

void take_copy(Decider& decider, const proto::Buzz& buzz, std::uint64_t epoch, bool backfilled) {
  const LowerName author(buzz.author());
  std::optional<proto::Copy> former;
  if (const proto::Copy* copy = decider.state().copy(author.view(), BuzzId(buzz.id()))) former = *copy;
  const proto::Buzz* const before = former ? &former->buzz() : nullptr;

  // A copy is never replaced by an older version: a row is sent with the version that is present then, so the rows of
  // an edit that follow it bring nothing new. But what a stream brought before it began anew is worth less than what it
  // brings now, whatever the version: the author's home may have been put back to an older state.
  const bool newer =
      before == nullptr || (is_planted(base::Mistake::kOlderVersionOverNewer) ? buzz.version() < before->version()
                                                                              : buzz.version() > before->version());
  if (former && former->epoch() == epoch && !newer) return;

  const proto::FollowedAuthor* record = decider.state().followed_author(author.view());
  const bool followed = !buzz.deleted() && record != nullptr;
  const bool followed_already = record != nullptr && record->accepted();
  const bool has_reader = has_other_reason(decider.state(), decider.shard(), buzz);
  const bool kept = followed || has_reader;
  if (kept) {
    proto::Copy& copy = *decider.add(proto::Event::kCopyPut).mutable_copy_put()->mutable_copy();
    *copy.mutable_buzz() = buzz;
    copy.mutable_buzz()->clear_sent_to();
    copy.set_epoch(epoch);
    const bool confirmed = before != nullptr && before->version() == buzz.version() && former->taken_ms() != 0;
    copy.set_taken_ms(confirmed ? former->taken_ms() : decider.clock_ms());
  } else if (former) {
    proto::CopyErased& erased = *decider.add(proto::Event::kCopyErased).mutable_copy_erased();
    erased.mutable_author()->assign(author.view());
    erased.set_id(buzz.id());
  }
  // Who begins to follow reads the feed. But a backfilled version that overtakes the buzz's own row is the only one
  // that tells of it, since that row will find it here: those concerned by an earlier version, or otherwise than by
  // following, hear of it from this one. And to those who follow already, what a stream that began anew brings is what
  // they have missed.
  const bool news = former ? newer : kept && (!backfilled || followed_already || has_reader);
  if (news && !is_planted(base::Mistake::kDeliveryNotTold)) note_buzz(decider, author, before, buzz);
}

}  // namespace buzzer::kernel
