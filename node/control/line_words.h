// The words of a line on the control port. Pure.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>

namespace buzzer::control {

// Takes words from the front of a line; what is left is a text that may hold spaces.
class Words {
 public:
  explicit Words(std::string_view line) : rest_(line) {}

  [[nodiscard]] bool done() const { return done_; }
  [[nodiscard]] std::string_view rest() const { return rest_; }

  // Empty at the end, and between two spaces.
  std::string_view next() {
    const std::size_t space = rest_.find(' ');
    const std::string_view word = rest_.substr(0, space);
    done_ = space == std::string_view::npos;
    rest_ = done_ ? std::string_view() : rest_.substr(space + 1);
    return word;
  }

  // Takes the next word if it is this one.
  bool next_is(std::string_view word) {
    if (done_ || rest_.substr(0, rest_.find(' ')) != word) return false;
    next();
    return true;
  }

 private:
  std::string_view rest_;
  bool done_ = false;  // nothing follows the last word taken, not even an empty text
};

template <class Number>
[[nodiscard]] std::optional<Number> parse_number(std::string_view text) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace buzzer::control
