// How replies and answers are told in one line.
#include <cstdio>

#include "node/control/buzz_command.h"
#include "proto/errors.h"

namespace buzzer::control {
namespace {

std::string format_error(std::uint32_t error, const std::string& message) {
  const proto::ErrorInfo info = proto::error_info(static_cast<proto::ErrorCode>(error));
  // Why something is unavailable depends on the moment; a script compares lines.
  if (!info.definite) return "error " + std::string(info.name);
  return "error " + std::string(info.name) + ": " + message;
}

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

}  // namespace

std::string format_reply(const proto::Command& command, const proto::Reply& reply) {
  if (reply.error() != 0) return format_error(reply.error(), reply.message());
  const std::string id = std::to_string(reply.id());
  switch (command.body_case()) {
    case proto::Command::kRegisterAccount:
      return "registered " + command.register_account().name();
    case proto::Command::kPostBuzz:
      return "posted " + id;
    case proto::Command::kEditBuzz:
      return "edited " + id + '/' + std::to_string(reply.version());
    case proto::Command::kDeleteBuzz:
      return "deleted " + id;
    case proto::Command::BODY_NOT_SET:
      break;
  }
  return "error bad_request";
}

std::string format_answer(const proto::Query& query, const proto::Answer& answer) {
  if (answer.error() != 0) return format_error(answer.error(), answer.message());
  std::string line = query.has_users() ? "users " : "author ";
  const char* separator = "";
  for (const proto::Buzz& buzz : answer.buzzes()) {
    line += separator + std::to_string(buzz.id()) + '/' + std::to_string(buzz.version()) + ' ' + quoted(buzz.text());
    separator = ",";
  }
  for (const proto::Account& user : answer.users()) {
    line += separator + user.name();
    separator = ",";
  }
  // With nothing to list, the space in front of the list is the mark's.
  const auto mark = [&line](const char* text) { line += line.back() == ' ' ? text : ' ' + std::string(text); };
  if (answer.more()) mark("(more)");
  if (answer.partial()) mark("(partial)");
  return line;
}

}  // namespace buzzer::control
