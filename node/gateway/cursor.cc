#include "node/gateway/cursor.h"

#include <algorithm>
#include <array>

#include <sodium.h>

#include "base/overloaded.h"

namespace buzzer::gateway {
namespace {

constexpr std::size_t kMostCursorBytes = 96;  // a name has 64 at most
constexpr int kBase64 = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void append_number(std::string& to, std::uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) to.push_back(static_cast<char>(number >> shift & 0xffU));
}

// Takes eight bytes off the front, which must be there.
std::uint64_t take_number(std::string_view& bytes) {
  std::uint64_t number = 0;
  for (const char byte : bytes.substr(0, 8)) number = number << 8 | static_cast<unsigned char>(byte);
  bytes.remove_prefix(8);
  return number;
}

void append_base64(std::string& to, std::string_view bytes) {
  const std::size_t size = sodium_base64_ENCODED_LEN(bytes.size(), kBase64);  // with a closing 0
  const std::size_t before = to.size();
  to.resize(before + size);
  sodium_bin2base64(to.data() + before, size, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                    kBase64);
  to.resize(before + size - 1);
}

// Null if it is no base64 of as many bytes at most.
std::optional<std::string> from_base64(std::string_view text, std::size_t most_bytes) {
  // libsodium takes some bytes beyond ASCII for digits.
  if (std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; })) {
    return std::nullopt;
  }
  std::string bytes(most_bytes, '\0');
  std::size_t size = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(), text.size(), nullptr,
                        &size, nullptr, kBase64) != 0) {
    return std::nullopt;
  }
  bytes.resize(size);
  return bytes;
}

}  // namespace

FeedPosition to_feed_position(const proto::Position& position) {
  return {position.incarnation(), position.life(), position.number()};
}

proto::Position to_proto(const FeedPosition& position) {
  proto::Position made;
  made.set_incarnation(position.incarnation);
  made.set_life(position.life);
  made.set_number(position.number);
  return made;
}

// One is made for each push. libsodium's way takes as long for each digit as for any other, as secrets need, and so
// longer than all else that a push costs.
void append_position(std::string& to, const FeedPosition& position) {
  std::array<std::uint8_t, 24> bytes{};
  std::size_t at = 0;
  for (const std::uint64_t number : {position.incarnation, position.life, position.number}) {
    for (int shift = 56; shift >= 0; shift -= 8) bytes[at++] = static_cast<std::uint8_t>(number >> shift);
  }
  std::array<char, kPositionChars> text{};
  std::size_t end = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::uint32_t group = std::uint32_t{bytes[i]} << 16 | std::uint32_t{bytes[i + 1]} << 8 | bytes[i + 2];
    for (int shift = 18; shift >= 0; shift -= 6) text[end++] = kDigits[group >> shift & 0x3fU];
  }
  to.append(text.data(), text.size());
}

std::string encode_position(const FeedPosition& position) {
  std::string text;
  append_position(text, position);
  return text;
}

std::optional<FeedPosition> parse_position(std::string_view text) {
  const auto bytes = text.size() == kPositionChars ? from_base64(text, 24) : std::nullopt;
  if (!bytes) return std::nullopt;
  std::string_view rest = *bytes;
  FeedPosition position;
  position.incarnation = take_number(rest);
  position.life = take_number(rest);
  position.number = take_number(rest);
  return position;
}

std::string encode_cursor(const Cursor& cursor) {
  std::string bytes;
  std::visit(base::Overloaded{[&](const IdCursor& at) {
                                bytes = "i";
                                append_number(bytes, at.id);
                              },
                              [&](const NameCursor& at) { bytes = 'n' + at.name; }},
             cursor);
  std::string text;
  append_base64(text, bytes);
  return text;
}

std::optional<Cursor> parse_cursor(std::string_view text) {
  const auto bytes = from_base64(text, kMostCursorBytes);
  if (!bytes || bytes->empty()) return std::nullopt;
  std::string_view rest = std::string_view(*bytes).substr(1);
  switch (bytes->front()) {
    case 'i':
      if (rest.size() != 8) return std::nullopt;
      return IdCursor{take_number(rest)};
    case 'n':
      if (rest.empty()) return std::nullopt;
      return NameCursor{std::string(rest)};
    default:
      return std::nullopt;
  }
}

}  // namespace buzzer::gateway
