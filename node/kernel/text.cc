#include "node/kernel/text.h"

#include <algorithm>
#include <vector>

#include <utf8proc.h>

#include "node/kernel/characters.h"
#include "node/kernel/eight_bytes.h"

namespace buzzer::kernel {

using proto::ErrorCode;

ErrorCode check_text(std::string_view text) {
  // Before anything else: a limit on the work that the rest can be made to do.
  constexpr std::size_t kMostBytesPerPoint = 4;
  if (text.size() > kMostTextPoints * kMostBytesPerPoint) return ErrorCode::kTextTooLong;
  std::size_t points = 0;
  bool visible = false;
  while (!text.empty()) {
    if (text.size() >= sizeof(Eight)) {
      const Eight eight = load(text.data());
      if (is_ascii(eight) && is_printable(eight)) {
        visible = visible || eight != all_of(' ');
        points += sizeof(Eight);
        text.remove_prefix(sizeof(Eight));
        continue;
      }
    }
    const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    utf8proc_int32_t point = *at;
    const utf8proc_ssize_t bytes =
        point < 0x80 ? 1 : utf8proc_iterate(at, static_cast<utf8proc_ssize_t>(text.size()), &point);
    if (bytes <= 0 || is_control(static_cast<char32_t>(point))) return ErrorCode::kTextInvalid;
    visible = visible || !is_space(static_cast<char32_t>(point));
    ++points;
    text.remove_prefix(static_cast<std::size_t>(bytes));
  }
  if (points > kMostTextPoints) return ErrorCode::kTextTooLong;
  return visible ? ErrorCode::kNone : ErrorCode::kTextEmpty;
}

bool is_name(std::string_view name) {
  if (name.empty() || name.size() > kMostNameBytes) return false;
  return std::all_of(name.begin(), name.end(), is_word);
}

LowerName::LowerName(std::string_view name) {
  if (name.size() > kMostNameBytes) return;
  to_lower(name, bytes_.data());
  size_ = name.size();
}

void lower_name(std::string_view name, std::string& out) {
  out.resize(name.size());
  to_lower(name, out.data());
}

std::string lower_name(std::string_view name) {
  std::string out;
  lower_name(name, out);
  return out;
}

void fold_topic(std::string_view topic, std::string& out) {
  constexpr auto kOptions = static_cast<utf8proc_option_t>(UTF8PROC_COMPOSE | UTF8PROC_STABLE | UTF8PROC_CASEFOLD);
  // For code points first, then for their bytes in UTF-8, which utf8proc ends with a zero.
  thread_local std::vector<utf8proc_int32_t> buffer(64);
  out.clear();
  const auto decompose = [&] {
    return utf8proc_decompose(reinterpret_cast<const utf8proc_uint8_t*>(topic.data()),
                              static_cast<utf8proc_ssize_t>(topic.size()), buffer.data(),
                              static_cast<utf8proc_ssize_t>(buffer.size()) - 1, kOptions);
  };
  utf8proc_ssize_t points = decompose();
  if (points >= static_cast<utf8proc_ssize_t>(buffer.size())) {
    buffer.resize(static_cast<std::size_t>(points) + 1);
    points = decompose();
  }
  if (points < 0) return;
  const utf8proc_ssize_t bytes = utf8proc_reencode(buffer.data(), points, kOptions);
  if (bytes > 0) out.assign(reinterpret_cast<const char*>(buffer.data()), static_cast<std::size_t>(bytes));
}

std::string fold_topic(std::string_view topic) {
  std::string out;
  fold_topic(topic, out);
  return out;
}

}  // namespace buzzer::kernel
