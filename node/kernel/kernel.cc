#include "node/kernel/kernel.h"

#include <algorithm>
#include <string>

#include "base/planted_mistakes.h"
#include "node/kernel/command_key.h"
#include "node/kernel/text.h"

namespace buzzer::kernel {
namespace {

using proto::ErrorCode;

// One decision in the making.
class Decider {
 public:
  Decider(const StateView& state, const proto::Command& command, std::int64_t now_ms, ShardId shard, Decision& decision)
      : state_(state), command_(command), shard_(shard), shard_state_(state.shard_state()), decision_(decision) {
    clock_ms_ = std::max(now_ms, shard_state_.clock_ms());
    decision_.clear();
  }

  void run() {
    if (!is_name(command_.account())) return refuse_name();
    account_name_ = LowerName(command_.account());
    if (const auto refusal = judge_key(command_, clock_ms_); refusal.code != ErrorCode::kNone) {
      return refuse(refusal.code, refusal.message);
    }
    const std::uint64_t hash = content_hash(command_);
    if (const proto::CommandKey* known = state_.command_key(account_name_.view(), command_.key())) {
      return repeat(*known, hash);
    }
    execute();
    if (decision_.reply.error() != 0) return;
    decision_.reply.set_time_ms(clock_ms_);
    decision_.entry.set_clock_ms(clock_ms_);
    remember_key(hash);
    forget_old_keys();
  }

 private:
  void refuse_name() {
    if (command_.has_register_account()) return refuse(ErrorCode::kInvalidName, "a name is 1 to 30 of A-Z a-z 0-9 _");
    refuse(ErrorCode::kUnknownUser, "no such user");
  }

  void execute() {
    switch (command_.body_case()) {
      case proto::Command::kRegisterAccount:
        return register_account(command_.register_account());
      case proto::Command::kPostBuzz:
        return post(command_.post_buzz());
      case proto::Command::kEditBuzz:
        return edit(command_.edit_buzz());
      case proto::Command::kDeleteBuzz:
        return remove(command_.delete_buzz());
      case proto::Command::BODY_NOT_SET:
        return refuse(ErrorCode::kBadRequest, "a command without a body");
    }
    refuse(ErrorCode::kBadRequest, "a command of no known kind");
  }

  void register_account(const proto::RegisterAccount& wish) {
    if (wish.name() != command_.account()) {
      return refuse(ErrorCode::kBadRequest, "a registration is for the name of its account");
    }
    if (state_.account(account_name_.view()) != nullptr) return refuse(ErrorCode::kNameTaken, "that name is taken");
    add(proto::Event::kAccountRegistered).mutable_account_registered()->set_name(wish.name());
  }

  void post(const proto::PostBuzz& wish) {
    const proto::Account* author = known_account();
    if (author == nullptr || !text_holds(wish.text())) return;
    const BuzzId id = next_id(clock_ms_, shard_, BuzzId(shard_state_.last_id()));
    proto::Buzz& buzz = *add(proto::Event::kBuzzPosted).mutable_buzz_posted()->mutable_buzz();
    buzz.set_id(id.value());
    buzz.set_author(author->name());
    buzz.set_text(wish.text());
    buzz.set_version(1);
    buzz.set_posted_ms(clock_ms_);
    buzz.set_visibility(proto::Buzz::PUBLIC);
    find_entities(buzz.text(), *buzz.mutable_entities());
    answer(id.value(), 1);
  }

  void edit(const proto::EditBuzz& wish) {
    if (known_account() == nullptr) return;
    const proto::Buzz* buzz = own_buzz(BuzzId(wish.id()));
    if (buzz == nullptr || !text_holds(wish.text())) return;
    proto::BuzzEdited& edited = *add(proto::Event::kBuzzEdited).mutable_buzz_edited();
    edited.set_id(wish.id());
    edited.set_version(buzz->version() + 1);
    edited.set_text(wish.text());
    find_entities(edited.text(), *edited.mutable_entities());
    answer(wish.id(), edited.version());
  }

  void remove(const proto::DeleteBuzz& wish) {
    if (known_account() == nullptr) return;
    const proto::Buzz* buzz = own_buzz(BuzzId(wish.id()));
    if (buzz == nullptr) return;
    proto::BuzzDeleted& deleted = *add(proto::Event::kBuzzDeleted).mutable_buzz_deleted();
    deleted.set_id(wish.id());
    deleted.set_version(buzz->version() + 1);
    answer(wish.id(), deleted.version());
  }

