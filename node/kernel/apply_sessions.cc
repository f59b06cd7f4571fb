// How events change what is known of passwords and tokens.
#include "node/kernel/applier.h"
#include "node/kernel/kernel.h"

namespace buzzer::kernel {

bool Applier::credential_put(const proto::CredentialPut& event) {
  if (state_.account(event.account()) == nullptr) return false;
  state_.put_credential(event.account(), event.record());
  return true;
}

bool Applier::session_put(const proto::SessionPut& event) {
  if (event.token_hash().size() != kTokenHashBytes || state_.account(event.account()) == nullptr) return false;
  state_.put_session(event.account(), event.token_hash(), event.record());
  return true;
}

bool Applier::session_erased(const proto::SessionErased& event) {
  if (event.token_hash().size() != kTokenHashBytes) return false;
  if (state_.session(event.account(), event.token_hash()) == nullptr) return false;
  state_.erase_session(event.account(), event.token_hash());
  return true;
}

}  // namespace buzzer::kernel
