#include "client/utf8_stream.h"

#include <cstring>

namespace buzzer::client {
namespace {

constexpr std::uint8_t kBroken = 0xff;  // of needed_: no text any more
constexpr std::uint8_t kLeastTail = 0x80;
constexpr std::uint8_t kMostTail = 0xbf;

const std::uint8_t* skip_ascii(const std::uint8_t* at, const std::uint8_t* end) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080;
  std::uint64_t eight = 0;
  while (static_cast<std::size_t>(end - at) >= sizeof(eight)) {
    std::memcpy(&eight, at, sizeof(eight));
    if ((eight & kHighBits) != 0) break;
    at += sizeof(eight);
  }
  while (at != end && *at < kLeastTail) ++at;
  return at;
}

}  // namespace

bool Utf8Stream::begin(std::uint8_t lead) {
  least_ = kLeastTail;
  most_ = kMostTail;
  if (lead >= 0xc2 && lead <= 0xdf) {
    needed_ = 1;
  } else if (lead >= 0xe0 && lead <= 0xef) {
    needed_ = 2;
    if (lead == 0xe0) least_ = 0xa0;
    if (lead == 0xed) most_ = 0x9f;
  } else if (lead >= 0xf0 && lead <= 0xf4) {
    needed_ = 3;
    if (lead == 0xf0) least_ = 0x90;
    if (lead == 0xf4) most_ = 0x8f;
  } else {
    return false;
  }
  return true;
}

bool Utf8Stream::feed(std::span<const std::uint8_t> bytes) {
  if (needed_ == kBroken) return false;
  const std::uint8_t* at = bytes.data();
  const std::uint8_t* const end = at + bytes.size();
  // In registers: as far as the compiler knows, the bytes might be this object's.
  Utf8Stream now = *this;
  while (at != end) {
    if (now.needed_ == 0) {
      if (*at < kLeastTail) {
        at = skip_ascii(at, end);
        continue;
      }
      if (!now.begin(*at++)) {
        needed_ = kBroken;
        return false;
      }
    } else {
      if (*at < now.least_ || *at > now.most_) {
        needed_ = kBroken;
        return false;
      }
      ++at;
      --now.needed_;
      now.least_ = kLeastTail;
      now.most_ = kMostTail;
    }
  }
  *this = now;
  return true;
}

bool is_utf8(std::span<const std::uint8_t> text) {
  Utf8Stream stream;
  return stream.feed(text) && stream.is_complete();
}

}  // namespace buzzer::client
