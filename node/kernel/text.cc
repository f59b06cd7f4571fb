#include "node/kernel/text.h"

#include <array>
#include <cstdlib>
#include <memory>

#include <utf8proc.h>

#include "base/check.h"

namespace buzzer::kernel {
namespace {

using proto::Entity;
using proto::ErrorCode;

bool is_word(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_letter(char32_t c) {
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(c))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
      return true;
    default:
      return false;
  }
}

bool is_mark(char32_t c) {
  const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
  return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC || category == UTF8PROC_CATEGORY_ME;
}

bool is_digit(char32_t c) {
  return c < 0x80 ? c >= '0' && c <= '9' : utf8proc_category(static_cast<utf8proc_int32_t>(c)) == UTF8PROC_CATEGORY_ND;
}

// A character that a topic may begin with.
bool is_tag(char32_t c) { return c < 0x80 ? is_word(c) : is_letter(c) || is_digit(c); }

bool is_space(char32_t c) {
  if (c < 0x80) return c == ' ' || c == '\n';
  const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
  return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
}

bool is_control(char32_t c) { return (c < 0x20 && c != '\n') || (c >= 0x7f && c < 0xa0); }

// One code point at a time, with its place in bytes and in points.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  [[nodiscard]] bool at_end() const { return byte_ >= text_.size(); }
  [[nodiscard]] std::size_t byte() const { return byte_; }
  [[nodiscard]] std::uint32_t point() const { return point_; }
  [[nodiscard]] bool begins(std::string_view with) const { return text_.substr(byte_, with.size()) == with; }

  // The code point here; the text is valid UTF-8 and not at its end.
  [[nodiscard]] char32_t peek() {
    const auto first = static_cast<unsigned char>(text_[byte_]);
    if (first < 0x80) {
      size_ = 1;
      return first;
    }
    utf8proc_int32_t point = 0;
    size_ = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text_.data()) + byte_,
                             static_cast<utf8proc_ssize_t>(text_.size() - byte_), &point);
    BUZZER_CHECK(size_ > 0);
    return static_cast<char32_t>(point);
  }
  void advance() {
    static_cast<void>(peek());
    byte_ += static_cast<std::size_t>(size_);
    ++point_;
  }

 private:
  std::string_view text_;
  std::size_t byte_ = 0;
  std::uint32_t point_ = 0;
  utf8proc_ssize_t size_ = 0;
};

class Finder {
 public:
  Finder(std::string_view text, Entities& entities) : text_(text), reader_(text), entities_(entities) {}

  void run() {
    bool inside_word = false;  // whether a word character or a letter stands before
    while (!reader_.at_end()) {
      const char32_t c = reader_.peek();
      if (!inside_word && (c == '@' || c == '#' || c == 'h') && take(c)) {
        inside_word = false;
        if (reader_.byte() > 0) inside_word = ends_word_;
        continue;
      }
      inside_word = c < 0x80 ? is_word(c) : is_letter(c) || is_mark(c) || is_digit(c);
      reader_.advance();
    }
  }

 private:
  bool take(char32_t c) {
    if (c == '@') return take_mention();
    return c == '#' ? take_topic() : take_link();
  }

  bool take_mention() {
    Reader reader = reader_;
    reader.advance();
    const std::size_t begin = reader.byte();
    while (!reader.at_end() && is_word(reader.peek())) reader.advance();
    const std::string_view name = text_.substr(begin, reader.byte() - begin);
    if (!is_name(name)) return false;
    lower_name(name, *add(Entity::MENTION, reader).mutable_value());
    reader_ = reader;
    ends_word_ = true;
    return true;
  }

