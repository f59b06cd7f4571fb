// Values are written so that any reader of JSON gets them back.
#include "proto/v1/json_writer.h"

#include <rapidcheck.h>

#include <cmath>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "proto/v1/json_reader.h"
#include "proto/v1/requests.h"

namespace buzzer::proto::v1 {
namespace {

using nlohmann::json;

template <class Function, class Value>
std::string made(Function append_one, const Value& value) {
  std::string out;
  append_one(out, value);
  return out;
}

std::string string_of(std::string_view text) { return made(append_string, text); }
std::string time_of(std::int64_t time_ms) { return made(append_time, time_ms); }

// Any text in UTF-8, rich in what must be escaped.
rc::Gen<std::string> any_text() {
  const auto point =
      rc::gen::oneOf(rc::gen::inRange<std::uint32_t>(0, 0x30), rc::gen::inRange<std::uint32_t>(0, 0x80),
                     rc::gen::element<std::uint32_t>('"', '\\', '/', 0x7F, 0x2028, 0xD7FF, 0xE000, 0xFFFF),
                     rc::gen::inRange<std::uint32_t>(0x80, 0xD800), rc::gen::inRange<std::uint32_t>(0xE000, 0x110000));
  return rc::gen::map(rc::gen::container<std::vector<std::uint32_t>>(point), [](const auto& points) {
    std::string text;
    const auto put = [&text](std::uint32_t byte) { text += static_cast<char>(byte); };
    for (const std::uint32_t one : points) {
      if (one < 0x80) {
        put(one);
      } else if (one < 0x800) {
        put(0xC0 | one >> 6), put(0x80 | (one & 0x3F));
      } else if (one < 0x10000) {
        put(0xE0 | one >> 12), put(0x80 | (one >> 6 & 0x3F)), put(0x80 | (one & 0x3F));
      } else {
        put(0xF0 | one >> 18), put(0x80 | (one >> 12 & 0x3F)), put(0x80 | (one >> 6 & 0x3F)), put(0x80 | (one & 0x3F));
      }
    }
    return text;
  });
}

TEST(JsonWriterTest, OnlyWhatMustBeEscapedIs) {
  EXPECT_EQ(string_of(""), R"("")");
  EXPECT_EQ(string_of("say \"hi\" \\ / é 🐝"), R"("say \"hi\" \\ / é 🐝")");
  EXPECT_EQ(string_of(std::string_view("a\n\r\t\b\0\x1F\x7F", 8)), "\"a\\n\\r\\t\\u0008\\u0000\\u001f\x7F\"");
}

TEST(JsonWriterTest, AnyTextComesBack) {
  EXPECT_TRUE(rc::check([] {
    const std::string text = *any_text();
    RC_ASSERT(json::parse(string_of(text)).get<std::string>() == text);
    const auto tree = read_json(string_of(text));
    RC_ASSERT(tree.has_value());
    RC_ASSERT(tree->text == text);
  }));
}

TEST(JsonWriterTest, AnyTextOfABuzzComesBackThroughARequest) {
  EXPECT_TRUE(rc::check([] {
    const std::string text = "x" + *any_text();
    std::string out;
    append(out, Request{1, PostRequest{text, {}, {}, {}}});
    const auto request = parse_request(out);
    RC_PRE(request.has_value() || request.error().code != ErrorCode::kTextTooLong);
    RC_ASSERT(request.has_value());
    RC_ASSERT(std::get<PostRequest>(request->body).text == text);
  }));
}

TEST(JsonWriterTest, NumbersComeBack) {
  EXPECT_EQ(made(append_integer, std::uint64_t{18446744073709551615U}), "18446744073709551615");
  EXPECT_EQ(made(append_number, 0.25), "0.25");
  EXPECT_EQ(made(append_number, 12.0), "12");
  EXPECT_EQ(made(append_id, base::BuzzId(9007199254740991)), "\"9007199254740991\"");
  EXPECT_TRUE(rc::check([] {
    const double number =
        *rc::gen::suchThat(rc::gen::arbitrary<double>(), [](double one) { return std::isfinite(one); });
    RC_ASSERT(json::parse(made(append_number, number)).get<double>() == number);
  }));
}

TEST(JsonWriterTest, TimesAreWrittenWithMilliseconds) {
  EXPECT_EQ(time_of(0), "\"1970-01-01T00:00:00.000Z\"");
  EXPECT_EQ(time_of(1782221400123), "\"2026-06-23T13:30:00.123Z\"");
  EXPECT_EQ(time_of(1709164799999), "\"2024-02-28T23:59:59.999Z\"");
  EXPECT_EQ(time_of(1709164800000), "\"2024-02-29T00:00:00.000Z\"");
  EXPECT_EQ(time_of(253402300799999), "\"9999-12-31T23:59:59.999Z\"");
}

TEST(JsonWriterTest, TimesThatCannotBeWrittenBecomeTheFirstOrTheLast) {
  EXPECT_EQ(time_of(-1), "\"1970-01-01T00:00:00.000Z\"");
  EXPECT_EQ(time_of(253402300800000), "\"9999-12-31T23:59:59.999Z\"");
}

TEST(JsonWriterTest, AnyTimeComesBack) {
  EXPECT_TRUE(rc::check([] {
    const auto time_ms = *rc::gen::inRange<std::int64_t>(0, 253402300800000);
    const std::string text = time_of(time_ms);
    RC_ASSERT(read_time(std::string_view(text).substr(1, text.size() - 2)) == time_ms);
  }));
}

}  // namespace
}  // namespace buzzer::proto::v1
