#include "node/kernel/kernel.h"

#include <string>
#include <utility>

#include "base/planted_mistakes.h"
#include "node/kernel/command_decider.h"
#include "node/kernel/command_key.h"

namespace buzzer::kernel {

using proto::ErrorCode;

void CommandDecider::run() {
  if (!is_name(command_.account())) return refuse_name();
  account_name_ = LowerName(command_.account());
  if (const auto refusal = judge_key(command_, clock_ms()); refusal.code != ErrorCode::kNone) {
    return refuse(refusal.code, refusal.message);
  }
  const std::uint64_t hash = content_hash(command_);
  if (const proto::CommandKey* known = state().command_key(account_name_.view(), command_.key())) {
    return repeat(*known, hash);
  }
  execute();
  if (decision().reply.error() != 0) return;
  decision().waits = !waits_for_.empty();
  if (!decision().waits) decision().reply.set_time_ms(clock_ms());
  remember_key(hash);
  forget_old_keys();
  finish();
}

void CommandDecider::refuse_name() {
  if (command_.has_register_account()) return refuse(ErrorCode::kInvalidName, "a name is 1 to 30 of A-Z a-z 0-9 _");
  refuse(ErrorCode::kUnknownUser, "no such user");
}

void CommandDecider::execute() {
  switch (command_.body_case()) {
    case proto::Command::kRegisterAccount:
      return register_account(command_.register_account());
    case proto::Command::kPostBuzz:
      return post(command_.post_buzz());
    case proto::Command::kEditBuzz:
      return edit(command_.edit_buzz());
    case proto::Command::kDeleteBuzz:
      return remove(command_.delete_buzz());
    case proto::Command::kFollowUser:
      return follow(command_.follow_user().name());
    case proto::Command::kUnfollowUser:
      return unfollow(command_.unfollow_user().name());
    case proto::Command::kOpenSession:
      return open_session(command_.open_session());
    case proto::Command::kCloseSession:
      return close_session(command_.close_session());
    case proto::Command::BODY_NOT_SET:
      return refuse(ErrorCode::kBadRequest, "a command without a body");
  }
  refuse(ErrorCode::kBadRequest, "a command of no known kind");
}

void CommandDecider::register_account(const proto::RegisterAccount& wish) {
  if (wish.name() != command_.account()) {
    return refuse(ErrorCode::kBadRequest, "a registration is for the name of its account");
  }
  if (wish.password_hash().size() > kMostPasswordHashBytes) {
    return refuse(ErrorCode::kBadRequest,
                  "a password's hash has at most 128 bytes, this one " + std::to_string(wish.password_hash().size()));
  }
  if (state().account(account_name_.view()) != nullptr) return refuse(ErrorCode::kNameTaken, "that name is taken");
  add(proto::Event::kAccountRegistered).mutable_account_registered()->set_name(wish.name());
  if (wish.password_hash().empty()) return;
  proto::CredentialPut& put = *add(proto::Event::kCredentialPut).mutable_credential_put();
  put.mutable_account()->assign(account_name_.view());
  put.mutable_record()->set_password_hash(wish.password_hash());
}

const proto::Account* CommandDecider::known_account() {
  const proto::Account* account = state().account(account_name_.view());
  if (account == nullptr) refuse(ErrorCode::kUnknownUser, "no such user: " + std::string(account_name_.view()));
  return account;
}

void CommandDecider::refuse(ErrorCode code, std::string message) {
  decision().clear();
  decision().reply.set_error(static_cast<std::uint32_t>(code));
  decision().reply.set_message(std::move(message));
}

void CommandDecider::repeat(const proto::CommandKey& known, std::uint64_t hash) {
  if (known.content_hash() != hash) return refuse(ErrorCode::kKeyReused, "that key has served another command");
  if (!known.follows().empty()) {
    decision().waits = true;  // still
    return;
  }
  // Bytes from a disk, which may hold anything. What the command came to is still so: only saying it fails.
  if (!decision().reply.ParseFromString(known.reply())) {
    refuse(ErrorCode::kUnavailable, "the result kept with that key cannot be read");
  }
}

void CommandDecider::remember_key(std::uint64_t hash) {
  proto::KeyRemembered& remembered = *add(proto::Event::kKeyRemembered).mutable_key_remembered();
  remembered.mutable_account()->assign(account_name_.view());  // set_account(data, size) makes a string on the way
  remembered.set_key(command_.key());
  remembered.mutable_record()->set_created_ms(command_.key_created_ms());
  remembered.mutable_record()->set_content_hash(hash);
  if (decision().waits) {
    remembered.mutable_record()->set_follows(waits_for_);
    return;
  }
  std::string& reply = *remembered.mutable_record()->mutable_reply();
  reply.resize(decision().reply.ByteSizeLong());
  decision().reply.SerializeWithCachedSizesToArray(reinterpret_cast<std::uint8_t*>(reply.data()));
}

void CommandDecider::forget_old_keys() {
  int left = kKeysForgottenPerCommand;
  state().visit_keys([this, &left](std::string_view account, std::string_view key, std::int64_t created_ms) {
    const std::int64_t early_ms = is_planted(base::Mistake::kKeyForgottenEarly) ? 60'000 : 0;
    if (left-- == 0 || !is_expired(created_ms, clock_ms() + early_ms)) return false;
    proto::KeyForgotten& forgotten = *add(proto::Event::kKeyForgotten).mutable_key_forgotten();
    forgotten.mutable_account()->assign(account);
    forgotten.mutable_key()->assign(key);
    forgotten.set_created_ms(created_ms);
    return true;
  });
}

void decide(const StateView& state, const proto::Command& command, const Moment& moment, Decision& decision) {
  CommandDecider(state, command, moment, decision).run();
}

}  // namespace buzzer::kernel