  proto::Event& add(proto::Event::BodyCase kind) { return decision_.spare_events.add_to(decision_.entry, kind); }

  // Null, and refused, when there is none.
  const proto::Account* known_account() {
    const proto::Account* account = state_.account(account_name_.view());
    if (account == nullptr) refuse(ErrorCode::kUnknownUser, "no such user: " + std::string(account_name_.view()));
    return account;
  }

  const proto::Buzz* own_buzz(BuzzId id) {
    const proto::Buzz* buzz = state_.buzz(id);
    if (buzz == nullptr || buzz->deleted()) {
      refuse(ErrorCode::kUnknownBuzz, "no such buzz: " + std::to_string(id.value()));
      return nullptr;
    }
    if (LowerName(buzz->author()) != account_name_) {
      refuse(ErrorCode::kNotYours, "only its author may do that");
      return nullptr;
    }
    return buzz;
  }

  bool text_holds(const std::string& text) {
    switch (const ErrorCode code = check_text(text)) {
      case ErrorCode::kNone:
        return true;
      case ErrorCode::kTextEmpty:
        refuse(code, "a buzz needs a text");
        return false;
      case ErrorCode::kTextTooLong:
        refuse(code, "a buzz has at most 500 characters");
        return false;
      default:
        refuse(code, "a buzz is valid UTF-8 without control characters other than newlines");
        return false;
    }
  }

  void answer(std::uint64_t id, std::uint32_t version) {
    decision_.reply.set_id(id);
    decision_.reply.set_version(version);
  }

  void refuse(ErrorCode code, std::string message) {
    decision_.clear();
    decision_.reply.set_error(static_cast<std::uint32_t>(code));
    decision_.reply.set_message(std::move(message));
  }

  void repeat(const proto::CommandKey& known, std::uint64_t hash) {
    if (known.content_hash() != hash) return refuse(ErrorCode::kKeyReused, "that key has served another command");
    // Bytes from a disk, which may hold anything. What the command came to is still so: only saying it fails.
    if (!decision_.reply.ParseFromString(known.reply())) {
      refuse(ErrorCode::kUnavailable, "the result kept with that key cannot be read");
    }
  }

  void remember_key(std::uint64_t hash) {
    proto::KeyRemembered& remembered = *add(proto::Event::kKeyRemembered).mutable_key_remembered();
    remembered.mutable_account()->assign(account_name_.view());  // set_account(data, size) makes a string on the way
    remembered.set_key(command_.key());
    remembered.mutable_record()->set_created_ms(command_.key_created_ms());
    remembered.mutable_record()->set_content_hash(hash);
    std::string& reply = *remembered.mutable_record()->mutable_reply();
    reply.resize(decision_.reply.ByteSizeLong());
    decision_.reply.SerializeWithCachedSizesToArray(reinterpret_cast<std::uint8_t*>(reply.data()));
  }

  void forget_old_keys() {
    int left = kKeysForgottenPerCommand;
    state_.visit_keys([&](std::string_view account, std::string_view key, std::int64_t created_ms) {
      const std::int64_t early_ms = is_planted(base::Mistake::kKeyForgottenEarly) ? 60'000 : 0;
      if (left-- == 0 || !is_expired(created_ms, clock_ms_ + early_ms)) return false;
      proto::KeyForgotten& forgotten = *add(proto::Event::kKeyForgotten).mutable_key_forgotten();
      forgotten.mutable_account()->assign(account);
      forgotten.mutable_key()->assign(key);
      forgotten.set_created_ms(created_ms);
      return true;
    });
  }

  const StateView& state_;
  const proto::Command& command_;
  const ShardId shard_;
  const proto::ShardState shard_state_;
  Decision& decision_;
  std::int64_t clock_ms_ = 0;
  LowerName account_name_;
};

}  // namespace

void decide(const StateView& state, const proto::Command& command, std::int64_t now_ms, ShardId shard,
            Decision& decision) {
  Decider(state, command, now_ms, shard, decision).run();
}

}  // namespace buzzer::kernel
