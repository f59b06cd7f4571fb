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

constexpr const char* kWords[] = {"rain",        "@user_1", "#news", "@User_2",   "https://example.org/a#b",
                                  "über",        "tea",     "#Grün", "mail@host", "🎈",
                                  "line\nbreak", "#мир"};

}  // namespace

std::string Wishes::draw_name(std::uint32_t account) {
  std::string name = "user_" + std::to_string(account);
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
  draw_body(account, wish);
  draw_key(now_ms, wish);
  return wish;
}

void Wishes::draw_body(std::uint32_t account, Wish& wish) {
  proto::Command& command = wish.command;
  const std::string lower = kernel::lower_name(command.account());
  const bool begins = keys_.find(lower) == keys_.end();
  const std::uint32_t kind = draw(100);
  if (kind < (begins ? 35U : 3U)) {
    wish.may_be = kDone | answer_bit(ErrorCode::kNameTaken);
    command.mutable_register_account()->set_name(command.account());
    if (one_in(20)) {
      command.mutable_register_account()->set_name(command.account() + "x");
      wish.may_be = answer_bit(ErrorCode::kBadRequest);
    }
  } else if (kind < (begins ? 96U : 64U)) {
    wish.may_be = kDone | kUnknownUser;
    command.mutable_post_buzz()->set_text(draw_text(wish));
  } else if (kind < 96) {
    // Now and then somebody else's buzz, or one that nobody has posted.
    const bool foreign = one_in(8);
    const std::uint32_t other = foreign ? draw_account() : account;
    const std::uint64_t id =
        one_in(15) ? 1 + random_.next() % (1ULL << 53) : draw_buzz("user_" + std::to_string(other));
    wish.may_be = kUnknownUser | kUnknownBuzz | (foreign ? kNotYours : 0) | kDone;
    if (kind < 86) {
      command.mutable_edit_buzz()->set_id(id);
      command.mutable_edit_buzz()->set_text(draw_text(wish));
    } else {
      command.mutable_delete_buzz()->set_id(id);
    }
  } else {
    command.set_account(one_in(2) ? "nobody" : "no name at all, and too long for one besides");
    command.mutable_post_buzz()->set_text(draw_text(wish));
    wish.may_be = (wish.may_be & ~kDone) | kUnknownUser;
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
  for (std::uint32_t words = draw(8); words > 0; --words) text.append(" ").append(kWords[draw(std::size(kWords))]);
  if (one_in(20)) {
    const bool too_long = one_in(2);
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

std::uint64_t Wishes::draw_buzz(const std::string& account) {
  const auto& known = buzzes_[account];
  return known.empty() ? 1 + random_.next() % (1ULL << 53) : known[draw(known.size())];
}

proto::Query Wishes::draw_query() {
  proto::Query query;
  if (one_in(5)) {
    constexpr const char* kPrefixes[] = {"", "u", "USER_", "user_1", "x"};
    query.mutable_users()->set_prefix(kPrefixes[draw(std::size(kPrefixes))]);
    query.mutable_users()->set_limit(one_in(3) ? 1 + draw(4) : 200);
    return query;
  }
  query.mutable_author_feed()->set_author(draw_name(one_in(2) ? latest_ : draw_account()));
  query.mutable_author_feed()->set_newer(one_in(2));
  query.mutable_author_feed()->set_limit(one_in(8) ? 200 : 1 + draw(10));
  return query;
}

void Wishes::done(const proto::Command& command, const proto::Reply& reply) {
  const std::string account = kernel::lower_name(command.account());
  keys_[account].push_back({command.key(), command.key_created_ms()});
  if (account == "user_" + std::to_string(newcomer_)) ++newcomer_;
  if (command.has_post_buzz()) buzzes_[account].push_back(reply.id());
}

void Wishes::seen(const proto::Buzz& buzz) {
  auto& known = buzzes_[kernel::lower_name(buzz.author())];
  if (std::find(known.begin(), known.end(), buzz.id()) == known.end()) known.push_back(buzz.id());
}

}  // namespace buzzer::simulation
