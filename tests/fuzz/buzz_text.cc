// In a text that may be a buzz, what is found lies in it, in order and between characters; folding a topic twice is
// folding it once.
#include <vector>

#include "base/check.h"
#include "node/kernel/text.h"
#include "tests/fuzz/fuzz_input.h"

namespace buzzer::fuzz {
namespace {

// Where each code point of a valid text begins, and the end.
std::vector<std::size_t> points_of(std::string_view text) {
  std::vector<std::size_t> begins;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if ((static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U) begins.push_back(at);
  }
  begins.push_back(text.size());
  return begins;
}

void check_entities(std::string_view text) {
  const std::vector<std::size_t> points = points_of(text);
  kernel::Entities entities;
  kernel::find_entities(text, entities);
  std::size_t from = 0;
  for (const proto::Entity& entity : entities) {
    BUZZER_CHECK(from <= entity.begin() && entity.begin() < entity.end() && entity.end() < points.size());
    const std::size_t begin = points[entity.begin()];
    const std::string_view written = text.substr(begin, points[entity.end()] - begin);
    switch (entity.kind()) {
      case proto::Entity::MENTION:
        BUZZER_CHECK(written.front() == '@' && kernel::lower_name(written.substr(1)) == entity.value());
        BUZZER_CHECK(kernel::is_name(entity.value()));
        break;
      case proto::Entity::TOPIC:
        BUZZER_CHECK(written.front() == '#' && kernel::fold_topic(written.substr(1)) == entity.value());
        break;
      default:
        BUZZER_CHECK(entity.kind() == proto::Entity::LINK && entity.value() == written);
        break;
    }
    from = entity.end();
  }
}

}  // namespace
}  // namespace buzzer::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace kernel = buzzer::kernel;
  const buzzer::fuzz::Exactly text({reinterpret_cast<const char*>(data), size});
  const std::string folded = kernel::fold_topic(text.text());
  BUZZER_CHECK(kernel::fold_topic(folded) == folded);
  static_cast<void>(kernel::read_topic(text.text()));
  static_cast<void>(kernel::LowerName(text.text()));
  if (kernel::check_text(text.text()) == buzzer::proto::ErrorCode::kNone) buzzer::fuzz::check_entities(text.text());
  return 0;
}
