#include "linkmgr/link_cipher.h"

#include <sodium.h>

namespace buzzer::linkmgr {
namespace {

using Nonce = std::array<std::uint8_t, crypto_aead_chacha20poly1305_ietf_NPUBBYTES>;

static_assert(crypto_aead_chacha20poly1305_ietf_KEYBYTES == kLinkKeyBytes);
static_assert(crypto_aead_chacha20poly1305_ietf_ABYTES == kCipherOverhead);

Nonce nonce_of(std::uint64_t frame) {
  Nonce nonce{};
  for (std::size_t i = 0; i < sizeof(frame); ++i) nonce[i] = static_cast<std::uint8_t>(frame >> (8 * i));
  return nonce;
}

}  // namespace

LinkCipher::~LinkCipher() { sodium_memzero(key_.data(), key_.size()); }

std::string LinkCipher::seal(std::string_view plain) {
  const Nonce nonce = nonce_of(frames_++);
  std::string payload(plain.size() + kCipherOverhead, '\0');
  unsigned long long size = 0;
  crypto_aead_chacha20poly1305_ietf_encrypt(reinterpret_cast<std::uint8_t*>(payload.data()), &size,
                                            reinterpret_cast<const std::uint8_t*>(plain.data()), plain.size(), nullptr,
                                            0, nullptr, nonce.data(), key_.data());
  return payload;
}

std::optional<std::string> LinkCipher::open(std::string_view payload) {
  if (payload.size() < kCipherOverhead) return std::nullopt;
  const Nonce nonce = nonce_of(frames_);
  std::string plain(payload.size() - kCipherOverhead, '\0');
  unsigned long long size = 0;
  if (crypto_aead_chacha20poly1305_ietf_decrypt(reinterpret_cast<std::uint8_t*>(plain.data()), &size, nullptr,
                                                reinterpret_cast<const std::uint8_t*>(payload.data()), payload.size(),
                                                nullptr, 0, nonce.data(), key_.data()) != 0) {
    return std::nullopt;
  }
  ++frames_;
  return plain;
}

}  // namespace buzzer::linkmgr