  bool take_topic() {
    Reader reader = reader_;
    reader.advance();
    const std::size_t begin = reader.byte();
    bool ascii = true;
    while (!reader.at_end()) {
      const char32_t c = reader.peek();
      if (!is_tag(c) && !(reader.byte() > begin && is_mark(c))) break;
      ascii = ascii && c < 0x80;
      reader.advance();
    }
    const std::string_view topic = text_.substr(begin, reader.byte() - begin);
    if (topic.empty()) return false;
    std::string& value = *add(Entity::TOPIC, reader).mutable_value();
    if (ascii) {
      lower_name(topic, value);
    } else {
      value = fold_topic(topic);
    }
    reader_ = reader;
    ends_word_ = true;
    return true;
  }

  bool take_link() {
    constexpr std::array<std::string_view, 2> kSchemes{"http://", "https://"};
    std::size_t scheme = 0;
    for (const std::string_view one : kSchemes) {
      if (reader_.begins(one)) scheme = one.size();
    }
    if (scheme == 0) return false;
    Reader reader = reader_;
    Reader end = reader_;  // past the last character that is no punctuation
    while (!reader.at_end()) {
      const char32_t c = reader.peek();
      if (is_space(c) || c == '<' || c == '>' || c == '"') break;
      reader.advance();
      if (c >= 0x80 || std::string_view(".,;:!?'()[]{}*").find(static_cast<char>(c)) == std::string_view::npos) {
        end = reader;
      }
    }
    if (end.byte() <= reader_.byte() + scheme) return false;
    Entity& link = add(Entity::LINK, end);
    link.set_value(text_.data() + reader_.byte(), end.byte() - reader_.byte());
    reader_ = end;
    ends_word_ = true;
    return true;
  }

  Entity& add(Entity::Kind kind, const Reader& end) {
    Entity& entity = *entities_.Add();
    entity.set_kind(kind);
    entity.set_begin(reader_.point());
    entity.set_end(end.point());
    return entity;
  }

  const std::string_view text_;
  Reader reader_;
  Entities& entities_;
  bool ends_word_ = false;  // whether what was taken last ends as a word does
};

}  // namespace

ErrorCode check_text(std::string_view text) {
  // Before anything else: a limit on the work that the rest can be made to do.
  constexpr std::size_t kMostBytesPerPoint = 4;
  if (text.size() > kMostTextPoints * kMostBytesPerPoint) return ErrorCode::kTextTooLong;
  std::size_t points = 0;
  bool visible = false;
  const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  auto left = static_cast<utf8proc_ssize_t>(text.size());
  while (left > 0) {
    utf8proc_int32_t point = *at;
    const utf8proc_ssize_t size = point < 0x80 ? 1 : utf8proc_iterate(at, left, &point);
    if (size <= 0 || is_control(static_cast<char32_t>(point))) return ErrorCode::kTextInvalid;
    visible = visible || !is_space(static_cast<char32_t>(point));
    ++points;
    at += size;
    left -= size;
  }
  if (points > kMostTextPoints) return ErrorCode::kTextTooLong;
  return visible ? ErrorCode::kNone : ErrorCode::kTextEmpty;
}

void find_entities(std::string_view text, Entities& entities) {
  entities.Clear();
  Finder(text, entities).run();
}

bool is_name(std::string_view name) {
  if (name.empty() || name.size() > kMostNameBytes) return false;
  for (const char c : name) {
    if (!is_word(static_cast<unsigned char>(c))) return false;
  }
  return true;
}

void lower_name(std::string_view name, std::string& out) {
  out.assign(name);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
}

std::string lower_name(std::string_view name) {
  std::string out;
  lower_name(name, out);
  return out;
}

std::string fold_topic(std::string_view topic) {
  constexpr auto kOptions = static_cast<utf8proc_option_t>(UTF8PROC_COMPOSE | UTF8PROC_STABLE | UTF8PROC_CASEFOLD);
  utf8proc_uint8_t* folded = nullptr;
  const utf8proc_ssize_t size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(topic.data()),
                                             static_cast<utf8proc_ssize_t>(topic.size()), &folded, kOptions);
  if (size < 0) return {};
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owned(folded, &std::free);
  return {reinterpret_cast<const char*>(folded), static_cast<std::size_t>(size)};
}

}  // namespace buzzer::kernel
