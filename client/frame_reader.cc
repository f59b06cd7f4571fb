#include "client/frame_reader.h"

#include <algorithm>

namespace buzzer::client {
namespace {

constexpr std::uint8_t kReserved = 0x70;
constexpr std::uint8_t kMasked = 0x80;
constexpr std::uint8_t kShortLength = 0x7f;

// Where whole messages lose their mask: as large as what a connection reads at once.
std::span<std::uint8_t> scratch() {
  thread_local std::array<std::uint8_t, 64UL << 10> buffer;
  return buffer;
}

std::string_view text_of(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool is_known(Opcode opcode) {
  return opcode <= Opcode::kBinary || (opcode >= Opcode::kClose && opcode <= Opcode::kPong);
}

// 126 and 127 say that more bytes follow; a size that needs fewer must be written with fewer.
bool is_shortest(std::uint8_t second_byte, std::uint64_t size) {
  const int length = second_byte & kShortLength;
  if (length == 127) return size > 0xffff;
  return length != 126 || size > 125;
}

}  // namespace

std::optional<Event> FrameReader::next(std::span<const std::uint8_t>& input) {
  if (shown_) message_ = std::vector<std::uint8_t>();
  shown_ = false;
  while (stage_ != Stage::kEnded) {
    if (stage_ == Stage::kPayload) {
      const auto event = is_control(frame_.opcode) ? read_control(input) : read_data(input);
      if (event || stage_ == Stage::kPayload) return event;
      continue;
    }
    const std::size_t needed = header_taken_ < 2 ? 2 : header_size(header_[1]);
    const std::size_t taken = std::min(needed - header_taken_, input.size());
    std::copy_n(input.begin(), taken, header_.begin() + header_taken_);
    header_taken_ = static_cast<std::uint8_t>(header_taken_ + taken);
    input = input.subspan(taken);
    if (header_taken_ < needed) return std::nullopt;
    if (header_taken_ == 2) {
      if (const auto failure = judge_start()) return failure;
      if (header_size(header_[1]) > 2) continue;
    }
    if (const auto failure = begin_frame()) return failure;
  }
  input = {};
  return std::nullopt;
}

std::optional<Event> FrameReader::judge_start() {
  const FrameHeader start = decode_header(std::array<std::uint8_t, 2>{header_[0], 0});
  const auto refuse = [&](std::string_view why) {
    return fail(close_code::kProtocolError,
                "a frame of opcode " + std::to_string(static_cast<int>(start.opcode)) + std::string(why));
  };
  if ((header_[0] & kReserved) != 0) return refuse(" with reserved bits: no extension is in use");
  if (!is_known(start.opcode)) return refuse(", which is none");
  const bool masked = (header_[1] & kMasked) != 0;
  if (own_ == Role::kServer && !masked) return refuse(" without a mask: a client must mask its frames");
  if (own_ == Role::kClient && masked) return refuse(" with a mask: a server must not mask its frames");
  if (is_control(start.opcode)) {
    if (!start.final) return refuse(" in fragments: control frames come whole");
    if ((header_[1] & kShortLength) > kMostControlPayload) return refuse(" with more than 125 bytes of payload");
  } else if ((start.opcode == Opcode::kContinuation) != message_open_) {
    return refuse(message_open_ ? ", where a continuation must follow" : ", where there is no message to continue");
  }
  return std::nullopt;
}

std::optional<Event> FrameReader::begin_frame() {
  frame_ = decode_header({header_.data(), header_taken_});
  header_taken_ = 0;
  payload_taken_ = 0;
  stage_ = Stage::kPayload;
  const std::uint64_t size = frame_.payload_size;
  if (!is_shortest(header_[1], size)) {
    return fail(close_code::kProtocolError,
                "a frame's length of " + std::to_string(size) + " written with more bytes than it needs");
  }
  if (size >> 63 != 0) return fail(close_code::kProtocolError, "a frame's length with the first of its 64 bits set");
  if (is_control(frame_.opcode)) return std::nullopt;
  if (size > limits_.frame) {
    return fail(close_code::kTooBig,
                "a frame of " + std::to_string(size) + " bytes: the limit is " + std::to_string(limits_.frame));
  }
  if (size > limits_.message - message_.size()) {
    return fail(close_code::kTooBig, "a message of at least " + std::to_string(message_.size() + size) +
                                         " bytes: the limit is " + std::to_string(limits_.message));
  }
  if (frame_.opcode != Opcode::kContinuation) message_opcode_ = frame_.opcode;
  message_open_ = !frame_.final;
  return std::nullopt;
}

std::size_t FrameReader::take_payload(std::span<const std::uint8_t>& input, std::uint8_t* to) {
  const std::uint64_t missing = frame_.payload_size - payload_taken_;
  const auto piece = input.first(static_cast<std::size_t>(std::min<std::uint64_t>(missing, input.size())));
  if (frame_.mask) {
    apply_mask(*frame_.mask, payload_taken_, piece, to);
  } else {
    std::copy(piece.begin(), piece.end(), to);
  }
  payload_taken_ += piece.size();
  input = input.subspan(piece.size());
  if (payload_taken_ == frame_.payload_size) stage_ = Stage::kHeader;
  return piece.size();
}

std::optional<Event> FrameReader::read_control(std::span<const std::uint8_t>& input) {
  take_payload(input, control_.data() + payload_taken_);
  if (stage_ == Stage::kPayload) return std::nullopt;
  const std::string_view payload = text_of(control_).substr(0, static_cast<std::size_t>(payload_taken_));
  if (frame_.opcode == Opcode::kPing) return Event{Event::Kind::kPing, payload, 0};
  if (frame_.opcode == Opcode::kPong) return Event{Event::Kind::kPong, payload, 0};
  return judge_close();
}

std::optional<Event> FrameReader::judge_close() {
  const auto payload = std::span(control_).first(static_cast<std::size_t>(payload_taken_));
  if (payload.size() == 1) return fail(close_code::kProtocolError, "a close frame with half a code");
  Event event{Event::Kind::kClose, {}, close_code::kNoCode};
  if (!payload.empty()) {
    event.code = static_cast<std::uint16_t>(payload[0] << 8 | payload[1]);
    event.payload = text_of(payload.subspan(2));
    if (!may_be_sent(event.code)) {
      return fail(close_code::kProtocolError,
                  "a close frame with code " + std::to_string(event.code) + ", which may not be sent");
    }
    if (!is_utf8(payload.subspan(2))) {
      return fail(close_code::kInvalidText, "a close frame whose reason is not valid UTF-8");
    }
  }
  stage_ = Stage::kEnded;
  return event;
}

std::optional<Event> FrameReader::read_data(std::span<const std::uint8_t>& input) {
  if (frame_.final && frame_.opcode != Opcode::kContinuation && payload_taken_ == 0 &&
      input.size() >= frame_.payload_size && (!frame_.mask || frame_.payload_size <= scratch().size())) {
    return whole_message(input);
  }
  const std::size_t before = message_.size();
  const std::uint64_t missing = frame_.payload_size - payload_taken_;
  const auto more = static_cast<std::size_t>(std::min<std::uint64_t>(missing, input.size()));
  make_room(more);
  message_.resize(before + more);
  take_payload(input, message_.data() + before);
  if (message_opcode_ == Opcode::kText && !utf8_.feed(std::span(message_).subspan(before))) {
    return fail(close_code::kInvalidText, "a text message that is not valid UTF-8");
  }
  if (stage_ == Stage::kPayload || !frame_.final) return std::nullopt;
  shown_ = true;
  return end_message(message_);
}

std::optional<Event> FrameReader::whole_message(std::span<const std::uint8_t>& input) {
  auto message = input.first(static_cast<std::size_t>(frame_.payload_size));
  if (frame_.mask) {
    const auto unmasked = scratch().first(message.size());
    take_payload(input, unmasked.data());
    message = unmasked;
  } else {
    input = input.subspan(message.size());
    stage_ = Stage::kHeader;
  }
  if (message_opcode_ == Opcode::kText && !utf8_.feed(message)) {
    return fail(close_code::kInvalidText, "a text message that is not valid UTF-8");
  }
  return end_message(message);
}

Event FrameReader::end_message(std::span<const std::uint8_t> message) {
  if (message_opcode_ == Opcode::kBinary) return {Event::Kind::kBinary, text_of(message), 0};
  if (utf8_.is_complete()) return {Event::Kind::kText, text_of(message), 0};
  return fail(close_code::kInvalidText, "a text message that ends within a character");
}

void FrameReader::make_room(std::size_t more) {
  const std::size_t size = message_.size() + more;
  if (size <= message_.capacity()) return;
  // What is still to come is known of the last frame; of an earlier one only the limit is.
  const std::size_t rest = static_cast<std::size_t>(frame_.payload_size - payload_taken_);
  const std::size_t most = frame_.final ? message_.size() + rest : limits_.message;
  message_.reserve(std::min(most, std::max(size, 2 * message_.capacity())));
}

Event FrameReader::fail(std::uint16_t code, std::string_view reason) {
  stage_ = Stage::kEnded;
  message_.assign(reason.begin(), reason.end());
  shown_ = true;
  return {Event::Kind::kFailure, text_of(message_), code};
}

}  // namespace buzzer::client
