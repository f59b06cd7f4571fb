#include "node/store/batch.h"

#include <array>
#include <cstring>

#include "base/check.h"

namespace buzzer::store {
namespace {

constexpr std::size_t kMostKeyBytes = 65'535;
constexpr std::size_t kMostValueBytes = 16UL << 20;

struct Sizes {
  std::uint32_t key;
  std::uint32_t kind_and_value;
};

constexpr std::uint32_t kValueBits = 30;
constexpr std::uint32_t kValueMask = (1U << kValueBits) - 1;

}  // namespace

void Batch::put(std::string_view key, std::string_view value) {
  BUZZER_CHECK(value.size() <= kMostValueBytes);
  append(Kind::kPut, key, value);
}

void Batch::erase(std::string_view key) { append(Kind::kErase, key, {}); }

void Batch::erase_range(std::string_view begin, std::string_view end) {
  BUZZER_CHECK(begin < end && end.size() <= kMostKeyBytes);
  append(Kind::kEraseRange, begin, end);
}

void Batch::append(const Batch& other) {
  bytes_ += other.bytes_;
  count_ += other.count_;
}

void Batch::clear() {
  bytes_.clear();
  count_ = 0;
}

void Batch::append(Kind kind, std::string_view key, std::string_view value) {
  BUZZER_CHECK(!key.empty() && key.size() <= kMostKeyBytes);
  const Sizes sizes{static_cast<std::uint32_t>(key.size()),
                    static_cast<std::uint32_t>(kind) << kValueBits | static_cast<std::uint32_t>(value.size())};
  std::array<char, sizeof sizes> raw{};
  std::memcpy(raw.data(), &sizes, sizeof sizes);
  bytes_.append(raw.data(), raw.size());
  bytes_ += key;
  bytes_ += value;
  ++count_;
}

Batch::Operation Batch::take(std::string_view& rest) {
  Sizes sizes{};
  std::memcpy(&sizes, rest.data(), sizeof sizes);
  const std::size_t value_size = sizes.kind_and_value & kValueMask;
  const Operation next{static_cast<Kind>(sizes.kind_and_value >> kValueBits), rest.substr(sizeof sizes, sizes.key),
                       rest.substr(sizeof sizes + sizes.key, value_size)};
  rest.remove_prefix(sizeof sizes + sizes.key + value_size);
  return next;
}

}  // namespace buzzer::store
