// Passwords and sessions: looked up when somebody logs in or comes back, and kept nowhere else.
#include "node/shard/shard_state.h"

namespace buzzer::shard {

using store::Key;

const proto::Credential* ShardState::credential(std::string_view name) const {
  return read(store::credential_key(shard_, name).bytes(), credential_) ? &credential_ : nullptr;
}

const proto::Session* ShardState::session(std::string_view name, std::string_view token_hash) const {
  return read(store::session_key(shard_, name, token_hash).bytes(), session_) ? &session_ : nullptr;
}

void ShardState::visit_sessions(std::string_view name, const VisitSession& visit) const {
  const Key all = store::session_keys(shard_, name);
  proto::Session session;
  visit_from(all, all, [&](std::string_view key, std::string_view value) {
    const auto token_hash = store::parse_session_key(key);
    if (!token_hash) return spoiled();
    return decode(value, session) && visit(*token_hash, session);
  });
}

void ShardState::put_credential(std::string_view name, const proto::Credential& credential) {
  put(store::credential_key(shard_, name), credential);
}

void ShardState::put_session(std::string_view name, std::string_view token_hash, const proto::Session& session) {
  put(store::session_key(shard_, name, token_hash), session);
}

void ShardState::erase_session(std::string_view name, std::string_view token_hash) {
  changes_.erase(store::session_key(shard_, name, token_hash).bytes());
}

}  // namespace buzzer::shard
