#include "node/kernel/command_key.h"

#include <vector>

#include <xxhash.h>

#include "node/kernel/kernel.h"

namespace buzzer::kernel {

using proto::ErrorCode;

namespace {

// One kind of body may look like another: its number goes first.
template <class Body>
std::uint64_t content_hash(proto::Command::BodyCase kind, const Body& body) {
  thread_local std::vector<std::uint8_t> bytes;
  const std::size_t size = 1 + body.ByteSizeLong();
  if (bytes.size() < size) bytes.resize(size);
  bytes.front() = static_cast<std::uint8_t>(kind);
  body.SerializeWithCachedSizesToArray(bytes.data() + 1);
  return XXH64(bytes.data(), size, 0);
}

// The root of what it replies to is looked up anew for each repetition, which may find that it is gone.
const proto::PostBuzz& without_root(const proto::PostBuzz& wish) {
  if (wish.root() == 0) return wish;
  thread_local proto::PostBuzz bare;
  bare.CopyFrom(wish);
  bare.clear_root();
  return bare;
}

}  // namespace

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
  switch (command.body_case()) {
    case proto::Command::kRegisterAccount:
      return content_hash(command.body_case(), command.register_account());
    case proto::Command::kPostBuzz:
      return content_hash(command.body_case(), without_root(command.post_buzz()));
    case proto::Command::kEditBuzz:
      return content_hash(command.body_case(), command.edit_buzz());
    case proto::Command::kDeleteBuzz:
      return content_hash(command.body_case(), command.delete_buzz());
    case proto::Command::kFollowUser:
      return content_hash(command.body_case(), command.follow_user());
    case proto::Command::kUnfollowUser:
      return content_hash(command.body_case(), command.unfollow_user());
    case proto::Command::kOpenSession:
      return content_hash(command.body_case(), command.open_session());
    case proto::Command::kCloseSession:
      return content_hash(command.body_case(), command.close_session());
    case proto::Command::BODY_NOT_SET:
      break;
  }
  const char none = 0;
  return XXH64(&none, 1, 0);
}

}  // namespace buzzer::kernel
