// Who is logged in: sessions, at their user's home, by the hash of the token that opens them.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "node/kernel/command_decider.h"

namespace buzzer::kernel {

using proto::ErrorCode;

void CommandDecider::open_session(const proto::OpenSession& wish) {
  if (known_account() == nullptr || !is_token_hash(wish.token_hash())) return;
  if (wish.expires_ms() <= clock_ms()) return refuse(ErrorCode::kBadRequest, "a session ends in the future");
  make_room(wish.token_hash());
  proto::SessionPut& put = *add(proto::Event::kSessionPut).mutable_session_put();
  put.mutable_account()->assign(account_name_.view());
  put.set_token_hash(wish.token_hash());
  put.mutable_record()->set_created_ms(clock_ms());
  put.mutable_record()->set_expires_ms(wish.expires_ms());
}

// Those that have expired go, and as many of the others, the ones that expire first, as there would be too many.
void CommandDecider::make_room(const std::string& token_hash) {
  std::vector<std::pair<std::int64_t, std::string>> others;
  state().visit_sessions(account_name_.view(), [&](std::string_view other, const proto::Session& session) {
    if (other != token_hash) others.emplace_back(session.expires_ms(), other);
    return true;
  });
  std::sort(others.begin(), others.end());
  std::size_t left = others.size();
  for (const auto& [expires_ms, other] : others) {
    if (expires_ms > clock_ms() && left < kMostSessions) break;
    erase_session(other);
    --left;
  }
}

void CommandDecider::close_session(const proto::CloseSession& wish) {
  if (known_account() == nullptr || !is_token_hash(wish.token_hash())) return;
  // Otherwise it is as wished already.
  if (state().session(account_name_.view(), wish.token_hash()) != nullptr) erase_session(wish.token_hash());
}

void CommandDecider::erase_session(const std::string& token_hash) {
  proto::SessionErased& erased = *add(proto::Event::kSessionErased).mutable_session_erased();
  erased.mutable_account()->assign(account_name_.view());
  erased.set_token_hash(token_hash);
}

bool CommandDecider::is_token_hash(const std::string& bytes) {
  if (bytes.size() == kTokenHashBytes) return true;
  refuse(ErrorCode::kBadRequest, "a token's hash has 32 bytes, this one " + std::to_string(bytes.size()));
  return false;
}

}  // namespace buzzer::kernel
