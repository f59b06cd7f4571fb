#include "client/crowd_member.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <xxhash.h>

namespace buzzer::client {

class CrowdMember::Hash {
 public:
  Hash() : state_(XXH3_createState()) { XXH3_64bits_reset(state_); }
  Hash(const Hash&) = delete;
  Hash& operator=(const Hash&) = delete;
  ~Hash() { XXH3_freeState(state_); }

  void take(std::string_view bytes) { XXH3_64bits_update(state_, bytes.data(), bytes.size()); }
  [[nodiscard]] std::uint64_t value() const { return XXH3_64bits_digest(state_); }

 private:
  XXH3_state_t* const state_;
};

// Eight bytes at a time: in a room of short lines this is looked at as often as anything is.
std::uint64_t count_lines(std::string_view bytes) {
  constexpr std::uint64_t kEach = 0x0101010101010101;
  constexpr std::uint64_t kLow = 0x7f * kEach;
  std::uint64_t count = 0;
  std::size_t at = 0;
  for (; at + 8 <= bytes.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, 8);
    word ^= '\n' * kEach;  // a '\n' is a zero byte now
    const std::uint64_t zeros = ~(((word & kLow) + kLow) | word | kLow) >> 7;
    count += zeros * kEach >> 56;
  }
  return count +
         static_cast<std::uint64_t>(std::count(bytes.begin() + static_cast<std::ptrdiff_t>(at), bytes.end(), '\n'));
}

CrowdMember::CrowdMember(const Looks& looks) : looks_(looks) {
  if (looks.hash) hash_ = std::make_unique<Hash>();
}

CrowdMember::~CrowdMember() = default;

void CrowdMember::take(std::string_view bytes) {
  bytes_ += bytes.size();
  if (looks_.lines) lines_ += count_lines(bytes);
  if (hash_ != nullptr) hash_->take(bytes);
  if (expected_ != nullptr && !differs_) compare(bytes);
  if (kept_.size() < most_kept_) kept_ += bytes.substr(0, most_kept_ - kept_.size());
  if (looks_.last_line) find_last_line(bytes);
}

void CrowdMember::expect(std::shared_ptr<const std::string> stream) {
  expected_ = std::move(stream);
  compared_ = 0;
  differs_.reset();
}

void CrowdMember::set_state(State state, int error) {
  state_ = state;
  error_ = error;
}

std::uint64_t CrowdMember::hash() const { return hash_ == nullptr ? 0 : hash_->value(); }

void CrowdMember::compare(std::string_view bytes) {
  const std::string_view wanted = std::string_view(*expected_).substr(compared_, bytes.size());
  const std::string_view got = bytes.substr(0, wanted.size());
  if (got != wanted) {
    const auto place = std::mismatch(got.begin(), got.end(), wanted.begin()).first;
    differs_ = compared_ + static_cast<std::uint64_t>(place - got.begin());
  } else if (wanted.size() < bytes.size()) {
    differs_ = expected_->size();
  }
  compared_ += wanted.size();
}

void CrowdMember::find_last_line(std::string_view bytes) {
  const std::size_t end = bytes.rfind('\n');
  if (end == std::string_view::npos) {
    begun_line_ += bytes.substr(0, kMostLine - std::min(begun_line_.size(), kMostLine));
    return;
  }
  const std::size_t before = end == 0 ? std::string_view::npos : bytes.rfind('\n', end - 1);
  if (before == std::string_view::npos) {
    last_line_ = std::exchange(begun_line_, {});
    last_line_ += bytes.substr(0, std::min(end, kMostLine - last_line_.size()));
  } else {
    last_line_ = bytes.substr(before + 1, std::min(end - before - 1, kMostLine));
  }
  begun_line_ = bytes.substr(end + 1, kMostLine);
}

}  // namespace buzzer::client
