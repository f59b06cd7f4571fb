#include "base/planted_mistakes.h"
#include "node/kernel/buzz_effects.h"
#include "node/kernel/command_decider.h"

namespace buzzer::kernel {

using proto::ErrorCode;

void CommandDecider::post(const proto::PostBuzz& wish) {
  const proto::Account* author = known_account();
  if (author == nullptr || !text_holds(wish.text())) return;
  const BuzzId parent(wish.in_reply_to());
  if (parent != BuzzId() && wish.root() == 0) {
    return refuse(ErrorCode::kUnknownBuzz, "no such buzz: " + std::to_string(parent.value()));
  }
  proto::Buzz& buzz = *add(proto::Event::kBuzzPosted).mutable_buzz_posted()->mutable_buzz();
  // A millisecond past what it replies to: so ids say which came first within a thread, wherever they were given.
  buzz.set_id(give_id(parent).value());
  buzz.set_author(author->name());
  buzz.set_text(wish.text());
  buzz.set_version(1);
  buzz.set_posted_ms(clock_ms());
  buzz.set_visibility(proto::Buzz::PUBLIC);
  find_entities(buzz.text(), *buzz.mutable_entities());
  if (parent != BuzzId()) {
    buzz.set_in_reply_to(parent.value());
    buzz.set_root(wish.root());
  }
  const ShardBits concerned = shards_concerned(state(), shard(), account_name_, buzz);
  buzz.set_sent_to(concerned);
  note_buzz(*this, account_name_, nullptr, buzz);
  send_buzz(*this, BuzzId(buzz.id()), concerned);
  answer(buzz.id(), buzz.version());
}

void CommandDecider::edit(const proto::EditBuzz& wish) {
  if (known_account() == nullptr) return;
  const proto::Buzz* buzz = own_buzz(BuzzId(wish.id()));
  if (buzz == nullptr || !text_holds(wish.text())) return;
  const proto::Buzz former = *buzz;
  proto::Buzz present = former;
  present.set_version(former.version() + 1);
  find_entities(wish.text(), *present.mutable_entities());

  proto::BuzzEdited& edited = *add(proto::Event::kBuzzEdited).mutable_buzz_edited();
  edited.set_id(wish.id());
  edited.set_version(present.version());
  edited.set_text(wish.text());
  *edited.mutable_entities() = present.entities();
  tell(former, present, shards_concerned(state(), shard(), account_name_, present));
}

void CommandDecider::remove(const proto::DeleteBuzz& wish) {
  if (known_account() == nullptr) return;
  const proto::Buzz* buzz = own_buzz(BuzzId(wish.id()));
  if (buzz == nullptr) return;
  const proto::Buzz former = *buzz;
  proto::Buzz present = former;
  present.set_version(former.version() + 1);
  present.clear_entities();
  present.set_deleted(true);

  proto::BuzzDeleted& deleted = *add(proto::Event::kBuzzDeleted).mutable_buzz_deleted();
  deleted.set_id(wish.id());
  deleted.set_version(present.version());
  // Whoever was never sent the buzz has nothing to delete.
  tell(former, present, 0);
}

void CommandDecider::tell(const proto::Buzz& former, const proto::Buzz& present, ShardBits concerned) {
  const BuzzId id(present.id());
  note_buzz(*this, account_name_, &former, present);
  if ((concerned & ~former.sent_to()) != 0) {
    proto::SentTo& sent = *add(proto::Event::kSentTo).mutable_sent_to();
    sent.set_id(id.value());
    sent.set_shards(concerned & ~former.sent_to());
  }
  ShardBits to = former.sent_to() | concerned;
  if (present.deleted() && is_planted(base::Mistake::kDeleteToPresentInterestOnly)) {
    to = shards_concerned(state(), shard(), account_name_, present);
  }
  send_buzz(*this, id, to);
  answer(id.value(), present.version());
}

const proto::Buzz* CommandDecider::own_buzz(BuzzId id) {
  // Whether there is such a buzz in another shard is not known here; but it is none of this account's.
  if (id != BuzzId() && id_shard(id) != shard()) {
    refuse(ErrorCode::kNotYours, "no buzz of yours: " + std::to_string(id.value()));
    return nullptr;
  }
  const proto::Buzz* buzz = state().buzz(id);
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

bool CommandDecider::text_holds(const std::string& text) {
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

void CommandDecider::answer(std::uint64_t id, std::uint32_t version) {
  decision().reply.set_id(id);
  decision().reply.set_version(version);
}

}  // namespace buzzer::kernel
