#include "linkmgr/lab/lab_line.h"

#include <charconv>
#include <cstdint>
#include <optional>

#include "base/check.h"

namespace buzzer::linkmgr::lab {
namespace {

constexpr std::string_view kPing = "ping ";
constexpr std::string_view kMessage = "msg ";

tl::unexpected<std::string_view> strange(std::string_view why) { return tl::unexpected(why); }

std::optional<base::NodeId> parse_id(std::string_view text) {
  std::uint32_t id = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, id);
  if (error != std::errc{} || stopped != end || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  return base::NodeId(id);
}

}  // namespace

tl::expected<LabLine, std::string_view> parse_lab_line(std::string_view text) {
  if (text.empty()) return strange("a blank line");
  if (text.substr(0, kPing.size()) == kPing) {
    const auto sender = parse_id(text.substr(kPing.size()));
    if (!sender) return strange("a ping without a node's id");
    return LabLine{LabLine::Kind::kPing, *sender, {}};
  }
  if (text.substr(0, kMessage.size()) != kMessage) return strange("neither a ping nor a msg");
  const std::string_view rest = text.substr(kMessage.size());
  const std::size_t space = rest.find(' ');
  if (space == std::string_view::npos) return strange("a msg without contents");
  const auto sender = parse_id(rest.substr(0, space));
  if (!sender) return strange("a msg without a node's id");
  const std::string_view contents = rest.substr(space + 1);
  if (!are_contents(contents)) return strange("a msg of more than 65536 bytes");
  return LabLine{LabLine::Kind::kMessage, *sender, contents};
}

std::string ping_line(base::NodeId sender) { return std::string(kPing) + std::to_string(sender.value()) + '\n'; }

std::string message_line(base::NodeId sender, std::string_view contents) {
  BUZZER_CHECK(are_contents(contents));
  std::string line(kMessage);
  line += std::to_string(sender.value());
  line += ' ';
  line += contents;
  line += '\n';
  return line;
}

bool are_contents(std::string_view text) {
  return text.size() <= kMostContents && text.find('\n') == std::string_view::npos;
}

}  // namespace buzzer::linkmgr::lab
