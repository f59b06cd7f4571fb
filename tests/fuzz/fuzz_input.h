// What a fuzz target is made of: the fuzzer's bytes, read as numbers, pieces and steps. Where they end, all is 0 and
// empty.
//
// A target checks what must hold with BUZZER_CHECK: a broken one ends the process, which the fuzzer reports as it does
// a sanitizer's finding.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace buzzer::fuzz {

class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : rest_(data, size) {}

  [[nodiscard]] bool empty() const { return rest_.empty(); }

  std::uint8_t byte() {
    if (rest_.empty()) return 0;
    const std::uint8_t first = rest_.front();
    rest_ = rest_.subspan(1);
    return first;
  }

  // A number below `end`, of one byte.
  std::uint8_t below(std::uint8_t end) { return static_cast<std::uint8_t>(byte() % end); }

  std::string take(std::size_t count) {
    const auto taken = rest_.first(std::min(count, rest_.size()));
    rest_ = rest_.subspan(taken.size());
    return {taken.begin(), taken.end()};
  }

  std::string rest() { return take(rest_.size()); }

  // A few bytes of the stream that is fuzzed. Limits of 64 KiB are out of reach of inputs that are mutated fast, so a
  // piece may also be a long run of one byte. All runs of an input together are bounded, lest most of the time goes
  // into a few inputs.
  //
  //   piece = length *byte              length = 00 .. EF
  //         | Fn delta byte             n * 16 KiB + delta (signed) times that byte
  std::string piece() {
    const std::uint8_t length = byte();
    if (length < kRun) return take(length);
    const int count = (length - kRun) * 16'384 + static_cast<std::int8_t>(byte());
    const std::size_t size = std::min(static_cast<std::size_t>(std::max(count, 0)), runs_left_);
    runs_left_ -= size;
    return std::string(size, static_cast<char>(byte()));
  }

 private:
  static constexpr std::uint8_t kRun = 0xF0;

  std::span<const std::uint8_t> rest_;
  std::size_t runs_left_ = 300'000;  // bytes
};

// A copy on the heap that ends where the bytes end, so that a sanitizer sees who reads past them.
class Exactly {
 public:
  explicit Exactly(std::string_view bytes) : size_(bytes.size()), bytes_(std::make_unique<std::uint8_t[]>(size_)) {
    if (size_ > 0) std::memcpy(bytes_.get(), bytes.data(), size_);
  }

  [[nodiscard]] std::span<const std::uint8_t> bytes() const { return {bytes_.get(), size_}; }
  [[nodiscard]] std::string_view text() const { return {reinterpret_cast<const char*>(bytes_.get()), size_}; }

 private:
  const std::size_t size_;
  const std::unique_ptr<std::uint8_t[]> bytes_;
};

// Of an input that is lines and nothing else; none has its '\n'.
template <class Check>
void for_each_line(const std::uint8_t* data, std::size_t size, Check&& check) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    check(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
}

}  // namespace buzzer::fuzz

// Defined once by each target; the fuzzer calls it with one input after the other.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size);  // NOLINT(readability-identifier-naming)
