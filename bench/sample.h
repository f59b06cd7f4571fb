// What a part of a bench prints: one line of JSON on standard output for each measure and repetition. The driver
// (bench/samples.py) takes the medians and makes the table and the chart.
#pragma once

#include <map>
#include <optional>
#include <string>

namespace buzzer::bench {

// A figure of the past that a measure is held against.
struct Published {
  double value = 0;  // in the measure's unit
  std::string what;  // whose, and what goes with it
};

struct Sample {
  std::string measure;  // the same in each repetition
  double value = 0;
  std::string unit;                    // such as "ns" or "commands/s"
  std::map<std::string, double> also;  // what else this repetition showed, such as {"allocations", 0}
  std::string beside;                  // another measure of the same part and unit: the table shows the ratio to it
  std::string aim;                     // in words, such as "under 400 ns"
  std::optional<Published> published;
  bool ours = true;  // false: of something that ours is held against; paler in the chart
};

void print(const Sample& sample);

}  // namespace buzzer::bench
