// What may stand in a buzz, and what in it means something: mentions, topics, links. Pure.
//
//   mention = "@" word, where no word character or letter stands before the "@"; word = 1 to 30 of A-Z a-z 0-9 _
//   topic   = "#" 1*tag, likewise; tag = a letter of any script, a mark after a tag character, a digit, "_"
//   link    = ("http://" / "https://") followed by anything but space and <>", without punctuation at its end
// Inside a link nothing else is looked for: what follows a "#" there names a part of a page.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"
#include "proto/errors.h"
#include "proto/records.pb.h"

namespace buzzer::kernel {

inline constexpr std::size_t kMostTextPoints = 500;  // Unicode code points
inline constexpr std::size_t kMostNameBytes = 30;

// Why a text cannot be a buzz, or kNone: it is not valid UTF-8 or holds a control character other than a newline; it
// has nothing but white space; it has more than kMostTextPoints.
[[nodiscard]] proto::ErrorCode check_text(std::string_view text);

using Entities = google::protobuf::RepeatedPtrField<proto::Entity>;

// Replaces `entities` by those of a text that check_text lets pass; reuses their memory.
void find_entities(std::string_view text, Entities& entities);

// Whether it is 1 to 30 of A-Z a-z 0-9 _.
[[nodiscard]] bool is_name(std::string_view name);
// A name in lower case, by which a user is known; kept in place, without asking for memory.
class LowerName {
 public:
  LowerName() = default;
  // What is longer than a name can be gives the empty name, which is nobody's.
  explicit LowerName(std::string_view name);

  [[nodiscard]] std::string_view view() const { return {bytes_.data(), size_}; }
  friend bool operator==(const LowerName& one, const LowerName& other) { return one.view() == other.view(); }

 private:
  std::array<char, 32> bytes_{};  // more than there can be, as wide as the machine's own words
  std::size_t size_ = 0;
};

// A-Z become a-z; what else there is stays.
void lower_name(std::string_view name, std::string& out);
[[nodiscard]] std::string lower_name(std::string_view name);

// NFC, then case folding (utf8proc's, Unicode 15): topics that fold alike are the same topic. Empty if it is no UTF-8.
void fold_topic(std::string_view topic, std::string& out);
[[nodiscard]] std::string fold_topic(std::string_view topic);

// The topic that somebody has written alone, with or without its "#", folded; empty if that is no topic.
[[nodiscard]] std::string read_topic(std::string_view written);

}  // namespace buzzer::kernel
