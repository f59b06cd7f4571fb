// Reads a client's message: JSON into a small tree, and objects of that into fields, held against their limits.
//
// A tree costs at most some 150 bytes for each 6 of the text. Nothing here fails by exception; what is wrong is said in
// a sentence that names the field and the limit, and never repeats a value. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "base/ids.h"
#include "proto/errors.h"

namespace buzzer::proto::v1 {

inline constexpr std::size_t kMostDepth = 8;     // of objects and arrays within each other
inline constexpr std::size_t kMostMembers = 32;  // of one object

struct JsonMember;

struct Json {
  enum class Kind : std::uint8_t { kNull, kBoolean, kInteger, kNumber, kString, kArray, kObject };
  Kind kind = Kind::kNull;
  std::uint64_t integer = 0;        // of kInteger, which is never negative
  std::string text;                 // of kString
  std::vector<JsonMember> members;  // of kObject, no name twice. Of a kArray nothing is kept: no request has any.
};

struct JsonMember {
  std::string name;
  Json value;
};

// The value that the text is. The error is a sentence for a person: no JSON, deeper than kMostDepth, a name twice.
[[nodiscard]] tl::expected<Json, std::string> read_json(std::string_view text);

// A name of the client's as a sentence can show it: in quotation marks, cut to 64 bytes.
[[nodiscard]] std::string shown_name(std::string_view name);

// What is wrong with a message.
struct Refusal {
  ErrorCode code = ErrorCode::kBadRequest;
  std::string detail;
};

// What a string may be: 'least' to 'most' characters (code points), of certain ones if `characters` is not empty.
struct TextRule {
  std::size_t least = 0;
  std::size_t most = 0;
  std::string_view characters;  // as between the brackets of a regular expression: "A-Za-z0-9_-"
  ErrorCode too_short = ErrorCode::kBadRequest;
  ErrorCode wrong = ErrorCode::kBadRequest;  // too long, or of other characters
};

struct IntegerRule {
  std::uint64_t least = 0;
  std::uint64_t most = 0;
};

struct BuzzIdRule {};  // "1" to "9007199254740991"
struct TimeRule {};    // "1970-01-01T00:00:00.000Z" to "9999-12-31T23:59:59.999Z"

// Takes the fields of one object. The first thing that is wrong is kept, in a Refusal shared by the readers of all
// objects of a message; nothing is read after that, and what has been read until then is of no use.
//
// Keeps references to the tree (out of which strings are moved) and to the refusal.
class ObjectReader {
 public:
  ObjectReader(Json& object, std::optional<Refusal>& refusal) : ObjectReader(&object, {}, refusal) {}

  template <class Rule, class Value>
  void required(std::string_view name, const Rule& rule, Value& out) {
    if (Json* value = take_required(name)) read(name, *value, rule, out);
  }
  template <class Rule, class Value>
  void optional(std::string_view name, const Rule& rule, std::optional<Value>& out) {
    if (Json* value = take(name)) read(name, *value, rule, out.emplace());
  }
  // Leaves `out` as it is when the field is not there.
  template <class Rule, class Value>
  void defaulted(std::string_view name, const Rule& rule, Value& out) {
    if (Json* value = take(name)) read(name, *value, rule, out);
  }
  // Of an enum, whose values are numbered in the order of the names.
  template <class Value>
  void required_choice(std::string_view name, std::span<const std::string_view> names, Value& out) {
    if (Json* value = take_required(name)) choose(name, *value, names, out);
  }
  template <class Value>
  void defaulted_choice(std::string_view name, std::span<const std::string_view> names, Value& out) {
    if (Json* value = take(name)) choose(name, *value, names, out);
  }
  // Which of the names the field has; it can be read once more. Nothing once something is wrong.
  [[nodiscard]] std::optional<std::size_t> which(std::string_view name, std::span<const std::string_view> names);
  // A field that has been looked at already.
  void pass(std::string_view name) { take(name); }
  // `name` must not be there without `other`.
  void needs(std::string_view name, std::string_view other);
  // The reader of an object in this one, to be used before any further field of this one; of an empty one if it is not
  // there.
  [[nodiscard]] ObjectReader object(std::string_view name);
  // To be called last: whatever has not been read is not known.
  void done();

 private:
  ObjectReader(Json* object, std::string path, std::optional<Refusal>& refusal)
      : object_(object), path_(std::move(path)), refusal_(refusal) {}

  [[nodiscard]] Json* find(std::string_view name) const;
  Json* take(std::string_view name);
  Json* take_required(std::string_view name);
  [[nodiscard]] std::optional<std::size_t> index_of(std::string_view name, const Json& value,
                                                    std::span<const std::string_view> names);
  template <class Value>
  void choose(std::string_view name, const Json& value, std::span<const std::string_view> names, Value& out) {
    if (const auto index = index_of(name, value, names)) out = static_cast<Value>(*index);
  }
  void read(std::string_view name, Json& value, const TextRule& rule, std::string& out);
  void read(std::string_view name, const Json& value, const IntegerRule& rule, std::uint64_t& out);
  void read(std::string_view name, const Json& value, const IntegerRule& rule, std::uint32_t& out);
  void read(std::string_view name, const Json& value, const BuzzIdRule& rule, base::BuzzId& out);
  void read(std::string_view name, const Json& value, const TimeRule& rule, std::int64_t& out_ms);
  void refuse(std::string_view name, std::string_view problem, ErrorCode code = ErrorCode::kBadRequest);

  Json* object_;             // null: there is none
  std::string path_;         // of the object in the message, with a dot at its end; empty: it is the message
  std::uint32_t taken_ = 0;  // bit n: member n has been read
  std::optional<Refusal>& refusal_;
};

// ms since 1970-01-01 UTC of what append_time writes, and of nothing else.
[[nodiscard]] std::optional<std::int64_t> read_time(std::string_view text);

}  // namespace buzzer::proto::v1
