// A WebSocket's reader tells the same of a stream, in whatever pieces it comes; a text that it tells is UTF-8; and it
// tells those pings, pongs and closes that a naive look at the stream finds, up to the first that RFC 6455 forbids.
//   input = role limit *piece
#include <vector>

#include "base/check.h"
#include "client/frame_reader.h"
#include "tests/fuzz/fuzz_input.h"

namespace buzzer::fuzz {
namespace {

using client::Event;

struct Told {
  Event::Kind kind;
  std::string payload;
  std::uint16_t code;

  friend bool operator==(const Told&, const Told&) = default;
};

void read(client::FrameReader& reader, const Exactly& piece, std::size_t limit, std::vector<Told>& told) {
  auto input = piece.bytes();
  while (const auto event = reader.next(input)) {
    told.push_back(Told{event->kind, std::string(event->payload), event->code});
    const bool message = event->kind == Event::Kind::kText || event->kind == Event::Kind::kBinary;
    BUZZER_CHECK(!message || event->payload.size() <= limit);
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(event->payload.data());
    BUZZER_CHECK(event->kind != Event::Kind::kText || client::is_utf8({bytes, event->payload.size()}));
  }
  BUZZER_CHECK(input.empty());
  BUZZER_CHECK(reader.held_bytes() <= 2 * limit + 256);
}

bool is_control(Event::Kind kind) {
  return kind == Event::Kind::kPing || kind == Event::Kind::kPong || kind == Event::Kind::kClose;
}

struct Controls {
  std::vector<std::string> payloads;  // in order; of a close with its code
  bool forbidden = false;             // behind these comes a control frame that must be refused
};

// RFC 6455, 5.2 and 5.5, for control frames alone: whatever else is wrong with the stream is not seen here.
Controls find_controls(std::string_view stream) {
  Controls found;
  const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(stream[at]); };
  while (stream.size() >= 2) {
    const std::uint8_t opcode = byte(0) & 0x0f;
    const bool control = opcode >= 8;
    std::uint64_t size = byte(1) & 0x7f;
    if (control && (size > 125 || (byte(0) & 0x80) == 0)) {
      found.forbidden = true;
      break;
    }
    const std::size_t more = size == 126 ? 2 : size == 127 ? 8 : 0;
    const std::size_t mask = (byte(1) & 0x80) != 0 ? 4 : 0;
    if (stream.size() < 2 + more + mask) break;
    if (more > 0) size = 0;
    for (std::size_t i = 0; i < more; ++i) size = size << 8 | byte(2 + i);
    const std::string key(stream.substr(2 + more, mask));
    stream.remove_prefix(2 + more + mask);
    if (stream.size() < size) break;
    std::string payload(stream.substr(0, size));
    stream.remove_prefix(size);
    if (!control) continue;
    for (std::size_t i = 0; i < payload.size() && mask > 0; ++i)
      payload[i] = static_cast<char>(payload[i] ^ key[i % 4]);
    found.forbidden = opcode == 8 && payload.size() == 1;
    if (found.forbidden) break;
    found.payloads.push_back(payload);
    if (opcode == 8) break;  // nothing is read behind it
  }
  return found;
}

void check_controls(const std::vector<Told>& told, const Controls& found) {
  const bool failed = !told.empty() && told.back().kind == Event::Kind::kFailure;
  std::size_t next = 0;
  for (const Told& each : told) {
    if (!is_control(each.kind)) continue;
    BUZZER_CHECK(next < found.payloads.size());
    std::string payload = each.payload;
    if (each.kind == Event::Kind::kClose && each.code != client::close_code::kNoCode) {
      payload = std::string{static_cast<char>(each.code >> 8), static_cast<char>(each.code)} + payload;
    }
    BUZZER_CHECK(payload == found.payloads[next++]);
  }
  BUZZER_CHECK(failed || (next == found.payloads.size() && !found.forbidden));
}

void run(Input& input) {
  const auto role = input.below(2) == 0 ? client::Role::kServer : client::Role::kClient;
  constexpr std::size_t kLimits[] = {1, 20, 300, 65'536};
  const std::size_t limit = kLimits[input.below(std::size(kLimits))];
  client::FrameReader in_pieces(role, {limit, limit});
  std::vector<Told> told;
  std::string whole;
  while (!input.empty()) {
    const Exactly piece(input.piece());
    whole += piece.text();
    read(in_pieces, piece, limit, told);
  }
  client::FrameReader at_once(role, {limit, limit});
  std::vector<Told> expected;
  read(at_once, Exactly(whole), limit, expected);
  BUZZER_CHECK(told == expected);
  check_controls(told, find_controls(whole));
}

}  // namespace
}  // namespace buzzer::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  buzzer::fuzz::Input input(data, size);
  buzzer::fuzz::run(input);
  return 0;
}
