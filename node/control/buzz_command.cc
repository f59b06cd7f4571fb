#include "node/control/buzz_command.h"

#include <optional>

#include "node/control/line_words.h"

namespace buzzer::control {
namespace {

constexpr const char* kAsForm =
    "as <user> [with <key>] register | post <text> | reply <id> <text> | edit <id> <text> | delete <id> | "
    "follow <user> | unfollow <user>";
constexpr const char* kHomeForm = "home <user>";
constexpr const char* kSettleForm = "settle <ms>, at most 600000";
constexpr std::int64_t kMostSettleMs = 600'000;

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char next = text[i] == '\\' && i + 1 < text.size() ? text[i + 1] : '\0';
    if (next == 'n' || next == '\\') {
      out += next == 'n' ? '\n' : '\\';
      ++i;
    } else {
      out += text[i];
    }
  }
  return out;
}

// `<id> <text>`; nothing for anything else.
struct NamedText {
  std::uint64_t id = 0;
  std::string text;
};
std::optional<NamedText> take_named_text(Words& words) {
  const auto id = parse_number<std::uint64_t>(words.next());
  if (!id || words.done()) return std::nullopt;
  return NamedText{*id, unescaped(words.rest())};
}

bool take_reply(Words& words, proto::PostBuzz& post) {
  const auto named = take_named_text(words);
  // Inside, 0 means that it is no reply.
  if (!named || named->id == 0) return false;
  post.set_in_reply_to(named->id);
  post.set_text(named->text);
  return true;
}

bool take_edit(Words& words, proto::EditBuzz& edit) {
  const auto named = take_named_text(words);
  if (!named) return false;
  edit.set_id(named->id);
  edit.set_text(named->text);
  return true;
}

bool take_delete(Words& words, proto::DeleteBuzz& deletion) {
  const auto id = parse_number<std::uint64_t>(words.next());
  if (!id) return false;
  deletion.set_id(*id);
  return words.done();
}

template <class Wish>
bool take_name(Words& words, Wish& wish) {
  wish.set_name(std::string(words.next()));
  return !wish.name().empty() && words.done();
}

bool take_wish(Words& words, proto::Command& command) {
  const std::string_view wish = words.next();
  if (wish == "register") {
    command.mutable_register_account()->set_name(command.account());
    return words.done();
  }
  if (words.done()) return false;
  if (wish == "post") {
    command.mutable_post_buzz()->set_text(unescaped(words.rest()));
    return true;
  }
  if (wish == "reply") return take_reply(words, *command.mutable_post_buzz());
  if (wish == "edit") return take_edit(words, *command.mutable_edit_buzz());
  if (wish == "delete") return take_delete(words, *command.mutable_delete_buzz());
  if (wish == "follow") return take_name(words, *command.mutable_follow_user());
  if (wish == "unfollow") return take_name(words, *command.mutable_unfollow_user());
  return false;
}

}  // namespace

ParsedLine<proto::Command> parse_as(std::string_view line) {
  Words words(line);
  proto::Command command;
  words.next();
  if (words.done()) return tl::unexpected(kAsForm);
  command.set_account(std::string(words.next()));
  if (words.next_is("with")) {
    command.set_key(std::string(words.done() ? std::string_view() : words.next()));
    if (command.key().empty()) return tl::unexpected(kAsForm);
  }
  if (command.account().empty() || words.done() || !take_wish(words, command)) return tl::unexpected(kAsForm);
  return command;
}

ParsedLine<std::string> parse_home(std::string_view line) {
  Words words(line);
  words.next();
  if (words.done()) return tl::unexpected(kHomeForm);
  const std::string user(words.next());
  if (user.empty() || !words.done()) return tl::unexpected(kHomeForm);
  return user;
}

ParsedLine<std::chrono::milliseconds> parse_settle(std::string_view line) {
  Words words(line);
  words.next();
  const auto time = words.done() ? std::nullopt : parse_number<std::int64_t>(words.next());
  if (!time || !words.done() || *time < 0 || *time > kMostSettleMs) return tl::unexpected(kSettleForm);
  return std::chrono::milliseconds(*time);
}

}  // namespace buzzer::control
