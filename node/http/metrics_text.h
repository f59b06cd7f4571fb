// Metrics as text for Prometheus, format 0.0.4:
//
//   # HELP buzzer_sessions Clients connected now.
//   # TYPE buzzer_sessions gauge
//   buzzer_sessions{protocol="text"} 3
//   buzzer_sessions{protocol="json"} 12
//
// The samples of a family stand together below one HELP and TYPE, whoever adds them in whatever order. Names, kinds and
// labels are the program's own: a malformed one, or a family with two kinds, ends the process.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace buzzer::http {

inline constexpr std::string_view kMetricsContentType = "text/plain; version=0.0.4; charset=utf-8";

using MetricLabels = std::vector<std::pair<std::string_view, std::string_view>>;

struct MetricHistogram {
  std::span<const double> bounds;         // upper ones, inclusive, ascending; infinity is left out
  std::span<const std::uint64_t> counts;  // of each bucket by itself; one more than bounds
  double sum = 0;
};

class MetricsText {
 public:
  // Grows only. By custom its name ends in _total.
  void counter(std::string_view name, std::string_view help, double value, const MetricLabels& labels = {});
  void gauge(std::string_view name, std::string_view help, double value, const MetricLabels& labels = {});
  // Adds <name>_bucket with the label `le`, <name>_sum and <name>_count.
  void histogram(std::string_view name, std::string_view help, const MetricHistogram& value,
                 const MetricLabels& labels = {});

  // All families in order of their names.
  [[nodiscard]] std::string text() const;

 private:
  struct Family {
    std::string_view kind;
    std::string help;
    std::string samples;
  };

  std::string& family(std::string_view kind, std::string_view name, std::string_view help);

  std::map<std::string, Family, std::less<>> families_;
};

}  // namespace buzzer::http
