#include <algorithm>

#include "node/kernel/characters.h"
#include "node/kernel/eight_bytes.h"
#include "node/kernel/text.h"

namespace buzzer::kernel {
namespace {

using proto::Entity;

// With what a mention and a topic begin, and where a link has its first sign.
constexpr Eight signs_in(Eight eight) {
  return zero_bytes(eight ^ all_of('@')) | zero_bytes(eight ^ all_of('#')) | zero_bytes(eight ^ all_of(':'));
}

std::uint32_t points_in(std::string_view text) {
  return static_cast<std::uint32_t>(std::count_if(text.begin(), text.end(), [](char c) { return !continues(c); }));
}

// Goes from sign to sign: what lies between is not looked at. Places are counted in bytes.
class Finder {
 public:
  Finder(std::string_view text, Entities& entities) : text_(text), ascii_(is_ascii(text)), entities_(entities) {}

  void run() {
    for (std::size_t sign = next_sign(0); sign < text_.size(); sign = next_sign(std::max(sign + 1, taken_))) {
      if (text_[sign] == ':') {
        take_link(sign);
      } else if (!inside_word(sign)) {
        text_[sign] == '@' ? take_mention(sign) : take_topic(sign);
      }
    }
  }

 private:
  // Of '@', '#' and ':', from there on; the text's size if there is none.
  [[nodiscard]] std::size_t next_sign(std::size_t at) {
    while (text_.size() - at >= sizeof(Eight)) {
      const Eight signs = signs_in(load(text_.data() + at));
      if (signs != 0) return at + first_marked(signs);
      at += sizeof(Eight);
    }
    while (at < text_.size() && text_[at] != '@' && text_[at] != '#' && text_[at] != ':') ++at;
    return at;
  }

  // Whether a word character or a letter stands before.
  [[nodiscard]] bool inside_word(std::size_t at) const {
    if (at == 0) return false;
    do --at;
    while (continues(text_[at]));
    const char32_t c = character(text_, at).point;
    return c < 0x80 ? kWord[c] : is_letter(c) || is_mark(c) || is_digit(c);
  }

  void take_mention(std::size_t sign) {
    const std::string_view name = text_.substr(sign + 1, words_from(sign + 1) - (sign + 1));
    if (!name.empty() && name.size() <= kMostNameBytes) {
      add(Entity::MENTION, sign, sign + 1 + name.size()).assign(LowerName(name).view());
    }
  }

  void take_topic(std::size_t sign) {
    const std::size_t begin = sign + 1;
    std::size_t end = words_from(begin);
    bool ascii = true;
    while (end < text_.size()) {
      const Character c = character(text_, end);
      if (!is_tag(c.point) && !(end > begin && is_mark(c.point))) break;
      ascii = ascii && c.point < 0x80;
      end += c.bytes;
    }
    if (end == begin) return;
    std::string& value = add(Entity::TOPIC, sign, end);
    const std::string_view topic = text_.substr(begin, end - begin);
    ascii ? lower_name(topic, value) : fold_topic(topic, value);
  }

  // `sign` is where ':' stands.
  void take_link(std::size_t sign) {
    if (text_.substr(sign, 3) != "://") return;
    const std::string_view before = text_.substr(taken_, sign - taken_);
    std::size_t begin = sign;
    for (const std::string_view scheme : {"http", "https"}) {
      if (before.size() >= scheme.size() && before.substr(before.size() - scheme.size()) == scheme) {
        begin = sign - scheme.size();
      }
    }
    if (begin == sign || inside_word(begin)) return;
    const std::size_t address = sign + 3;
    std::size_t end = address;  // past the last character that is no punctuation
    for (std::size_t at = address; at < text_.size();) {
      const Character c = character(text_, at);
      if (is_space(c.point) || c.point == '<' || c.point == '>' || c.point == '"') break;
      at += c.bytes;
      constexpr std::string_view kPunctuation = ".,;:!?'()[]{}*";
      if (c.point >= 0x80 || kPunctuation.find(static_cast<char>(c.point)) == std::string_view::npos) end = at;
    }
    if (end > address) add(Entity::LINK, begin, end).assign(text_.substr(begin, end - begin));
  }

  // Past the ASCII word characters that stand there.
  [[nodiscard]] std::size_t words_from(std::size_t at) const {
    while (at < text_.size() && is_word(text_[at])) ++at;
    return at;
  }

  // The new entity's value, still to be said.
  std::string& add(Entity::Kind kind, std::size_t begin, std::size_t end) {
    Entity& entity = *entities_.Add();
    entity.set_kind(kind);
    entity.set_begin(points_before(begin));
    entity.set_end(points_before(end));
    taken_ = end;
    return *entity.mutable_value();
  }

  // Code points; asked from the front to the back.
  [[nodiscard]] std::uint32_t points_before(std::size_t at) {
    if (ascii_) return static_cast<std::uint32_t>(at);
    for (; counted_ < at; ++counted_) points_ += continues(text_[counted_]) ? 0 : 1;
    return points_;
  }

  const std::string_view text_;
  const bool ascii_;
  Entities& entities_;
  std::size_t taken_ = 0;  // up to here there are entities
  std::size_t counted_ = 0;
  std::uint32_t points_ = 0;  // up to counted_
};

}  // namespace

void find_entities(std::string_view text, Entities& entities) {
  entities.Clear();
  Finder(text, entities).run();
}

std::string read_topic(std::string_view written) {
  std::string text(written.substr(0, 1) == "#" ? "" : "#");
  text.append(written);
  if (check_text(text) != proto::ErrorCode::kNone) return {};
  Entities found;
  find_entities(text, found);
  const bool is_all = found.size() == 1 && found[0].kind() == Entity::TOPIC && found[0].begin() == 0 &&
                      found[0].end() == points_in(text);
  return is_all ? found[0].value() : std::string();
}

}  // namespace buzzer::kernel
