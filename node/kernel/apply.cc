#include "node/kernel/kernel.h"
#include "node/kernel/text.h"

namespace buzzer::kernel {
namespace {

// Records about to be put, made in memory that serves again.
struct Drafts {
  proto::Account account;
  proto::Buzz buzz;
};

class Applier {
 public:
  Applier(StateEditor& state, const proto::Entry& entry, Drafts& drafts)
      : state_(state), entry_(entry), shard_(state.shard_state()), account_(drafts.account), buzz_(drafts.buzz) {}

  bool run() {
    if (entry_.clock_ms() < shard_.clock_ms()) return false;
    shard_.set_clock_ms(entry_.clock_ms());
    for (const proto::Event& event : entry_.events()) {
      if (!take(event)) return false;
    }
    state_.set_shard_state(shard_);
    return true;
  }

 private:
  bool take(const proto::Event& event) {
    switch (event.body_case()) {
      case proto::Event::kAccountRegistered:
        return registered(event.account_registered());
      case proto::Event::kBuzzPosted:
        return posted(event.buzz_posted().buzz());
      case proto::Event::kBuzzEdited:
        return edited(event.buzz_edited());
      case proto::Event::kBuzzDeleted:
        return deleted(event.buzz_deleted());
      case proto::Event::kKeyRemembered: {
        const proto::KeyRemembered& key = event.key_remembered();
        state_.remember_key(key.account(), key.key(), key.record());
        return true;
      }
      case proto::Event::kKeyForgotten: {
        const proto::KeyForgotten& key = event.key_forgotten();
        state_.forget_key(key.account(), key.key(), key.created_ms());
        return true;
      }
      case proto::Event::BODY_NOT_SET:
        break;
    }
    // Of a newer release: to leave it out would be to hold another state than everybody else.
    return false;
  }

  bool registered(const proto::AccountRegistered& event) {
    if (!is_name(event.name())) return false;
    account_.Clear();
    account_.set_name(event.name());
    account_.set_registered_ms(entry_.clock_ms());
    state_.put_account(LowerName(event.name()).view(), account_);
    return true;
  }

  bool posted(const proto::Buzz& buzz) {
    if (buzz.id() <= shard_.last_id()) return false;
    shard_.set_last_id(buzz.id());
    state_.put_buzz(buzz);
    const LowerName author(buzz.author());
    state_.add_to_author(author.view(), {buzz.posted_ms(), BuzzId(buzz.id())});
    return count(author, +1);
  }

  bool edited(const proto::BuzzEdited& event) {
    const proto::Buzz* found = present(event.id());
    if (found == nullptr) return false;
    buzz_.CopyFrom(*found);
    buzz_.set_version(event.version());
    buzz_.set_edited_ms(entry_.clock_ms());
    buzz_.set_text(event.text());
    *buzz_.mutable_entities() = event.entities();
    state_.put_buzz(buzz_);
    return true;
  }

  bool deleted(const proto::BuzzDeleted& event) {
    const proto::Buzz* found = present(event.id());
    if (found == nullptr) return false;
    buzz_.CopyFrom(*found);
    buzz_.set_version(event.version());
    buzz_.set_edited_ms(entry_.clock_ms());
    buzz_.clear_text();
    buzz_.clear_entities();
    buzz_.set_deleted(true);
    state_.put_buzz(buzz_);
    const LowerName author(buzz_.author());
    state_.remove_from_author(author.view(), {buzz_.posted_ms(), BuzzId(buzz_.id())});
    return count(author, -1);
  }

  [[nodiscard]] const proto::Buzz* present(std::uint64_t id) const {
    const proto::Buzz* buzz = state_.buzz(BuzzId(id));
    return buzz == nullptr || buzz->deleted() ? nullptr : buzz;
  }

  bool count(const LowerName& author, int change) {
    const proto::Account* found = state_.account(author.view());
    if (found == nullptr) return false;
    account_.CopyFrom(*found);
    account_.set_buzzes(account_.buzzes() + static_cast<std::uint64_t>(change));
    state_.put_account(author.view(), account_);
    return true;
  }

  StateEditor& state_;
  const proto::Entry& entry_;
  proto::ShardState shard_;
  proto::Account& account_;
  proto::Buzz& buzz_;
};

}  // namespace

bool apply(StateEditor& state, const proto::Entry& entry) {
  thread_local Drafts drafts;
  return Applier(state, entry, drafts).run();
}

}  // namespace buzzer::kernel
