#include "tests/simulation/trace.h"

namespace buzzer::simulation {

void Trace::add(const std::string& line) {
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(time_.now().time_since_epoch()).count();
  // Virtual time begins an hour after its epoch; a run's time from zero is easier to read.
  const std::string all = std::to_string(us - 3'600'000'000);
  text_ += std::string(all.size() < 11 ? 11 - all.size() : 0, ' ') + all + " us  " + line + '\n';
}

}  // namespace buzzer::simulation
