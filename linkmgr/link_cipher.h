// One direction of an encrypted link: ChaCha20-Poly1305 (RFC 8439) under a key that serves this connection and
// direction alone; the nonce is the number of the frame. So a frame that is changed, left out, repeated or moved does
// not open.
//
//   payload = ciphertext tag
//   tag     = 16 bytes
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace buzzer::linkmgr {

inline constexpr std::size_t kLinkKeyBytes = 32;
inline constexpr std::size_t kCipherOverhead = 16;

using LinkKey = std::array<std::uint8_t, kLinkKeyBytes>;

struct LinkKeys {
  LinkKey sending{};
  LinkKey receiving{};
};

class LinkCipher {
 public:
  explicit LinkCipher(const LinkKey& key) : key_(key) {}
  LinkCipher(const LinkCipher&) = delete;
  LinkCipher& operator=(const LinkCipher&) = delete;
  ~LinkCipher();  // wipes the key

  // The payload for the next frame to send.
  [[nodiscard]] std::string seal(std::string_view plain);

  // The plain bytes of the next frame received, or nothing if it is not what the peer sealed next.
  [[nodiscard]] std::optional<std::string> open(std::string_view payload);

 private:
  LinkKey key_;
  std::uint64_t frames_ = 0;
};

}  // namespace buzzer::linkmgr
