#include "client/sha1.h"

#include <bit>
#include <string>

namespace buzzer::client {
namespace {

constexpr std::size_t kBlockBytes = 64;
constexpr std::size_t kLengthBytes = 8;
constexpr std::size_t kRounds = 80;

using State = std::array<std::uint32_t, 5>;

// The message, a bit that is set, zeros up to a whole number of blocks, and the message's length in bits.
std::string pad(std::string_view message) {
  std::string padded(message);
  padded += '\x80';
  while (padded.size() % kBlockBytes != kBlockBytes - kLengthBytes) padded += '\0';
  const std::uint64_t bits = message.size() * 8;
  for (std::size_t i = kLengthBytes; i-- > 0;) padded += static_cast<char>(bits >> (8 * i));
  return padded;
}

std::uint32_t read_word(std::string_view bytes) {
  std::uint32_t word = 0;
  for (std::size_t i = 0; i < sizeof(word); ++i) word = word << 8 | static_cast<std::uint8_t>(bytes[i]);
  return word;
}

void mix(State& state, std::string_view block) {
  std::array<std::uint32_t, kRounds> words{};
  for (std::size_t t = 0; t < kRounds; ++t) {
    words[t] = t < 16 ? read_word(block.substr(4 * t))
                      : std::rotl(words[t - 3] ^ words[t - 8] ^ words[t - 14] ^ words[t - 16], 1);
  }
  auto [a, b, c, d, e] = state;
  for (std::size_t t = 0; t < kRounds; ++t) {
    std::uint32_t f = b ^ c ^ d;
    std::uint32_t k = t < 40 ? 0x6ed9eba1 : 0xca62c1d6;
    if (t < 20) {
      f = (b & c) | (~b & d);
      k = 0x5a827999;
    } else if (t >= 40 && t < 60) {
      f = (b & c) | (b & d) | (c & d);
      k = 0x8f1bbcdc;
    }
    const std::uint32_t next = std::rotl(a, 5) + f + e + words[t] + k;
    e = d;
    d = c;
    c = std::rotl(b, 30);
    b = a;
    a = next;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
}

}  // namespace

Sha1Digest sha1(std::string_view message) {
  State state{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  const std::string padded = pad(message);
  for (std::string_view rest = padded; !rest.empty(); rest.remove_prefix(kBlockBytes)) mix(state, rest);
  Sha1Digest digest{};
  for (std::size_t i = 0; i < digest.size(); ++i) {
    digest[i] = static_cast<std::uint8_t>(state[i / 4] >> (24 - 8 * (i % 4)));
  }
  return digest;
}

}  // namespace buzzer::client
