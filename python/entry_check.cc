#include "python/entry_check.h"

#include <string>

#include "node/kernel/kernel.h"
#include "node/kernel/text.h"
#include "proto/commands.pb.h"

namespace buzzer::python {
namespace {

constexpr std::uint64_t kIdLimit = 1ULL << 53;

bool is_lower_name(const std::string& name) { return kernel::is_name(name) && kernel::lower_name(name) == name; }

bool is_key(const std::string& key) { return !key.empty() && key.size() <= kernel::kMostKeyBytes; }

bool are_known(const kernel::Entities& entities) {
  for (const proto::Entity& entity : entities) {
    if (!proto::Entity::Kind_IsValid(entity.kind())) return false;
  }
  return true;
}

// What is wrong with it; null: nothing.
const char* flaw(const proto::Buzz& buzz, base::ShardId shard) {
  if (buzz.id() >= kIdLimit || kernel::id_shard(base::BuzzId(buzz.id())) != shard) return "a buzz of another shard";
  if (!kernel::is_name(buzz.author())) return "a buzz whose author has no name";
  if (!are_known(buzz.entities())) return "a buzz with entities of no known kind";
  if (!proto::Buzz::Visibility_IsValid(buzz.visibility())) return "a buzz with a visibility of no known kind";
  return nullptr;
}

const char* flaw(const proto::KeyRemembered& remembered) {
  if (!is_lower_name(remembered.account())) return "a key of an account without a name";
  if (!is_key(remembered.key())) return "a key that has not 1 to 64 bytes";
  proto::Reply reply;
  if (!reply.ParseFromString(remembered.record().reply())) return "a key whose reply cannot be read";
  if (reply.error() != 0) return "a key of a command that was refused";
  return nullptr;
}

const char* flaw(const proto::Event& event, base::ShardId shard) {
  switch (event.body_case()) {
    case proto::Event::kAccountRegistered:
      return kernel::is_name(event.account_registered().name()) ? nullptr : "an account without a name";
    case proto::Event::kBuzzPosted:
      return flaw(event.buzz_posted().buzz(), shard);
    case proto::Event::kBuzzEdited:
      return are_known(event.buzz_edited().entities()) ? nullptr : "an edit with entities of no known kind";
    case proto::Event::kBuzzDeleted:
      return nullptr;
    case proto::Event::kKeyRemembered:
      return flaw(event.key_remembered());
    case proto::Event::kKeyForgotten:
      if (!is_lower_name(event.key_forgotten().account())) return "a key of an account without a name";
      return is_key(event.key_forgotten().key()) ? nullptr : "a key that has not 1 to 64 bytes";
    case proto::Event::BODY_NOT_SET:
      break;
  }
  return "an event of no known kind";
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
  if (entry.events_size() == 0) return base::fail("the entry has no events");
  for (const proto::Event& event : entry.events()) {
    if (const char* wrong = flaw(event, shard)) return base::fail(std::string("the entry holds ") + wrong);
  }
  return entry;
}

}  // namespace buzzer::python
