// What comes over a WebSocket connection: bytes in, in whatever pieces, messages and control frames out (RFC 6455).
//
// Everything that the RFC demands of who reads is judged here, and as early as it can be: a wrong bit or a size past
// the limit at the header, before any payload is held; text that is not UTF-8 at the first byte that cannot be.
//
//   while (const auto event = reader.next(input)) { ... }
//
// Memory: nothing on the heap between messages. A message that lies complete and in one frame in the bytes given is not
// gathered: a client's reader shows it where it lies; a server's must take the mask off, into a buffer that all readers
// of a thread share. Any other is gathered as it comes, in at most limits.message bytes however much a header announces
// (half as much again for the moment in which the buffer grows).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "client/frame.h"
#include "client/utf8_stream.h"

namespace buzzer::client {

// Which end this is: a server's frames have no mask, a client's must have one.
enum class Role : std::uint8_t { kServer, kClient };

struct ReaderLimits {
  std::size_t frame = 64UL << 10;    // bytes of payload; control frames have the RFC's limit of 125
  std::size_t message = 64UL << 10;  // bytes of all its frames' payloads together
};

struct Event {
  enum class Kind : std::uint8_t {
    kText,     // payload: the message, valid UTF-8
    kBinary,   // payload: the message
    kPing,     // payload: what the pong must hold
    kPong,     // payload: what the ping held
    kClose,    // code and payload: why; kNoCode when the peer does not say. The last event
    kFailure,  // code: of the close frame to answer with; payload: what is wrong, for a person. The last event
  };
  Kind kind = Kind::kText;
  std::string_view payload;  // valid until the next call of any reader on this thread, and while the input is
  std::uint16_t code = 0;
};

// One connection's, on its thread.
class FrameReader {
 public:
  // `own`: the end that reads.
  explicit FrameReader(Role own, ReaderLimits limits = {}) : own_(own), limits_(limits) {}

  // Takes bytes from the front of `input` up to the end of the next event, and returns that; or takes them all and
  // returns nothing. What a caller leaves of the input must be given again, before anything newer. After the last event
  // all is taken and ignored.
  [[nodiscard]] std::optional<Event> next(std::span<const std::uint8_t>& input);

  // Of the heap.
  [[nodiscard]] std::size_t held_bytes() const { return message_.capacity(); }

 private:
  enum class Stage : std::uint8_t { kHeader, kPayload, kEnded };

  // Each returns a failure, or nothing.
  std::optional<Event> judge_start();
  std::optional<Event> begin_frame();

  // Each returns an event, or nothing when the frame is not complete or ends none.
  std::optional<Event> read_control(std::span<const std::uint8_t>& input);
  std::optional<Event> read_data(std::span<const std::uint8_t>& input);
  [[nodiscard]] std::optional<Event> whole_message(std::span<const std::uint8_t>& input);

  std::optional<Event> judge_close();
  Event end_message(std::span<const std::uint8_t> message);
  // Copies what there is of the frame's payload, without its mask.
  std::size_t take_payload(std::span<const std::uint8_t>& input, std::uint8_t* to);
  void make_room(std::size_t more);
  Event fail(std::uint16_t code, std::string_view reason);

  const Role own_;
  Stage stage_ = Stage::kHeader;
  std::uint8_t header_taken_ = 0;  // bytes
  bool message_open_ = false;      // a continuation is to follow
  bool shown_ = false;             // the last event's payload is in message_
  Opcode message_opcode_ = Opcode::kText;
  Utf8Stream utf8_;  // of the text so far; complete between messages, or there are no more
  std::array<std::uint8_t, kMostHeaderBytes> header_{};
  std::array<std::uint8_t, kMostControlPayload> control_{};
  FrameHeader frame_;                // whose payload is being read
  std::uint64_t payload_taken_ = 0;  // bytes
  const ReaderLimits limits_;
  std::vector<std::uint8_t> message_;  // what has come of a message that is not complete; or a failure's reason
};

}  // namespace buzzer::client
