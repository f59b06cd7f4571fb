// What logging in, and being logged in, stand on.
#include <string>

#include "node/kernel/kernel.h"
#include "node/kernel/query_parts.h"
#include "node/kernel/text.h"

namespace buzzer::kernel {

void answer_credential(const Question& question, const proto::CredentialQuery& query) {
  if (!question.has_account(query.name())) return;
  const LowerName name(query.name());
  proto::FoundCredential& found = *question.answer.mutable_credential();
  found.set_name(question.state.account(name.view())->name());
  if (const proto::Credential* credential = question.state.credential(name.view())) {
    found.set_password_hash(credential->password_hash());
  }
}

void answer_session(const Question& question, const proto::SessionQuery& query) {
  if (query.token_hash().size() != kTokenHashBytes) {
    return question.refuse(proto::ErrorCode::kBadRequest, "a token's hash has 32 bytes");
  }
  if (!question.has_account(query.user())) return;
  const LowerName name(query.user());
  const proto::Session* session = question.state.session(name.view(), query.token_hash());
  if (session == nullptr) return;
  const std::int64_t expires_ms = session->expires_ms();
  if (expires_ms <= question.state.shard_state().clock_ms()) return;
  proto::FoundSession& found = *question.answer.mutable_session();
  found.set_name(question.state.account(name.view())->name());
  found.set_expires_ms(expires_ms);
}

}  // namespace buzzer::kernel
