#include "python/entry_check.h"

#include <algorithm>
#include <string>

#include "node/kernel/kernel.h"
#include "node/kernel/text.h"
#include "proto/commands.pb.h"

namespace buzzer::python {
namespace {

constexpr std::uint64_t kIdLimit = 1ULL << 53;

bool is_lower_name(const std::string& name) { return kernel::is_name(name) && kernel::lower_name(name) == name; }

bool is_key(const std::string& key) { return !key.empty() && key.size() <= kernel::kMostKeyBytes; }

bool is_shard(std::uint32_t shard) { return shard < base::kShardCount; }

// Mentions and topics stand in keys of the store.
bool may_stand_in_a_key(const proto::Entity& entity) {
  const std::string& value = entity.value();
  if (entity.kind() == proto::Entity::MENTION) return is_lower_name(value);
  if (entity.kind() != proto::Entity::TOPIC) return true;
  return !value.empty() && std::none_of(value.begin(), value.end(), [](char c) { return c >= 0 && c < ' '; });
}

bool are_known(const kernel::Entities& entities) {
  return std::all_of(entities.begin(), entities.end(), [](const proto::Entity& entity) {
    return proto::Entity::Kind_IsValid(entity.kind()) && may_stand_in_a_key(entity);
  });
}

// What is wrong with it; null: nothing.
const char* flaw(const proto::Buzz& buzz) {
  if (buzz.id() >= kIdLimit || buzz.root() >= kIdLimit) return "a buzz with an id that is none";
  if (!kernel::is_name(buzz.author())) return "a buzz whose author has no name";
  if (!are_known(buzz.entities())) return "a buzz with entities of no known kind, or that name nothing";
  if (!proto::Buzz::Visibility_IsValid(buzz.visibility())) return "a buzz with a visibility of no known kind";
  return nullptr;
}

template <class Key>
const char* key_flaw(const Key& key) {
  if (!is_lower_name(key.account())) return "a key of an account without a name";
  return is_key(key.key()) ? nullptr : "a key that has not 1 to 64 bytes";
}

const char* flaw(const proto::KeyRemembered& remembered) {
  if (const char* wrong = key_flaw(remembered)) return wrong;
  proto::Reply reply;
  if (!reply.ParseFromString(remembered.record().reply())) return "a key whose reply cannot be read";
  if (reply.error() != 0) return "a key of a command that was refused";
  return nullptr;
}

// What a command had to wait for may have been refused.
const char* flaw(const proto::KeyResolved& resolved) {
  if (const char* wrong = key_flaw(resolved)) return wrong;
  return proto::Reply().ParseFromString(resolved.record().reply()) ? nullptr : "a key whose reply cannot be read";
}

const char* edge_flaw(const std::string& follower, const std::string& author) {
  return is_lower_name(follower) && is_lower_name(author) ? nullptr : "a follow of somebody without a name";
}

const char* author_flaw(const std::string& author) {
  return is_lower_name(author) ? nullptr : "an author without a name";
}

const char* shard_flaw(std::uint32_t shard) { return is_shard(shard) ? nullptr : "a shard that there is not"; }

const char* session_flaw(const std::string& account, const std::string& token_hash) {
  if (!is_lower_name(account)) return "a session of somebody without a name";
  return token_hash.size() == kernel::kTokenHashBytes ? nullptr : "a token's hash that has not 32 bytes";
}

const char* gossip_flaw(const proto::Event& event) {
  switch (event.body_case()) {
    case proto::Event::kEdgePut:
      return edge_flaw(event.edge_put().follower(), event.edge_put().author());
    case proto::Event::kEdgeErased:
      return edge_flaw(event.edge_erased().follower(), event.edge_erased().author());
    case proto::Event::kFollowedAuthorPut:
      return author_flaw(event.followed_author_put().author());
    case proto::Event::kFollowedAuthorErased:
      return author_flaw(event.followed_author_erased().author());
    case proto::Event::kInterestPut:
      return author_flaw(event.interest_put().author());
    case proto::Event::kCopyPut:
      return flaw(event.copy_put().copy().buzz());
    case proto::Event::kCopyErased:
      return author_flaw(event.copy_erased().author());
    case proto::Event::kRowQueued:
      return shard_flaw(event.row_queued().to());
    case proto::Event::kRowsTrimmed:
      return shard_flaw(event.rows_trimmed().to());
    case proto::Event::kRowsDropped:
      return shard_flaw(event.rows_dropped().to());
    case proto::Event::kOutStreamPut:
      return shard_flaw(event.out_stream_put().to());
    case proto::Event::kWatermarkPut:
      return shard_flaw(event.watermark_put().from());
    case proto::Event::kArrivalNoted:
      return proto::Arrival::Kind_IsValid(event.arrival_noted().arrival().kind()) ? nullptr
                                                                                  : "an arrival of no known kind";
    case proto::Event::kSentTo:
    case proto::Event::kArrivalsTrimmed:
    case proto::Event::kSweepPut:
    case proto::Event::kSweepErased:
      return nullptr;
    default:
      return "an event of no known kind";
  }
}

const char* flaw(const proto::Event& event, base::ShardId shard) {
  switch (event.body_case()) {
    case proto::Event::kAccountRegistered:
      return kernel::is_name(event.account_registered().name()) ? nullptr : "an account without a name";
    case proto::Event::kBuzzPosted: {
      const proto::Buzz& buzz = event.buzz_posted().buzz();
      if (kernel::id_shard(base::BuzzId(buzz.id())) != shard) return "a buzz of another shard";
      return flaw(buzz);
    }
    case proto::Event::kBuzzEdited:
      return are_known(event.buzz_edited().entities()) ? nullptr
                                                       : "an edit with entities of no known kind, or that name nothing";
    case proto::Event::kBuzzDeleted:
      return nullptr;
    case proto::Event::kKeyRemembered:
      return flaw(event.key_remembered());
    case proto::Event::kKeyForgotten:
      return key_flaw(event.key_forgotten());
    case proto::Event::kKeyResolved:
      return flaw(event.key_resolved());
    case proto::Event::kCredentialPut:
      return is_lower_name(event.credential_put().account()) ? nullptr : "a password of somebody without a name";
    case proto::Event::kSessionPut:
      return session_flaw(event.session_put().account(), event.session_put().token_hash());
    case proto::Event::kSessionErased:
      return session_flaw(event.session_erased().account(), event.session_erased().token_hash());
    default:
      return gossip_flaw(event);
  }
}

}  // namespace

base::Result<proto::Entry> read_entry(std::string_view bytes, base::ShardId shard) {
  if (bytes.size() > kMostEntryBytes) {
    return base::fail("an entry has at most " + std::to_string(kMostEntryBytes) + " bytes, this one " +
                      std::to_string(bytes.size()));
  }
  proto::Entry entry;
  if (!entry.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return base::fail("these bytes are no entry");
  }
  if (entry.clock_ms() < 0 || entry.clock_ms() > kLatestMs) {
    return base::fail("the entry's clock says " + std::to_string(entry.clock_ms()) + " ms, which is no time");
  }
  if (entry.shard() != shard.value()) return base::fail("the entry is of shard " + std::to_string(entry.shard()));
  if (entry.events_size() == 0) return base::fail("the entry has no events");
  for (const proto::Event& event : entry.events()) {
    if (const char* wrong = flaw(event, shard)) return base::fail(std::string("the entry holds ") + wrong);
  }
  return entry;
}

}  // namespace buzzer::python
