// One client of a crowd (crowd.h), without its socket: what it has received, counted and held against what was
// expected.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace buzzer::client {

// How many '\n' there are.
[[nodiscard]] std::uint64_t count_lines(std::string_view bytes);

class CrowdMember {
 public:
  enum class State : std::uint8_t {
    kConnecting,
    kOpen,
    kEndedByServer,  // an orderly end
    kBroken,         // a reset, or another error: `error`
    kClosedHere,
  };

  struct Looks {
    bool lines = true;
    bool hash = false;
    bool last_line = false;
  };

  explicit CrowdMember(const Looks& looks);
  CrowdMember(CrowdMember&&) = delete;
  CrowdMember& operator=(CrowdMember&&) = delete;
  ~CrowdMember();

  void take(std::string_view bytes);
  // Bytes that nobody has seen.
  void count(std::size_t bytes) { bytes_ += bytes; }
  void expect(std::shared_ptr<const std::string> stream);
  void keep(std::size_t most_bytes) { most_kept_ = most_bytes; }
  [[nodiscard]] std::string take_kept() { return std::exchange(kept_, {}); }
  void set_state(State state, int error);

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] bool ended() const { return state_ > State::kOpen; }
  [[nodiscard]] int error() const { return error_; }  // errno of kBroken
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  // Whole ones, with their '\n'.
  [[nodiscard]] std::uint64_t lines() const { return lines_; }
  // Where, in the expected stream, what was received first differs from it or goes beyond it; none: nowhere so far.
  [[nodiscard]] std::optional<std::uint64_t> differs() const { return differs_; }
  // XXH3, 64 bits, seed 0, of all bytes so far.
  [[nodiscard]] std::uint64_t hash() const;
  // Without its '\n', at most kMostLine bytes of it; empty before the first.
  [[nodiscard]] const std::string& last_line() const { return last_line_; }

  static constexpr std::size_t kMostLine = 64UL << 10;

 private:
  class Hash;

  void compare(std::string_view bytes);
  void find_last_line(std::string_view bytes);

  const Looks looks_;
  State state_ = State::kConnecting;
  int error_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t lines_ = 0;
  std::shared_ptr<const std::string> expected_;
  std::size_t compared_ = 0;  // bytes of expected_ that came
  std::optional<std::uint64_t> differs_;
  std::unique_ptr<Hash> hash_;
  std::size_t most_kept_ = 0;
  std::string kept_;
  std::string begun_line_;
  std::string last_line_;
};

}  // namespace buzzer::client
