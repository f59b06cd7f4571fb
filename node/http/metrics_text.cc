#include "node/http/metrics_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/check.h"

namespace buzzer::http {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

bool is_name(std::string_view text) {
  return !text.empty() && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

// Whole numbers without exponent as far as a double holds them exactly.
std::string number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  constexpr double kExact = 9007199254740992.0;  // 2^53
  std::array<char, 64> text{};
  if (value == std::floor(value) && std::abs(value) <= kExact) {
    const auto end = std::to_chars(text.data(), text.data() + text.size(), static_cast<std::int64_t>(value)).ptr;
    return {text.data(), end};
  }
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

std::string escaped(std::string_view text, bool quotes_too) {
  std::string result;
  for (const char c : text) {
    if (c == '\n') {
      result += "\\n";
    } else {
      if (c == '\\' || (quotes_too && c == '"')) result += '\\';
      result += c;
    }
  }
  return result;
}

void append_sample(std::string& to, std::string_view name, std::string_view suffix, const MetricLabels& labels,
                   std::string_view bound, const std::string& value) {
  to.append(name).append(suffix);
  char before = '{';
  const auto append_label = [&](std::string_view label, std::string_view text) {
    to += before;
    to.append(label).append("=\"").append(escaped(text, true)).append("\"");
    before = ',';
  };
  for (const auto& [label, text] : labels) {
    BUZZER_CHECK(is_name(label));
    append_label(label, text);
  }
  if (!bound.empty()) append_label("le", bound);
  if (before == ',') to += '}';
  to.append(" ").append(value).append("\n");
}

}  // namespace

std::string& MetricsText::family(std::string_view kind, std::string_view name, std::string_view help) {
  BUZZER_CHECK(is_name(name));
  Family& family = families_.try_emplace(std::string(name), Family{kind, escaped(help, false), {}}).first->second;
  BUZZER_CHECK(family.kind == kind);
  return family.samples;
}

void MetricsText::counter(std::string_view name, std::string_view help, double value, const MetricLabels& labels) {
  append_sample(family("counter", name, help), name, "", labels, "", number(value));
}

void MetricsText::gauge(std::string_view name, std::string_view help, double value, const MetricLabels& labels) {
  append_sample(family("gauge", name, help), name, "", labels, "", number(value));
}

void MetricsText::histogram(std::string_view name, std::string_view help, const MetricHistogram& value,
                            const MetricLabels& labels) {
  BUZZER_CHECK(value.counts.size() == value.bounds.size() + 1);
  std::string& samples = family("histogram", name, help);
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < value.counts.size(); ++i) {
    count += value.counts[i];
    const std::string bound = i < value.bounds.size() ? number(value.bounds[i]) : "+Inf";
    append_sample(samples, name, "_bucket", labels, bound, std::to_string(count));
  }
  append_sample(samples, name, "_sum", labels, "", number(value.sum));
  append_sample(samples, name, "_count", labels, "", std::to_string(count));
}

std::string MetricsText::text() const {
  std::string text;
  for (const auto& [name, family] : families_) {
    text += "# HELP " + name + " " + family.help + "\n";
    text += "# TYPE " + name + " " + std::string(family.kind) + "\n";
    text += family.samples;
  }
  return text;
}

}  // namespace buzzer::http
