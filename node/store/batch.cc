#include "node/store/batch.h"

#include <array>
#include <cstring>

#include "base/check.h"

namespace buzzer::store {
namespace {

constexpr std::uint32_t kErased = 0xFFFFFFFF;
constexpr std::size_t kMostKeyBytes = 65'535;
constexpr std::size_t kMostValueBytes = 16UL << 20;

struct Sizes {
  std::uint32_t key;
  std::uint32_t value;
};

}  // namespace

void Batch::put(std::string_view key, std::string_view value) {
  BUZZER_CHECK(value.size() <= kMostValueBytes);
  append(static_cast<std::uint32_t>(value.size()), key);
  bytes_ += value;
}

void Batch::erase(std::string_view key) { append(kErased, key); }

void Batch::append(const Batch& other) {
  bytes_ += other.bytes_;
  count_ += other.count_;
}

void Batch::clear() {
  bytes_.clear();
  count_ = 0;
}

void Batch::append(std::uint32_t value_size, std::string_view key) {
  BUZZER_CHECK(!key.empty() && key.size() <= kMostKeyBytes);
  const Sizes sizes{static_cast<std::uint32_t>(key.size()), value_size};
  std::array<char, sizeof sizes> raw{};
  std::memcpy(raw.data(), &sizes, sizeof sizes);
  bytes_.append(raw.data(), raw.size());
  bytes_ += key;
  ++count_;
}

Batch::Operation Batch::take(std::string_view& rest) {
  Sizes sizes{};
  std::memcpy(&sizes, rest.data(), sizeof sizes);
  const bool erases = sizes.value == kErased;
  const std::size_t value_size = erases ? 0 : sizes.value;
  const Operation next{erases, rest.substr(sizeof sizes, sizes.key), rest.substr(sizeof sizes + sizes.key, value_size)};
  rest.remove_prefix(sizeof sizes + sizes.key + value_size);
  return next;
}

}  // namespace buzzer::store
