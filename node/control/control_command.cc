#include "node/control/control_command.h"

#include <optional>
#include <vector>

#include "node/control/line_words.h"

namespace buzzer::control {
namespace {

// Of an unknown line, how much its error repeats.
constexpr std::size_t kMostRepeated = 64;

std::vector<std::string_view> split_words(std::string_view line) {
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t space = line.find(' ');
    words.push_back(line.substr(0, space));
    if (space == std::string_view::npos) return words;
    line.remove_prefix(space + 1);
  }
}

Rejected usage(const char* form) { return {std::string("error usage: ") + form}; }

// Cut between characters, so that the answer stays valid UTF-8 if the line was.
std::string_view shortened(std::string_view line) {
  if (line.size() <= kMostRepeated) return line;
  std::size_t size = kMostRepeated;
  while (size > 0 && (static_cast<unsigned char>(line[size]) & 0xC0U) == 0x80U) --size;
  return line.substr(0, size);
}

ControlCommand parse_block(const std::vector<std::string_view>& words) {
  constexpr const char* kForm = "block <id> [in|out]";
  if (words.size() < 2 || words.size() > 3) return usage(kForm);
  const auto id = parse_number<std::uint32_t>(words[1]);
  if (!id) return usage(kForm);
  const base::NodeId peer(*id);
  if (words.size() == 2) return BlockPeer{peer, true, true};
  if (words[2] == "in") return BlockPeer{peer, true, false};
  if (words[2] == "out") return BlockPeer{peer, false, true};
  return usage(kForm);
}

ControlCommand parse_unblock(const std::vector<std::string_view>& words) {
  constexpr const char* kForm = "unblock <id>";
  const auto id = words.size() == 2 ? parse_number<std::uint32_t>(words[1]) : std::nullopt;
  if (!id) return usage(kForm);
  return UnblockPeer{base::NodeId(*id)};
}

ControlCommand parse_trace(std::string_view line) {
  Words words(line);
  words.next();
  TraceBuzz trace;
  trace.json = words.next_is("json");
  const auto id = words.done() ? std::nullopt : parse_number<std::uint64_t>(words.next());
  if (!id || *id == 0 || !words.done()) return usage("trace [json] <id>");
  trace.id = *id;
  return trace;
}

ControlCommand parse_audit(std::string_view line) {
  Words words(line);
  words.next();
  AuditGrid audit;
  audit.json = words.next_is("json");
  if (words.done()) return audit;
  const auto shard = parse_number<std::uint32_t>(words.next());
  if (!shard || *shard >= base::kShardCount || !words.done()) return usage("audit [json] [<shard, 0 to 63>]");
  audit.shard = base::ShardId(static_cast<std::uint8_t>(*shard));
  return audit;
}

ControlCommand parse_broadcast(std::string_view line) {
  constexpr std::string_view kWord = "broadcast ";
  if (line.size() <= kWord.size()) return usage("broadcast <message>");
  return Broadcast{std::string(line.substr(kWord.size()))};
}

template <class Command>
ControlCommand alone(const std::vector<std::string_view>& words, const char* form) {
  if (words.size() != 1) return usage(form);
  return Command{};
}

// As a command of that kind, or rejected.
template <class Command, class Parsed>
ControlCommand made(ParsedLine<Parsed> parsed) {
  if (!parsed) return usage(parsed.error());
  return Command{*std::move(parsed)};
}

}  // namespace

ControlCommand parse_command(std::string_view line) {
  const auto words = split_words(line);
  const std::string_view word = words.front();
  if (word == "get") return alone<Get>(words, "get");
  if (word == "alive") return alone<Alive>(words, "alive");
  if (word == "broadcast") return parse_broadcast(line);
  if (word == "auth" && words.size() == 2) return Auth{std::string(words[1])};
  if (word == "auth") return usage("auth <token>");
  if (word == "status") return alone<Status>(words, "status");
  if (word == "block") return parse_block(words);
  if (word == "unblock") return parse_unblock(words);
  if (word == "mark") return alone<Mark>(words, "mark");
  if (word == "stop") return alone<Stop>(words, "stop");
  if (word == "as") return made<Wish>(parse_as(line));
  if (word == "home") return made<HomeOf>(parse_home(line));
  if (word == "settle") return made<Settle>(parse_settle(line));
  if (word == "trace") return parse_trace(line);
  if (word == "audit") return parse_audit(line);
  if (auto read = parse_read(line)) return made<Read>(*std::move(read));
  return Rejected{"error unknown command: " + std::string(shortened(line))};
}

bool open_to_all(const ControlCommand& command) {
  return std::holds_alternative<Get>(command) || std::holds_alternative<Alive>(command) ||
         std::holds_alternative<Broadcast>(command) || std::holds_alternative<Auth>(command) ||
         std::holds_alternative<Rejected>(command);
}

}  // namespace buzzer::control
