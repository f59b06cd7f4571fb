#include "proto/v1/json_reader.h"

#include <utility>

#include <nlohmann/json.hpp>

namespace buzzer::proto::v1 {

namespace {

// What the parser calls while it goes through a text. Returning false ends it.
class TreeBuilder : public nlohmann::json_sax<nlohmann::json> {
 public:
  [[nodiscard]] Json& root() { return root_; }
  [[nodiscard]] std::string& problem() { return problem_; }

  bool null() override { return put({}); }
  bool boolean(bool) override { return put({Json::Kind::kBoolean, 0, {}, {}}); }
  bool number_integer(number_integer_t) override { return put({Json::Kind::kNumber, 0, {}, {}}); }  // negative
  bool number_unsigned(number_unsigned_t value) override { return put({Json::Kind::kInteger, value, {}, {}}); }
  bool number_float(number_float_t, const string_t&) override { return put({Json::Kind::kNumber, 0, {}, {}}); }
  bool string(string_t& value) override { return put({Json::Kind::kString, 0, std::move(value), {}}); }
  bool binary(binary_t&) override { return false; }  // not in JSON

  bool start_object(std::size_t) override { return open(Json::Kind::kObject); }
  bool key(string_t& name) override {
    if (in_array()) return true;
    std::vector<JsonMember>& members = path_.back()->members;
    for (const JsonMember& member : members) {
      if (member.name == name) return stop(shown_name(name) + " comes twice");
    }
    if (members.size() == kMostMembers) {
      return stop("an object has more than " + std::to_string(kMostMembers) + " fields");
    }
    members.push_back({std::move(name), {}});
    return true;
  }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(Json::Kind::kArray); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception&) override {
    return stop("the message is no JSON: look at byte " + std::to_string(position));
  }

 private:
  [[nodiscard]] bool in_array() const { return arrays_ != 0; }

  // Where the next value belongs.
  [[nodiscard]] Json& place() { return path_.empty() ? root_ : path_.back()->members.back().value; }

  bool put(Json value) {
    if (!in_array()) place() = std::move(value);
    return true;
  }

  bool open(Json::Kind kind) {
    if (path_.size() + arrays_ == kMostDepth) {
      return stop("the message is deeper than " + std::to_string(kMostDepth) + " objects and arrays");
    }
    if (in_array()) {
      ++arrays_;
      return true;
    }
    Json& value = place();
    value.kind = kind;
    if (kind == Json::Kind::kArray) {
      ++arrays_;
    } else {
      path_.push_back(&value);  // stays where it is: nothing is added beside it before it is closed
    }
    return true;
  }

  bool close() {
    if (in_array()) {
      --arrays_;
    } else {
      path_.pop_back();
    }
    return true;
  }

  bool stop(std::string problem) {
    problem_ = std::move(problem);
    return false;
  }

  Json root_;
  std::string problem_;
  std::vector<Json*> path_;  // the objects that are open
  std::size_t arrays_ = 0;   // arrays that are open, and what is open in them
};

bool is_in(char one, std::string_view characters) {
  for (std::size_t at = 0; at < characters.size(); ++at) {
    if (at + 2 < characters.size() && characters[at + 1] == '-') {
      if (characters[at] <= one && one <= characters[at + 2]) return true;
      at += 2;
    } else if (characters[at] == one) {
      return true;
    }
  }
  return false;
}

std::size_t count_points(std::string_view text) {
  std::size_t count = 0;
  for (const char one : text) count += (static_cast<unsigned char>(one) & 0xC0) != 0x80 ? 1 : 0;
  return count;
}

}  // namespace

std::string shown_name(std::string_view name) {
  constexpr std::size_t kMostShown = 64;
  if (name.size() <= kMostShown) return '"' + std::string(name) + '"';
  std::size_t shown = kMostShown;
  while ((static_cast<unsigned char>(name[shown]) & 0xC0) == 0x80) --shown;  // back to where a character begins
  return '"' + std::string(name.substr(0, shown)) + "...\"";
}

tl::expected<Json, std::string> read_json(std::string_view text) {
  TreeBuilder builder;
  if (nlohmann::json::sax_parse(text, &builder)) return std::move(builder.root());
  return tl::unexpected(std::move(builder.problem()));
}

Json* ObjectReader::find(std::string_view name) const {
  if (object_ == nullptr) return nullptr;
  for (JsonMember& member : object_->members) {
    if (member.name == name) return &member.value;
  }
  return nullptr;
}

Json* ObjectReader::take(std::string_view name) {
  if (object_ == nullptr || refusal_) return nullptr;
  for (std::size_t at = 0; at < object_->members.size(); ++at) {
    if (object_->members[at].name != name) continue;
    taken_ |= 1U << at;
    return &object_->members[at].value;
  }
  return nullptr;
}

