#include "node/gateway/token.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include <sodium.h>

#include "base/check.h"
#include "node/kernel/kernel.h"
#include "node/kernel/text.h"

namespace buzzer::gateway {
namespace {

constexpr std::string_view kBeginning = "bz1.";
constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kSecretDigits = 43;
static_assert(kMostTokenBytes == kBeginning.size() + kernel::kMostNameBytes + 1 + kSecretDigits);

bool is_lower_name(std::string_view text) {
  return kernel::is_name(text) && std::none_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool is_secret(std::string_view text) {
  std::array<std::uint8_t, kSecretBytes> bytes{};
  std::size_t size = 0;
  const bool good = text.size() == kSecretDigits &&
                    sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &size, nullptr,
                                      sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
                    size == bytes.size();
  sodium_memzero(bytes.data(), bytes.size());
  return good;
}

}  // namespace

std::string make_token(std::string_view lower_name, base::Random& random) {
  BUZZER_CHECK(is_lower_name(lower_name));
  std::array<std::uint8_t, kSecretBytes> secret{};
  random.fill(secret);
  std::array<char, kSecretDigits + 1> digits{};
  sodium_bin2base64(digits.data(), digits.size(), secret.data(), secret.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  std::string token;
  token.reserve(kMostTokenBytes);
  token.append(kBeginning).append(lower_name).append(".").append(digits.data(), kSecretDigits);
  sodium_memzero(secret.data(), secret.size());
  sodium_memzero(digits.data(), digits.size());
  return token;
}

std::optional<std::string_view> token_user(std::string_view token) {
  if (token.size() > kMostTokenBytes || token.substr(0, kBeginning.size()) != kBeginning) return std::nullopt;
  const std::string_view rest = token.substr(kBeginning.size());
  const std::size_t dot = rest.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const std::string_view name = rest.substr(0, dot);
  if (!is_lower_name(name) || !is_secret(rest.substr(dot + 1))) return std::nullopt;
  return name;
}

std::string hash_token(std::string_view token) {
  std::string hash(kernel::kTokenHashBytes, '\0');
  const int failed = crypto_generichash(reinterpret_cast<std::uint8_t*>(hash.data()), hash.size(),
                                        reinterpret_cast<const std::uint8_t*>(token.data()), token.size(), nullptr, 0);
  BUZZER_CHECK(failed == 0);
  return hash;
}

}  // namespace buzzer::gateway
