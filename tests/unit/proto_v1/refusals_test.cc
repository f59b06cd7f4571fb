// What clients must not send is refused with the code, the field and the limit.
#include <gtest/gtest.h>

#include "proto/v1/json_reader.h"
#include "proto/v1/requests.h"

namespace buzzer::proto::v1 {
namespace {

struct Refused {
  std::string text;
  std::string detail;
  ErrorCode code = ErrorCode::kBadRequest;
};

void expect_refused(const Refused& refused, std::optional<std::uint64_t> id) {
  const auto request = parse_request(refused.text);
  ASSERT_FALSE(request.has_value()) << refused.text;
  EXPECT_EQ(request.error().detail, refused.detail) << refused.text;
  EXPECT_EQ(error_info(request.error().code).name, error_info(refused.code).name) << refused.text;
  EXPECT_EQ(request.error().id, id) << refused.text;
}

// A request with id 5 and these fields besides.
std::string with(const std::string& fields) { return R"({"id":5,)" + fields + "}"; }

TEST(RefusalsTest, WhatHasNoProperIdIsAnsweredWithoutOne) {
  const std::string range = R"("id" must be an integer from 1 to 9007199254740991)";
  const std::vector<Refused> all{
      {R"({"type":"ping"})", R"("id" is missing)"},
      {R"({"id":0,"type":"ping"})", range},
      {R"({"id":-1,"type":"ping"})", range},
      {R"({"id":1.0,"type":"ping"})", range},
      {R"({"id":1e3,"type":"ping"})", range},
      {R"({"id":"1","type":"ping"})", range},
      {R"({"id":null,"type":"ping"})", range},
      {R"({"id":true,"type":"ping"})", range},
      {R"({"id":[1],"type":"ping"})", range},
      {R"({"id":9007199254740992,"type":"ping"})", range},
      {R"({"id":18446744073709551616,"type":"ping"})", range},
      {R"({"id":123456789012345678901234567890,"type":"ping"})", range},
      {R"({"id":1,"id":2,"type":"ping"})", R"("id" comes twice)"},
  };
  for (const Refused& refused : all) expect_refused(refused, {});
}

TEST(RefusalsTest, WhatIsNoJsonObjectIsRefused) {
  const std::string object = "the message must be a JSON object";
  const std::vector<Refused> all{
      {"[1]", object},
      {"null", object},
      {"17", object},
      {R"("post")", object},
      {"", "the message is no JSON: look at byte 1"},
      {R"({"id":5)", "the message is no JSON: look at byte 8"},
      {R"({"id":5,})", "the message is no JSON: look at byte 9"},
      {R"({"id":5}})", "the message is no JSON: look at byte 9"},
      {R"({'id':5})", "the message is no JSON: look at byte 2"},
      {R"({"id":05})", "the message is no JSON: look at byte 8"},
      {R"({"id":NaN})", "the message is no JSON: look at byte 7"},
      {R"({"id":5} // five)", "the message is no JSON: look at byte 10"},
  };
  for (const Refused& refused : all) expect_refused(refused, {});
}

TEST(RefusalsTest, StringsThatAreNoTextAreNoJson) {
  for (const std::string text : {R"("\ud800")", R"("\udc00")", R"("\ud800\u0041")", R"("\x41")", "\"\n\"", "\"\xFF\"",
                                 "\"\xC0\xAF\"", "\"\xED\xA0\x80\""}) {
    const auto request = parse_request(with(R"("type":"post","text":)" + text));
    ASSERT_FALSE(request.has_value()) << text;
    EXPECT_EQ(request.error().detail.find("the message is no JSON: look at byte "), 0U) << request.error().detail;
  }
}

TEST(RefusalsTest, NumbersBeyondEveryRangeAreRefused) {
  const auto huge = parse_request(with(R"("type":"get_users","limit":1e999)"));
  ASSERT_FALSE(huge.has_value());
  const std::string digits(5000, '9');
  expect_refused({with(R"("type":"get_users","limit":)" + digits), R"(the message is no JSON: look at byte 5035)"}, {});
}

TEST(RefusalsTest, DepthIsBounded) {
  const auto nested = [](std::size_t depth) {  // with the request's own object
    return with(R"("type":"ping","x":)" + std::string(depth - 1, '[') + std::string(depth - 1, ']'));
  };
  const auto objects = [](std::size_t depth) {
    std::string fields = R"("type":"ping","x":)";
    for (std::size_t i = 1; i < depth; ++i) fields += R"({"a":)";
    fields += '1' + std::string(depth - 1, '}');
    return with(fields);
  };
  const std::string known = R"("x" is not known here)";
  const std::string deep = "the message is deeper than 8 objects and arrays";
  expect_refused({nested(kMostDepth), known}, 5);
  expect_refused({nested(kMostDepth + 1), deep}, {});
  expect_refused({objects(kMostDepth), known}, 5);
  expect_refused({objects(kMostDepth + 1), deep}, {});
  expect_refused({std::string(60'000, '['), deep}, {});
  expect_refused({with(R"("type":"ping","x":[{"a":[{"b":1}],"b":2},[]])"), known}, 5);
}

TEST(RefusalsTest, AnObjectHasSoManyFieldsAtMost) {
  std::string fields = R"("type":"ping")";
  for (std::size_t i = 2; i < kMostMembers; ++i) fields += ",\"f" + std::to_string(i) + "\":1";
  expect_refused({with(fields), R"("f2" is not known here)"}, 5);
  expect_refused({with(fields + R"(,"last":1)"), "an object has more than 32 fields"}, {});
}

TEST(RefusalsTest, TypesAreKnownOrRefusedByName) {
  expect_refused({R"({"id":5})", R"("type" is missing)"}, 5);
  expect_refused({with(R"("type":7)"), R"("type" must be a string)"}, 5);
  expect_refused({with(R"("type":"Ping")"), R"(no such type of request: "Ping")", ErrorCode::kUnknownType}, 5);
  expect_refused({with(R"("type":"welcome")"), R"(no such type of request: "welcome")", ErrorCode::kUnknownType}, 5);
  std::string cut;
  for (int i = 0; i < 31; ++i) cut += "é";
  expect_refused(
      {with(R"("type":"x)" + cut + "éé\""), R"(no such type of request: "x)" + cut + "...\"", ErrorCode::kUnknownType},
      5);
}

TEST(RefusalsTest, FieldsThatAreNotKnownAreNamed) {
  const std::vector<Refused> all{
      {with(R"("type":"ping","text":"x")"), R"("text" is not known here)"},
      {with(R"("type":"post","text":"x","in_replyto":"1")"), R"("in_replyto" is not known here)"},
      {with(R"("type":"post","text":"x","":1)"), R"("" is not known here)"},
      {with(R"("type":"subscribe","feed":{"kind":"home","of":"al","to":1})"), R"("feed.to" is not known here)"},
      {with(R"("type":"post","text":"x","text":"y")"), R"("text" comes twice)"},
  };
  for (const Refused& refused : all)
    expect_refused(refused, refused.detail.ends_with("twice") ? std::nullopt : std::optional<std::uint64_t>(5));
}

TEST(RefusalsTest, FieldsThatAreMissingAreNamed) {
  const std::vector<Refused> all{
      {with(R"("type":"post")"), R"("text" is missing)"},
      {with(R"("type":"login","name":"al")"), R"("password" is missing)"},
      {with(R"("type":"subscribe")"), R"("feed" is missing)"},
      {with(R"("type":"subscribe","feed":{"of":"al"})"), R"("feed.kind" is missing)"},
      {with(R"("type":"subscribe","feed":{"kind":"thread"})"), R"("feed.of" is missing)"},
      {with(R"("type":"follow","name":"al","key_created":"2026-06-23T13:30:00.123Z")"), R"("key_created" needs "key")"},
  };
  for (const Refused& refused : all) expect_refused(refused, 5);
}

TEST(RefusalsTest, FieldsOfTheWrongTypeAreNamed) {
  const std::string text = R"("text" must be a string)";
  const std::string kinds = R"("feed.kind" must be "home", "author", "mentions", "topic" or "thread")";
  const std::string id = R"("buzz_id" must be a string with a decimal number from 1 to 9007199254740991)";
  const std::vector<Refused> all{
      {with(R"("type":"post","text":7)"), text},
      {with(R"("type":"post","text":null)"), text},
      {with(R"("type":"post","text":["x"])"), text},
      {with(R"("type":"post","text":{"a":"x"})"), text},
      {with(R"("type":"post","text":false)"), text},
      {with(R"("type":"subscribe","feed":"home")"), R"("feed" must be an object)"},
      {with(R"("type":"subscribe","feed":{"kind":"Home","of":"al"})"), kinds},
      {with(R"("type":"subscribe","feed":{"kind":0,"of":"al"})"), kinds},
      {with(R"("type":"get_feed","feed":{"kind":"thread","of":"42"})"),
       R"("feed.kind" must be "home", "author", "mentions" or "topic")"},
      {with(R"("type":"get_feed","feed":{"kind":"topic","of":"a"},"direction":"up")"),
       R"("direction" must be "older" or "newer")"},
      {with(R"("type":"get_buzz","buzz_id":42)"), id},
      {with(R"("type":"get_buzz","buzz_id":"")"), id},
      {with(R"("type":"get_buzz","buzz_id":"0")"), id},
      {with(R"("type":"get_buzz","buzz_id":"042")"), id},
      {with(R"("type":"get_buzz","buzz_id":"-42")"), id},
      {with(R"("type":"get_buzz","buzz_id":"4 2")"), id},
      {with(R"("type":"get_buzz","buzz_id":"9007199254740992")"), id},
      {with(R"("type":"get_buzz","buzz_id":"18446744073709551617")"), id},
  };
  for (const Refused& refused : all) expect_refused(refused, 5);
}

TEST(RefusalsTest, ValuesOutOfTheirLimitsAreNamedWithTheLimit) {
  const std::string name = R"("name" must have 1 to 30 characters of [A-Za-z0-9_])";
  const std::string key = R"("key" must have 1 to 64 characters of [ -~])";
  const std::string password = R"("password" must have 1 to 128 characters)";
  const std::string limit = R"("limit" must be an integer from 1 to 200)";
  const std::string cursor = R"("cursor" must have 1 to 128 characters of [A-Za-z0-9_-])";
  const auto is_name = [](const std::string& of) { return with(R"("type":"follow","name":")" + of + '"'); };
  const auto has_key = [](const std::string& of) { return with(R"("type":"follow","name":"al","key":")" + of + '"'); };
  const auto has_cursor = [](const std::string& of) { return with(R"("type":"get_users","cursor":")" + of + '"'); };
  const std::vector<Refused> all{
      {is_name(""), name, ErrorCode::kInvalidName},
      {is_name(std::string(31, 'a')), name, ErrorCode::kInvalidName},
      {is_name("al ice"), name, ErrorCode::kInvalidName},
      {is_name("al-ice"), name, ErrorCode::kInvalidName},
      {is_name("älice"), name, ErrorCode::kInvalidName},
      {is_name("alice\\u0000"), name, ErrorCode::kInvalidName},
      {has_key(""), key},
      {has_key(std::string(65, 'k')), key},
      {has_key("k\\n"), key},
      {has_key("k\\u007f"), key},
      {has_cursor(""), cursor},
      {has_cursor(std::string(129, 'c')), cursor},
      {has_cursor("a+b"), cursor},
      {with(R"("type":"register","name":"al","password":"")"), password, ErrorCode::kInvalidPassword},
      {with(R"("type":"register","name":"al","password":")" + std::string(129, 'p') + '"'), password,
       ErrorCode::kInvalidPassword},
      {with(R"("type":"post","text":"")"), R"("text" must have 1 to 500 characters)", ErrorCode::kTextEmpty},
      {with(R"("type":"post","text":")" + std::string(501, 't') + '"'), R"("text" must have 1 to 500 characters)",
       ErrorCode::kTextTooLong},
      {with(R"("type":"get_users","limit":0)"), limit},
      {with(R"("type":"get_users","limit":201)"), limit},
      {with(R"("type":"get_users","limit":4294967297)"), limit},
      {with(R"("type":"get_users","limit":"50")"), limit},
      {with(R"("type":"get_users","limit":50.5)"), limit},
      {with(R"("type":"unsubscribe","subscription":4294967297)"),
       R"("subscription" must be an integer from 1 to 4294967295)"},
  };
  for (const Refused& refused : all) expect_refused(refused, 5);
}

TEST(RefusalsTest, TimesMustBeWrittenAsTheyAreSent) {
  for (const std::string time :
       {"", "2026-06-23", "2026-06-23T13:30:00Z", "2026-06-23T13:30:00.12Z", "2026-06-23T13:30:00.1234Z",
        "2026-06-23 13:30:00.123Z", "2026-06-23T13:30:00.123z", "2026-06-23T13:30:00.123+00:00",
        "2026-02-29T00:00:00.000Z", "2026-13-01T00:00:00.000Z", "2026-00-01T00:00:00.000Z", "2026-06-00T00:00:00.000Z",
        "2026-06-31T00:00:00.000Z", "2026-06-23T24:00:00.000Z", "2026-06-23T23:60:00.000Z", "2026-06-23T23:59:60.000Z",
        "1969-12-31T23:59:59.999Z", "2026-06-23T13:30:0x.123Z", "+026-06-23T13:30:00.123Z"}) {
    expect_refused({with(R"("type":"follow","name":"al","key":"k","key_created":")" + time + '"'),
                    R"("key_created" must be a time from 1970 on, such as "2026-06-23T13:30:00.123Z")"},
                   5);
  }
}

TEST(RefusalsTest, NoPasswordTokenOrTextIsEverRepeated) {
  const std::string secret(600, 's');  // too long wherever it stands
  for (const std::string& fields :
       {R"("type":"login","name":"al","password":")" + secret + '"',
        R"("type":"authenticate","token":")" + secret + '"', R"("type":"post","text":")" + secret + '"'}) {
    const auto request = parse_request(with(fields));
    ASSERT_FALSE(request.has_value()) << fields;
    EXPECT_EQ(request.error().detail.find("sss"), std::string::npos) << request.error().detail;
  }
}

}  // namespace
}  // namespace buzzer::proto::v1
