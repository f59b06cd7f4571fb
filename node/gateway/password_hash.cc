#include "node/gateway/password_hash.h"

#include <charconv>
#include <span>

#include <sodium.h>

#include "base/check.h"

namespace buzzer::gateway {
namespace {

constexpr std::size_t kHashBytes = 32;
constexpr std::size_t kKibibyte = 1024;
constexpr std::uint32_t kLeastMemoryKib = 8;
constexpr std::uint32_t kMostMemoryKib = 64 * 19 * 1024;
constexpr std::uint32_t kMostPasses = 16;
static_assert(kSaltBytes == crypto_pwhash_SALTBYTES);

using Hash = std::array<std::uint8_t, kHashBytes>;

std::string base64(std::span<const std::uint8_t> bytes) {
  std::string text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL_NO_PADDING), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
  text.pop_back();  // the terminator
  return text;
}

std::string to_text(const PasswordCost& cost, const Salt& salt, const Hash& hash) {
  return "$argon2id$v=19$m=" + std::to_string(cost.memory_kib) + ",t=" + std::to_string(cost.passes) + ",p=1$" +
         base64(salt) + '$' + base64(hash);
}

struct Kept {
  PasswordCost cost;
  Salt salt;
  Hash hash;
};

// Takes such a text apart from the front.
class KeptReader {
 public:
  explicit KeptReader(std::string_view text) : rest_(text) {}

  bool literal(std::string_view expected) {
    if (rest_.substr(0, expected.size()) != expected) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }

  bool number(std::uint32_t most, std::uint32_t& value) {
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (error != std::errc() || value == 0 || value > most || rest_.front() == '0') return false;
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return true;
  }

  template <std::size_t kBytes>
  bool base64(std::array<std::uint8_t, kBytes>& bytes) {
    constexpr std::size_t kDigits = (kBytes * 4 + 2) / 3;
    if (rest_.size() < kDigits) return false;
    std::size_t size = 0;
    const int bad = sodium_base642bin(bytes.data(), bytes.size(), rest_.data(), kDigits, nullptr, &size, nullptr,
                                      sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
    if (bad != 0 || size != kBytes) return false;
    rest_.remove_prefix(kDigits);
    return true;
  }

  [[nodiscard]] bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

std::optional<Kept> read_kept(std::string_view text) {
  Kept kept{};
  KeptReader reader(text);
  const bool good = reader.literal("$argon2id$v=19$m=") && reader.number(kMostMemoryKib, kept.cost.memory_kib) &&
                    kept.cost.memory_kib >= kLeastMemoryKib && reader.literal(",t=") &&
                    reader.number(kMostPasses, kept.cost.passes) && reader.literal(",p=1$") &&
                    reader.base64(kept.salt) && reader.literal("$") && reader.base64(kept.hash) && reader.at_end();
  if (!good) return std::nullopt;
  return kept;
}

// False when there is no memory for it.
bool compute(std::string_view password, const Salt& salt, const PasswordCost& cost, Hash& hash) {
  const char* const bytes = password.empty() ? "" : password.data();  // which may be null
  return crypto_pwhash(hash.data(), hash.size(), bytes, password.size(), salt.data(), cost.passes,
                       cost.memory_kib * kKibibyte, crypto_pwhash_ALG_ARGON2ID13) == 0;
}

}  // namespace

std::optional<std::string> hash_password(std::string_view password, const Salt& salt, const PasswordCost& cost) {
  Hash hash{};
  if (!compute(password, salt, cost, hash)) return std::nullopt;
  return to_text(cost, salt, hash);
}

bool is_kept_password(std::string_view text) { return read_kept(text).has_value(); }

std::optional<bool> verify_password(std::string_view text, std::string_view password) {
  const auto kept = read_kept(text);
  BUZZER_CHECK(kept.has_value());
  Hash hash{};
  if (!compute(password, kept->salt, kept->cost, hash)) return std::nullopt;
  return sodium_memcmp(hash.data(), kept->hash.data(), hash.size()) == 0;
}

std::string decoy_password(const PasswordCost& cost) {
  Salt salt{};
  Hash hash{};
  randombytes_buf(salt.data(), salt.size());
  randombytes_buf(hash.data(), hash.size());
  return to_text(cost, salt, hash);
}

Salt registration_salt(std::string_view lower_name, std::string_view key) {
  static constexpr std::string_view kPurpose = "buzzer: salt of a registration";
  const auto add = [](crypto_generichash_state& state, std::string_view bytes) {
    crypto_generichash_update(&state, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  };
  Salt salt{};
  crypto_generichash_state state;
  crypto_generichash_init(&state, reinterpret_cast<const std::uint8_t*>(kPurpose.data()), kPurpose.size(), salt.size());
  add(state, lower_name);
  add(state, std::string_view("\0", 1));  // no name holds it
  add(state, key);
  crypto_generichash_final(&state, salt.data(), salt.size());
  return salt;
}

}  // namespace buzzer::gateway
