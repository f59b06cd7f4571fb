#include "node/kernel/command_key.h"

#include <xxhash.h>

#include "node/kernel/kernel.h"

namespace buzzer::kernel {

using proto::ErrorCode;

KeyJudgement judge_key(const proto::Command& command, std::int64_t clock_ms) {
  if (command.key().empty() || command.key().size() > kMostKeyBytes) {
    return {ErrorCode::kBadRequest,
            "a command's key has 1 to 64 bytes, this one " + std::to_string(command.key().size())};
  }
  if (is_expired(command.key_created_ms(), clock_ms)) {
    return {ErrorCode::kKeyExpired,
            "the command's key is more than 24 hours old: what became of it is not known any more"};
  }
  if (command.key_created_ms() > clock_ms + kKeyAheadMs) {
    return {ErrorCode::kKeyFromTheFuture,
            "the command's key was made more than an hour in the future: check the clock"};
  }
  return {};
}

bool is_expired(std::int64_t created_ms, std::int64_t clock_ms) { return created_ms < clock_ms - kKeyLifeMs; }

std::uint64_t content_hash(const proto::Command& command) {
  // One kind of body may look like another: its number goes first.
  thread_local std::string bytes;
  bytes.assign(1, static_cast<char>(command.body_case()));
  switch (command.body_case()) {
    case proto::Command::kRegisterAccount:
      command.register_account().AppendToString(&bytes);
      break;
    case proto::Command::kPostBuzz:
      command.post_buzz().AppendToString(&bytes);
      break;
    case proto::Command::kEditBuzz:
      command.edit_buzz().AppendToString(&bytes);
      break;
    case proto::Command::kDeleteBuzz:
      command.delete_buzz().AppendToString(&bytes);
      break;
    case proto::Command::BODY_NOT_SET:
      break;
  }
  return XXH64(bytes.data(), bytes.size(), 0);
}

}  // namespace buzzer::kernel
