// What the driver tells every part of a bench.
#pragma once

#include <optional>

namespace buzzer::bench {

struct Options {
  int repetitions = 5;   // of each measure; at least 1
  double seconds = 0.5;  // about how long one repetition of one measure takes; more than 0
};

// From --repetitions=N and --seconds=S; says on standard error what it does not understand.
[[nodiscard]] std::optional<Options> parse_options(int argc, char** argv);

}  // namespace buzzer::bench
