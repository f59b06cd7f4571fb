// How replies and answers are told in one line.
#include "node/control/buzz_command.h"
#include "proto/errors.h"

namespace buzzer::control {
namespace {

// As JSON quotes: in one line, and nothing in it can be taken for the end.
std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string id_and_version(const proto::Buzz& buzz) {
  return std::to_string(buzz.id()) + '/' + std::to_string(buzz.version());
}

// In a feed of one author, who is named by the line.
std::string of_author(const proto::Buzz& buzz) { return id_and_version(buzz) + ' ' + quoted(buzz.text()); }

std::string of_anybody(const proto::Buzz& buzz) {
  std::string entry = id_and_version(buzz) + " @" + buzz.author() + ' ';
  if (buzz.in_reply_to() != 0) entry += "to " + std::to_string(buzz.in_reply_to()) + ' ';
  return entry + (buzz.deleted() ? "deleted" : quoted(buzz.text()));
}

template <class Entries, class Format>
std::string joined(const Entries& entries, Format&& format) {
  std::string line;
  for (const auto& entry : entries) {
    if (!line.empty()) line += ',';
    line += format(entry);
  }
  return line;
}

std::string joined_names(const proto::Answer& answer) {
  return joined(answer.users(), [](const proto::Account& user) { return user.name(); });
}

std::string counts(const proto::Account& user) {
  return user.name() + " buzzes " + std::to_string(user.buzzes()) + " followers " + std::to_string(user.followers()) +
         " following " + std::to_string(user.following());
}

std::string thread(const proto::Answer& answer) {
  std::string line = "thread " + joined(answer.path(), of_anybody);
  if (answer.buzzes_size() > 0) line += " | " + joined(answer.buzzes(), of_anybody);
  return line;
}

const char* word_of(const proto::Feed& feed) {
  if (feed.has_topic()) return "topic ";
  return feed.has_mentions() ? "mentions " : "feed ";
}

// The word of the line, and what it is about.
std::string format_list(const proto::Query& query, const proto::Answer& answer) {
  switch (query.body_case()) {
    case proto::Query::kAuthorFeed:
      return "author " + joined(answer.buzzes(), of_author);
    case proto::Query::kFeed:
      return word_of(query.feed().feed()) + joined(answer.buzzes(), of_anybody);
    case proto::Query::kThread:
      return thread(answer);
    case proto::Query::kUsers:
      return "users " + joined_names(answer);
    case proto::Query::kFollowers:
      return "followers " + joined_names(answer);
    case proto::Query::kFollowees:
      return "followees " + joined_names(answer);
    case proto::Query::kUser:
      return "user " + joined(answer.users(), counts);
    case proto::Query::kOwed:
      return "owed " + format_owed(answer);
    case proto::Query::kBuzz:  // no line asks for one
    case proto::Query::kCredential:
    case proto::Query::kSession:
    case proto::Query::kInspection:
    case proto::Query::BODY_NOT_SET:
      break;
  }
  return "error bad_request";
}

// A thread is gone on with behind the last reply that it lists, unless it has looked further.
std::string more(const proto::Answer& answer) {
  const std::uint64_t last_listed = answer.buzzes().empty() ? 0 : answer.buzzes().rbegin()->id();
  if (answer.last_id() == 0 || answer.last_id() == last_listed) return "(more)";
  return "(more after " + std::to_string(answer.last_id()) + ')';
}

}  // namespace

std::string format_error(std::uint32_t error, const std::string& message) {
  const proto::ErrorInfo info = proto::error_info(static_cast<proto::ErrorCode>(error));
  // Why something is unavailable depends on the moment; a script compares lines.
  if (!info.definite) return "error " + std::string(info.name);
  return "error " + std::string(info.name) + ": " + message;
}

std::string format_reply(const proto::Command& command, const proto::Reply& reply) {
  if (reply.error() != 0) return format_error(reply.error(), reply.message());
  const std::string id = std::to_string(reply.id());
  switch (command.body_case()) {
    case proto::Command::kRegisterAccount:
      return "registered " + command.register_account().name();
    case proto::Command::kPostBuzz:  // a reply too
      return "posted " + id;
    case proto::Command::kEditBuzz:
      return "edited " + id + '/' + std::to_string(reply.version());
    case proto::Command::kDeleteBuzz:
      return "deleted " + id;
    case proto::Command::kFollowUser:
      return "followed " + command.follow_user().name();
    case proto::Command::kUnfollowUser:
      return "unfollowed " + command.unfollow_user().name();
    case proto::Command::kOpenSession:  // no line wishes that
    case proto::Command::kCloseSession:
    case proto::Command::BODY_NOT_SET:
      break;
  }
  return "error bad_request";
}

std::string format_answer(const proto::Query& query, const proto::Answer& answer) {
  if (answer.error() != 0) return format_error(answer.error(), answer.message());
  std::string line = format_list(query, answer);
  // With nothing to list, the space in front of the list is the mark's.
  const auto mark = [&line](const char* text) { line += line.back() == ' ' ? text : ' ' + std::string(text); };
  if (answer.more()) mark(more(answer).c_str());
  if (answer.partial()) mark("(partial)");
  return line;
}

std::string format_owed(const proto::Answer& answer) {
  if (answer.owed().empty()) return "nothing";
  return joined(answer.owed(), [](const proto::Owed& owed) {
    return std::to_string(owed.from()) + '>' + std::to_string(owed.to()) + ' ' + std::to_string(owed.rows());
  });
}

}  // namespace buzzer::control
