// What is kept of a password: Argon2id (RFC 9106) over it and a salt, as a text of the form that the Argon2 reference
// implementation and libsodium use.
//
//   kept = "$argon2id$v=19$m=" KiB ",t=" passes ",p=1$" salt "$" hash
//   salt, hash = 16 and 32 bytes, in base64 without padding
//
// Example: $argon2id$v=19$m=19456,t=2,p=1$c29tZSBzYWx0IGJ5dGVz$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace buzzer::gateway {

// What one hash costs whoever makes it, and so whoever guesses. The defaults are what OWASP advises at least: 20 ms or
// so of one core.
struct PasswordCost {
  std::uint32_t memory_kib = 19 * 1024;  // from 8 on
  std::uint32_t passes = 2;              // from 1 on
};

inline constexpr std::size_t kSaltBytes = 16;
using Salt = std::array<std::uint8_t, kSaltBytes>;

// Nothing when there is no memory for it.
[[nodiscard]] std::optional<std::string> hash_password(std::string_view password, const Salt& salt,
                                                       const PasswordCost& cost);

// Whether the text is of this form, with a cost that is no more than 64 times the default memory and 16 passes: what
// comes from elsewhere does not make this node work for minutes.
[[nodiscard]] bool is_kept_password(std::string_view text);

// Whether that is the password; in the time that its cost takes. The text must be of this form. Nothing when there is
// no memory for it.
[[nodiscard]] std::optional<bool> verify_password(std::string_view text, std::string_view password);

// Of no password: looks as if it had been made by hash_password(), and costs as much to verify.
[[nodiscard]] std::string decoy_password(const PasswordCost& cost);

// The salt of a registration. It follows from what was asked for, so that a repetition with the same key is the same
// command, on whatever node: BLAKE2b over the name in lower case and the key, which the gateway makes at random unless
// the client has one. The moment the key was made is not in it, since who repeats a request need not say it.
[[nodiscard]] Salt registration_salt(std::string_view lower_name, std::string_view key);

}  // namespace buzzer::gateway
