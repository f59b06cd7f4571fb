#include "tests/simulation/wishes.h"

#include <algorithm>
#include <cctype>

#include "node/kernel/kernel.h"
#include "node/kernel/text.h"

namespace buzzer::simulation {
namespace {

using proto::ErrorCode;

constexpr std::uint32_t kDone = answer_bit(ErrorCode::kNone);
constexpr std::uint32_t kUnknownUser = answer_bit(ErrorCode::kUnknownUser);
constexpr std::uint32_t kUnknownBuzz = answer_bit(ErrorCode::kUnknownBuzz);
constexpr std::uint32_t kNotYours = answer_bit(ErrorCode::kNotYours);
constexpr std::int64_t kMinute = 60'000;
constexpr std::int64_t kSessionMs = 30 * 24 * 60 * kMinute;
// Replies are to one of so many, so that threads grow.
constexpr std::size_t kLate = 12;

constexpr const char* kWords[] = {"rain", "https://example.org/a#b", "über", "tea", "mail@host", "🎈", "line\nbreak"};
constexpr const char* kNoName = "no name at all, and too long for one besides";

}  // namespace

std::string Wishes::draw_name(std::uint32_t account) {
  std::string name = vocabulary_.name(account);
  switch (draw(4)) {
    case 0:
      name[0] = 'U';
      break;
    case 1:
      for (char& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      break;
    default:
      break;
  }
  return name;
}

Wish Wishes::draw_wish(std::uint32_t account, std::int64_t now_ms) {
  Wish wish;
  ++wishes_;
  if (one_in(4)) account = newcomer_;
  latest_ = account;
  wish.command.set_account(draw_name(account));
  draw_body(account, now_ms, wish);
  draw_key(now_ms, wish);
  return wish;
}

void Wishes::draw_body(std::uint32_t account, std::int64_t now_ms, Wish& wish) {
  proto::Command& command = wish.command;
  const bool begins = keys_.find(vocabulary_.name(account)) == keys_.end();
  const std::uint32_t kind = draw(100);
  if (kind < (begins ? 35U : 3U)) {
    wish.may_be = kDone | answer_bit(ErrorCode::kNameTaken);
    command.mutable_register_account()->set_name(command.account());
    if (one_in(2)) command.mutable_register_account()->set_password_hash("hash " + std::to_string(wishes_));
    if (one_in(20)) {
      command.mutable_register_account()->set_name(command.account() + "x");
      wish.may_be = answer_bit(ErrorCode::kBadRequest);
    }
  } else if (kind < (begins ? 85U : 50U)) {
    draw_post(wish);
  } else if (kind < 75) {
    draw_change(account, kind >= 66, wish);
  } else if (kind < 93) {
    draw_follow(account, kind < 87, wish);
  } else if (kind < 97) {
    draw_session(account, now_ms, wish);
  } else {
    draw_stranger(wish);
  }
}

void Wishes::draw_post(Wish& wish) {
  wish.may_be = kDone | kUnknownUser;
  wish.command.mutable_post_buzz()->set_text(draw_text(wish));
  if (!one_in(3)) return;
  const std::uint64_t parent = one_in(20) ? draw_number() : draw_late_buzz();
  wish.command.mutable_post_buzz()->set_in_reply_to(parent);
  wish.may_be |= kUnknownBuzz;
}

// Now and then somebody else's buzz, or one that nobody has posted.
void Wishes::draw_change(std::uint32_t account, bool deletes, Wish& wish) {
  const bool foreign = one_in(8);
  const std::uint32_t other = foreign ? draw_account() : account;
  const std::uint64_t id = one_in(15) ? draw_number() : draw_buzz(vocabulary_.name(other));
  wish.may_be = kUnknownUser | kUnknownBuzz | kNotYours | kDone;
  if (deletes) {
    wish.command.mutable_delete_buzz()->set_id(id);
  } else {
    wish.command.mutable_edit_buzz()->set_id(id);
    wish.command.mutable_edit_buzz()->set_text(draw_text(wish));
  }
}

void Wishes::draw_follow(std::uint32_t account, bool follows, Wish& wish) {
  wish.may_be = kDone | kUnknownUser;
  const std::uint32_t other = one_in(6) ? newcomer_ : draw_account();
  std::string name = draw_name(other);
  if (one_in(30)) {
    // A follow that waits to hear of nobody is done when it is taken back meanwhile.
    name = one_in(2) ? vocabulary_.nobody() : kNoName;
    if (follows && name == kNoName) wish.may_be = kUnknownUser;
  } else if (other == account) {
    wish.may_be = kUnknownUser | (follows ? answer_bit(ErrorCode::kOwnAccount) : kDone);
  }
  if (follows) {
    wish.command.mutable_follow_user()->set_name(name);
  } else {
    wish.command.mutable_unfollow_user()->set_name(name);
  }
}

// One that lasts longer than any run; or the end of one that is known to be open.
void Wishes::draw_session(std::uint32_t account, std::int64_t now_ms, Wish& wish) {
  wish.may_be = kDone | kUnknownUser;
  auto& known = sessions_[vocabulary_.name(account)];
  if (!known.empty() && one_in(3)) {
    wish.command.mutable_close_session()->set_token_hash(known[draw(known.size())]);
    return;
  }
  std::string hash = std::to_string(wishes_);
  hash.insert(0, kernel::kTokenHashBytes - hash.size(), '\0');
  wish.command.mutable_open_session()->set_expires_ms(now_ms + kSessionMs);
  if (one_in(20)) {
    hash.pop_back();
    wish.may_be = kUnknownUser | answer_bit(ErrorCode::kBadRequest);
  }
  wish.command.mutable_open_session()->set_token_hash(hash);
}

// Somebody whom there is not.
void Wishes::draw_stranger(Wish& wish) {
  wish.command.set_account(one_in(2) ? vocabulary_.nobody() : kNoName);
  if (one_in(3)) {
    draw_follow(accounts_, one_in(2), wish);
  } else {
    wish.command.mutable_post_buzz()->set_text(draw_text(wish));
  }
  wish.may_be = (wish.may_be & ~kDone) | kUnknownUser;
}

std::string Wishes::draw_topic() { return vocabulary_.topics()[draw(vocabulary_.topics().size())]; }

std::string Wishes::draw_word() {
  switch (draw(3)) {
    case 0:
      return '@' + draw_name(one_in(5) ? newcomer_ : draw_account());
    case 1:
      return draw_topic();
    default:
      return kWords[draw(std::size(kWords))];
  }
}

// Each text is another one, so that it says whose command's it is wherever it is seen.
std::string Wishes::draw_text(Wish& wish) {
  if (one_in(40)) {
    wish.may_be = (wish.may_be & ~kDone) | answer_bit(ErrorCode::kTextEmpty);
    return one_in(2) ? "" : " \n ";
  }
  if (one_in(40)) {
    wish.may_be = (wish.may_be & ~kDone) | answer_bit(ErrorCode::kTextInvalid);
    return one_in(2) ? "tab\there" : "not UTF-8: \xFF";
  }
  std::string text = "w" + std::to_string(wishes_);
  for (std::uint32_t words = draw(6); words > 0; --words) text.append(" ").append(draw_word());
  if (one_in(20)) {
    const bool too_long = one_in(2);
    text += ' ';
    std::size_t points = 0;
    for (const char c : text) points += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
    for (; points < kernel::kMostTextPoints + (too_long ? 1 : 0); ++points) text += "\xC3\xA4";
    if (too_long) wish.may_be = (wish.may_be & ~kDone) | answer_bit(ErrorCode::kTextTooLong);
  }
  return text;
}

void Wishes::draw_key(std::int64_t now_ms, Wish& wish) {
  proto::Command& command = wish.command;
  command.set_key("k" + std::to_string(wishes_));
  command.set_key_created_ms(now_ms);
  const std::uint32_t kind = draw(100);
  if (kind < 15) {  // expires soon
    command.set_key_created_ms(now_ms - kernel::kKeyLifeMs + draw(20'000));
  } else if (kind < 17) {
    command.set_key_created_ms(now_ms - kernel::kKeyLifeMs - 30 * kMinute);
    wish.may_be &= ~kDone;
  } else if (kind < 19) {
    command.set_key_created_ms(now_ms + kernel::kKeyAheadMs + 30 * kMinute);
    wish.may_be = (wish.may_be & kUnknownUser) | answer_bit(ErrorCode::kKeyFromTheFuture);
  } else if (kind < 21) {
    command.set_key_created_ms(now_ms + kernel::kKeyAheadMs / 2);
  } else if (kind < 22) {
    command.set_key(one_in(2) ? "" : std::string(kernel::kMostKeyBytes + 1, 'k'));
    wish.may_be = (wish.may_be & kUnknownUser) | answer_bit(ErrorCode::kBadRequest);
  } else if (const auto used = keys_.find(kernel::lower_name(command.account()));
             kind < 26 && used != keys_.end() && (command.has_post_buzz() || command.has_edit_buzz())) {
    const UsedKey& again = used->second[draw(used->second.size())];
    command.set_key(again.key);
    command.set_key_created_ms(again.created_ms);
    wish.may_be = answer_bit(ErrorCode::kKeyReused);
  }
}

std::uint64_t Wishes::draw_number() { return 1 + random_.next() % (1ULL << 53); }

std::uint64_t Wishes::draw_buzz(const std::string& account) {
  const auto& known = buzzes_[account];
  return known.empty() ? draw_number() : known[draw(known.size())];
}

std::uint64_t Wishes::draw_late_buzz() {
  if (posted_.empty()) return draw_number();
  const std::size_t late = std::min(posted_.size(), kLate);
  return posted_[posted_.size() - 1 - draw(late)];
}

void Wishes::done(const proto::Command& command, const proto::Reply& reply) {
  const std::string account = kernel::lower_name(command.account());
  keys_[account].push_back({command.key(), command.key_created_ms()});
  if (account == vocabulary_.name(newcomer_)) ++newcomer_;
  if (command.has_open_session()) sessions_[account].push_back(command.open_session().token_hash());
  if (!command.has_post_buzz()) return;
  buzzes_[account].push_back(reply.id());
  posted_.push_back(reply.id());
  if (command.post_buzz().in_reply_to() == 0) roots_.push_back(reply.id());
}

void Wishes::seen(const proto::Buzz& buzz) {
  auto& known = buzzes_[kernel::lower_name(buzz.author())];
  if (std::find(known.begin(), known.end(), buzz.id()) == known.end()) known.push_back(buzz.id());
}

}  // namespace buzzer::simulation
