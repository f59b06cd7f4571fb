#include "node/shard/refusals.h"

#include "base/planted_mistakes.h"
#include "node/kernel/command_key.h"
#include "node/kernel/text.h"
#include "proto/errors.h"

namespace buzzer::shard {
namespace {

using proto::ErrorCode;

std::string identity(const std::string& account, std::uint64_t content_hash, const std::string& key) {
  return account + '\n' + std::to_string(content_hash) + '\n' + key;
}

std::string identity(const proto::Command& command) {
  return identity(kernel::lower_name(command.account()), kernel::content_hash(command), command.key());
}

// What is wrong with the command itself is wrong in every state.
bool depends_on_state(ErrorCode code) {
  switch (code) {
    case ErrorCode::kNameTaken:
    case ErrorCode::kUnknownUser:
    case ErrorCode::kUnknownBuzz:
    case ErrorCode::kNotYours:
    case ErrorCode::kKeyReused:
    case ErrorCode::kKeyFromTheFuture:
    case ErrorCode::kTooManyFollowed:
      return true;
    default:
      return false;
  }
}

}  // namespace

const proto::Reply* Refusals::find(const proto::Command& command, base::MonotonicTime now) {
  if (replies_.empty()) return nullptr;
  forget_old(now);
  const auto found = replies_.find(identity(command));
  return found == replies_.end() ? nullptr : &found->second;
}

bool Refusals::remember(const proto::Command& command, const proto::Reply& reply, base::MonotonicTime now) {
  if (reply.error() == 0 || !kernel::is_name(command.account())) return true;  // never anybody's, and of any length
  return remember(kernel::lower_name(command.account()), kernel::content_hash(command), command.key(), reply, now);
}

bool Refusals::remember(const std::string& account, std::uint64_t content_hash, const std::string& key,
                        const proto::Reply& reply, base::MonotonicTime now) {
  if (is_planted(base::Mistake::kRefusalForgotten)) return true;
  if (reply.error() == 0 || !depends_on_state(static_cast<ErrorCode>(reply.error()))) return true;
  forget_old(now);
  const auto count = of_account_.find(account);
  if (replies_.size() >= kMost || (count != of_account_.end() && count->second >= kMostOfOneAccount)) return false;
  const auto [place, added] = replies_.emplace(identity(account, content_hash, key), reply);
  if (!added) return true;
  ++of_account_[account];
  by_age_.push_back({now, place, account});
  return true;
}

void Refusals::forget_old(base::MonotonicTime now) {
  while (!by_age_.empty() && now - by_age_.front().since > kLife) {
    const Kept& oldest = by_age_.front();
    replies_.erase(oldest.reply);
    if (const auto count = of_account_.find(oldest.account); --count->second == 0) of_account_.erase(count);
    by_age_.pop_front();
  }
}

}  // namespace buzzer::shard
