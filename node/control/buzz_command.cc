#include "node/control/buzz_command.h"

#include <charconv>
#include <optional>

namespace buzzer::control {
namespace {

constexpr const char* kAsForm = "as <user> [with <key>] register | post <text> | edit <id> <text> | delete <id>";
constexpr const char* kAuthorForm = "author <user> [before|after <id>] [limit <number>]";
constexpr const char* kUsersForm = "users [<prefix>] [after <name>] [limit <number>]";
constexpr const char* kHomeForm = "home <user>";

// Takes words from the front of a line; what is left is a text that may hold spaces.
class Words {
 public:
  explicit Words(std::string_view line) : rest_(line) {}

  [[nodiscard]] bool done() const { return done_; }
  [[nodiscard]] std::string_view rest() const { return rest_; }

  // Empty at the end, and between two spaces.
  std::string_view next() {
    const std::size_t space = rest_.find(' ');
    const std::string_view word = rest_.substr(0, space);
    done_ = space == std::string_view::npos;
    rest_ = done_ ? std::string_view() : rest_.substr(space + 1);
    return word;
  }

  // Takes the next word if it is this one.
  bool next_is(std::string_view word) {
    if (done_ || rest_.substr(0, rest_.find(' ')) != word) return false;
    next();
    return true;
  }

 private:
  std::string_view rest_;
  bool done_ = false;  // nothing follows the last word taken, not even an empty text
};

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

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

// `limit <number>` at the end, or nothing; false for anything else.
bool take_limit(Words& words, std::uint32_t& limit) {
  limit = kUsualLimit;
  if (words.next_is("limit")) {
    const auto number = words.done() ? std::nullopt : parse_number<std::uint32_t>(words.next());
    if (!number) return false;
    limit = *number;
  }
  return words.done();
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
  if (wish != "edit" && wish != "delete") return false;
  const auto id = parse_number<std::uint64_t>(words.next());
  if (!id || (wish == "edit") == words.done()) return false;
  if (wish == "delete") {
    command.mutable_delete_buzz()->set_id(*id);
    return true;
  }
  command.mutable_edit_buzz()->set_id(*id);
  command.mutable_edit_buzz()->set_text(unescaped(words.rest()));
  return true;
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

ParsedLine<proto::Query> parse_author(std::string_view line) {
  Words words(line);
  proto::Query query;
  proto::AuthorFeedQuery& feed = *query.mutable_author_feed();
  words.next();
  if (words.done()) return tl::unexpected(kAuthorForm);
  feed.set_author(std::string(words.next()));
  const bool after = words.next_is("after");
  if (after || words.next_is("before")) {
    const auto id = words.done() ? std::nullopt : parse_number<std::uint64_t>(words.next());
    // Inside, 0 means that no buzz is named.
    if (!id || *id == 0) return tl::unexpected(kAuthorForm);
    feed.set_from_id(*id);
    feed.set_newer(after);
  }
  std::uint32_t limit = 0;
  if (feed.author().empty() || !take_limit(words, limit)) return tl::unexpected(kAuthorForm);
  feed.set_limit(limit);
  return query;
}

ParsedLine<proto::Query> parse_users(std::string_view line) {
  Words words(line);
  proto::Query query;
  proto::UsersQuery& users = *query.mutable_users();
  words.next();
  // A prefix that is a word of ours can be searched for with another letter's case.
  const auto is_option = [&] {
    const std::string_view word = words.rest().substr(0, words.rest().find(' '));
    return word == "after" || word == "limit";
  };
  if (!words.done() && !is_option()) users.set_prefix(std::string(words.next()));
  if (words.next_is("after")) {
    if (words.done()) return tl::unexpected(kUsersForm);
    users.set_after(std::string(words.next()));
  }
  std::uint32_t limit = 0;
  if (!take_limit(words, limit)) return tl::unexpected(kUsersForm);
  users.set_limit(limit);
  return query;
}

ParsedLine<std::string> parse_home(std::string_view line) {
  Words words(line);
  words.next();
  if (words.done()) return tl::unexpected(kHomeForm);
  const std::string user(words.next());
  if (user.empty() || !words.done()) return tl::unexpected(kHomeForm);
  return user;
}

}  // namespace buzzer::control