Json* ObjectReader::take_required(std::string_view name) {
  Json* value = take(name);
  if (value == nullptr) refuse(name, "is missing");
  return value;
}

std::optional<std::size_t> ObjectReader::index_of(std::string_view name, const Json& value,
                                                  std::span<const std::string_view> names) {
  for (std::size_t index = 0; index < names.size(); ++index) {
    if (value.kind == Json::Kind::kString && value.text == names[index]) return index;
  }
  std::string problem = "must be";
  for (std::size_t index = 0; index < names.size(); ++index) {
    problem += index == 0 ? " \"" : index + 1 == names.size() ? " or \"" : ", \"";
    problem += names[index];
    problem += '"';
  }
  refuse(name, problem);
  return {};
}

std::optional<std::size_t> ObjectReader::which(std::string_view name, std::span<const std::string_view> names) {
  const Json* value = take_required(name);
  return value == nullptr ? std::nullopt : index_of(name, *value, names);
}

void ObjectReader::needs(std::string_view name, std::string_view other) {
  if (find(name) != nullptr && find(other) == nullptr) refuse(name, "needs \"" + path_ + std::string(other) + '"');
}

ObjectReader ObjectReader::object(std::string_view name) {
  Json* value = take_required(name);
  if (value != nullptr && value->kind != Json::Kind::kObject) {
    refuse(name, "must be an object");
    value = nullptr;
  }
  return {value, path_ + std::string(name) + '.', refusal_};
}

void ObjectReader::done() {
  if (object_ == nullptr || refusal_) return;
  for (std::size_t at = 0; at < object_->members.size(); ++at) {
    if ((taken_ >> at & 1U) == 0) {
      refusal_ = {ErrorCode::kBadRequest, shown_name(path_ + object_->members[at].name) + " is not known here"};
      return;
    }
  }
}

void ObjectReader::read(std::string_view name, Json& value, const TextRule& rule, std::string& out) {
  if (value.kind != Json::Kind::kString) return refuse(name, "must be a string");
  const std::size_t length = count_points(value.text);
  bool right = length >= rule.least && length <= rule.most;
  if (!rule.characters.empty()) {
    for (const char one : value.text) right = right && is_in(one, rule.characters);
  }
  if (right) {
    out = std::move(value.text);
    return;
  }
  std::string problem = "must have " + std::to_string(rule.least) + " to " + std::to_string(rule.most) + " characters";
  if (!rule.characters.empty()) problem += " of [" + std::string(rule.characters) + ']';
  refuse(name, problem, length < rule.least ? rule.too_short : rule.wrong);
}

void ObjectReader::read(std::string_view name, const Json& value, const IntegerRule& rule, std::uint64_t& out) {
  if (value.kind == Json::Kind::kInteger && value.integer >= rule.least && value.integer <= rule.most) {
    out = value.integer;
    return;
  }
  refuse(name, "must be an integer from " + std::to_string(rule.least) + " to " + std::to_string(rule.most));
}

void ObjectReader::read(std::string_view name, const Json& value, const IntegerRule& rule, std::uint32_t& out) {
  std::uint64_t wide = out;
  read(name, value, rule, wide);
  out = static_cast<std::uint32_t>(wide);
}

void ObjectReader::read(std::string_view name, const Json& value, const BuzzIdRule&, base::BuzzId& out) {
  constexpr std::uint64_t kLargest = (std::uint64_t{1} << 53) - 1;
  constexpr std::size_t kMostDigits = 16;
  std::uint64_t id = 0;
  bool right = value.kind == Json::Kind::kString && value.text.size() <= kMostDigits && !value.text.starts_with('0');
  if (right) {
    for (const char digit : value.text) {
      right = right && digit >= '0' && digit <= '9';
      id = id * 10 + static_cast<std::uint64_t>(digit - '0');
    }
  }
  if (!right || id == 0 || id > kLargest) {
    return refuse(name, "must be a string with a decimal number from 1 to " + std::to_string(kLargest));
  }
  out = base::BuzzId(id);
}

void ObjectReader::read(std::string_view name, const Json& value, const TimeRule&, std::int64_t& out_ms) {
  const auto time_ms = value.kind == Json::Kind::kString ? read_time(value.text) : std::nullopt;
  if (!time_ms) return refuse(name, "must be a time from 1970 on, such as \"2026-06-23T13:30:00.123Z\"");
  out_ms = *time_ms;
}

void ObjectReader::refuse(std::string_view name, std::string_view problem, ErrorCode code) {
  if (refusal_) return;
  refusal_ = {code, '"' + path_ + std::string(name) + "\" " + std::string(problem)};
}

}  // namespace buzzer::proto::v1
