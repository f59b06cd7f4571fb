#include <array>

#include <sodium.h>

#include "client/handshake.h"
#include "client/sha1.h"

namespace buzzer::client {
namespace {

constexpr std::size_t kKeyBytes = 16;
constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

std::string base64(std::span<const std::uint8_t> bytes) {
  std::string text(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();  // the '\0' that libsodium ends it with
  return text;
}

}  // namespace

std::string accept_key(std::string_view key) { return base64(sha1(std::string(key).append(kGuid))); }

std::string make_key(base::Random& random) {
  std::array<std::uint8_t, kKeyBytes> bytes{};
  random.fill(bytes);
  return base64(bytes);
}

}  // namespace buzzer::client
