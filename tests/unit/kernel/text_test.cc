#include "node/kernel/text.h"

#include <gmock/gmock.h>

namespace buzzer::kernel {
namespace {

using proto::ErrorCode;
using testing::ElementsAre;
using testing::IsEmpty;

// "@bob[4-8]": kind, value, begin and end in code points.
std::vector<std::string> found_in(std::string_view text) {
  Entities entities;
  find_entities(text, entities);
  std::vector<std::string> found;
  for (const proto::Entity& entity : entities) {
    const char* kind = entity.kind() == proto::Entity::MENTION ? "@" : entity.kind() == proto::Entity::TOPIC ? "#" : "";
    found.push_back(kind + entity.value() + '[' + std::to_string(entity.begin()) + '-' + std::to_string(entity.end()) +
                    ']');
  }
  return found;
}

std::string repeated(std::string_view part, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += part;
  return text;
}

TEST(MentionTest, ExamplesOfTheOriginalProtocol) {
  EXPECT_THAT(found_in("Email me a@b.com"), IsEmpty());
  EXPECT_THAT(found_in("@bob,@ross! Wow."), ElementsAre("@bob[0-4]", "@ross[5-10]"));
  EXPECT_THAT(found_in("I do! @Taeber"), ElementsAre("@taeber[6-13]"));
}

TEST(MentionTest, NeedsANameOfAtMost30CharactersAndNoWordBefore) {
  EXPECT_THAT(found_in("@ @- @"), IsEmpty());
  EXPECT_THAT(found_in("@" + repeated("a", 30)), ElementsAre("@" + repeated("a", 30) + "[0-31]"));
  EXPECT_THAT(found_in("@" + repeated("a", 31)), IsEmpty());
  EXPECT_THAT(found_in("@foo@bar"), ElementsAre("@foo[0-4]"));
  EXPECT_THAT(found_in("josé@example"), IsEmpty()) << "a letter of any script is part of a word";
  EXPECT_THAT(found_in("(@a)@b"), ElementsAre("@a[1-3]", "@b[4-6]"));
}

TEST(MentionTest, OffsetsCountCodePoints) {
  EXPECT_THAT(found_in("😀é @bob"), ElementsAre("@bob[3-7]"));
  EXPECT_THAT(found_in("@bobé"), ElementsAre("@bob[0-4]")) << "the name ends where its alphabet does";
}

TEST(TopicTest, ExamplesOfTheOriginalProtocol) {
  EXPECT_THAT(found_in("#what-now"), ElementsAre("#what[0-5]"));
  EXPECT_THAT(found_in("My number is#352"), IsEmpty());
  EXPECT_THAT(found_in("Livin' #La_Vida_LocA!"), ElementsAre("#la_vida_loca[7-20]"));
  EXPECT_THAT(found_in("#Topic1"), ElementsAre("#topic1[0-7]"));
}

TEST(TopicTest, LettersOfAnyScriptAreFolded) {
  EXPECT_THAT(found_in("#ÉTÉ"), ElementsAre("#été[0-4]"));
  EXPECT_THAT(found_in("#E\u0301te\u0301"), ElementsAre("#été[0-6]")) << "composed; the offsets are the text's own";
  EXPECT_THAT(found_in("#Straße"), ElementsAre("#strasse[0-7]"));
  EXPECT_THAT(found_in("#東京 #привет #हिन्दी"), ElementsAre("#東京[0-3]", "#привет[4-11]", "#हिन्दी[12-19]"));
  EXPECT_THAT(found_in("#\u0301a"), IsEmpty()) << "a mark needs a letter before it";
  EXPECT_THAT(found_in("#😀"), IsEmpty());
  EXPECT_EQ(fold_topic("ΣΊΣΥΦΟΣ"), fold_topic("σίσυφος"));
}

TEST(LinkTest, EndsBeforeSpaceAndPunctuationAndHidesWhatIsInIt) {
  EXPECT_THAT(found_in("see https://example.com/a#b, ok"), ElementsAre("https://example.com/a#b[4-27]"));
  EXPECT_THAT(found_in("(http://a.org/@bob)."), ElementsAre("http://a.org/@bob[1-18]"));
  EXPECT_THAT(found_in("http:// https://. xhttp://a"), IsEmpty());
  EXPECT_THAT(found_in("https://a.b/\n#c"), ElementsAre("https://a.b/[0-12]", "#c[13-15]"));
}

TEST(CheckTextTest, CountsCodePointsNotBytes) {
  EXPECT_EQ(check_text(repeated("é", 500)), ErrorCode::kNone);
  EXPECT_EQ(check_text(repeated("😀", 500)), ErrorCode::kNone);
  EXPECT_EQ(check_text(repeated("a", 501)), ErrorCode::kTextTooLong);
  EXPECT_EQ(check_text(repeated("😀", 501)), ErrorCode::kTextTooLong);
}

TEST(CheckTextTest, RefusesWhatIsNoText) {
  EXPECT_EQ(check_text(""), ErrorCode::kTextEmpty);
  EXPECT_EQ(check_text(" \n\u00a0\u2003"), ErrorCode::kTextEmpty);
  EXPECT_EQ(check_text("two\nlines"), ErrorCode::kNone);
  for (const char* bad : {"tab\t", "bell\a", "del\x7f", "c1 \u0085", "\xff", "\xc0\x80", "cut \xc3", "\xed\xa0\x80"}) {
    EXPECT_EQ(check_text(bad), ErrorCode::kTextInvalid) << bad;
  }
  EXPECT_EQ(check_text(std::string_view("nul\0", 4)), ErrorCode::kTextInvalid);
}

TEST(NameTest, OneToThirtyAsciiWordCharacters) {
  EXPECT_TRUE(is_name("a"));
  EXPECT_TRUE(is_name("Bob_42"));
  EXPECT_TRUE(is_name(repeated("x", 30)));
  for (const char* bad : {"", "a b", "é", "a-b", "@a"}) EXPECT_FALSE(is_name(bad)) << bad;
  EXPECT_FALSE(is_name(repeated("x", 31)));
  EXPECT_EQ(lower_name("AbC_9"), "abc_9");
}

TEST(NameTest, LowerNameIsTheSameWhateverTheLength) {
  const std::string name = "AZaz09_[@`{ZYXWVUTSRQPONMLKJIHG\xc1";
  const std::string lower = "azaz09_[@`{zyxwvutsrqponmlkjihg\xc1";
  for (std::size_t size = 0; size <= name.size(); ++size) {
    EXPECT_EQ(lower_name(name.substr(0, size)), lower.substr(0, size));
    if (size > kMostNameBytes) continue;
    EXPECT_EQ(LowerName(name.substr(0, size)).view(), lower.substr(0, size));
  }
  EXPECT_EQ(LowerName(repeated("x", kMostNameBytes + 1)).view(), "");
  EXPECT_EQ(LowerName(std::string_view()).view(), "");
}

// Texts are looked at eight bytes at a time.
TEST(FindEntitiesTest, FindsThemAtAnyPlace) {
  for (std::size_t before = 0; before < 20; ++before) {
    const std::string spaces = repeated(" ", before);
    const auto at = [&](std::size_t offset) { return std::to_string(before + offset); };
    EXPECT_THAT(found_in(spaces + "@a #b"),
                ElementsAre("@a[" + at(0) + "-" + at(2) + "]", "#b[" + at(3) + "-" + at(5) + "]"));
    EXPECT_THAT(found_in(spaces + "http://a/"), ElementsAre("http://a/[" + at(0) + "-" + at(9) + "]"));
    EXPECT_THAT(found_in(repeated("é", before) + " @a"), ElementsAre("@a[" + at(1) + "-" + at(3) + "]"));
  }
}

TEST(CheckTextTest, SeesEveryPlace) {
  for (std::size_t before = 0; before < 20; ++before) {
    const std::string spaces = repeated(" ", before);
    for (const char* bad : {"\x1f", "\x7f", "\t", "\x80", "\xff"}) {
      EXPECT_EQ(check_text(spaces + bad + "some more text"), ErrorCode::kTextInvalid) << before;
    }
    EXPECT_EQ(check_text(spaces), ErrorCode::kTextEmpty);
    EXPECT_EQ(check_text(spaces + "~" + spaces), ErrorCode::kNone);
  }
}

}  // namespace
}  // namespace buzzer::kernel
