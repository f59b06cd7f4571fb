#include "node/kernel/index_entries.h"

#include <algorithm>
#include <string>

#include "base/planted_mistakes.h"
#include "node/kernel/buzz_effects.h"
#include "node/kernel/home_shard.h"
#include "node/kernel/text.h"

namespace buzzer::kernel {
namespace {

using proto::Entity;

bool has(const proto::Buzz* buzz, const Entity& entity) {
  return buzz != nullptr && std::any_of(buzz->entities().begin(), buzz->entities().end(), [&](const Entity& other) {
           return other.kind() == entity.kind() && other.value() == entity.value();
         });
}

void remove(StateEditor& state, ShardId here, const Entity& entity, BuzzId id) {
  if (is_topic_here(here, entity)) state.remove_from_index(Index::kTopic, entity.value(), id);
  // Whether or not there was such a user when the mention was made.
  if (entity.kind() != Entity::MENTION || shard_of_user(entity.value()) != here) return;
  if (!is_planted(base::Mistake::kMentionEditedAway)) state.remove_from_index(Index::kMention, entity.value(), id);
}

void add(StateEditor& state, ShardId here, const Entity& entity, BuzzId id, const LowerName& author) {
  if (is_topic_here(here, entity)) state.add_to_index(Index::kTopic, entity.value(), id, author.view());
  if (is_mentioned_here(state, here, entity)) {
    state.add_to_index(Index::kMention, entity.value(), id, author.view());
  }
}

}  // namespace

void reindex(StateEditor& state, ShardId here, const proto::Buzz* former, const proto::Buzz* present) {
  if (former != nullptr) {
    for (const Entity& entity : former->entities()) {
      if (!has(present, entity)) remove(state, here, entity, BuzzId(former->id()));
    }
    const auto root = thread_here(here, *former);
    if (root && present == nullptr) {
      state.remove_from_index(Index::kThread, std::to_string(root->value()), BuzzId(former->id()));
    }
  }
  if (present == nullptr) return;
  const BuzzId id(present->id());
  if (present->entities().empty() && present->root() == 0) return;
  const LowerName author(present->author());
  for (const Entity& entity : present->entities()) add(state, here, entity, id, author);
  if (const auto root = thread_here(here, *present)) {
    state.add_to_index(Index::kThread, std::to_string(root->value()), id, author.view());
  }
}

}  // namespace buzzer::kernel
