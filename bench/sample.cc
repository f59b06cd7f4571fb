#include "bench/sample.h"

#include <iostream>

#include <nlohmann/json.hpp>

namespace buzzer::bench {

void print(const Sample& sample) {
  nlohmann::ordered_json line{{"measure", sample.measure}, {"value", sample.value}, {"unit", sample.unit}};
  if (!sample.also.empty()) line["also"] = sample.also;
  if (!sample.beside.empty()) line["beside"] = sample.beside;
  if (!sample.aim.empty()) line["aim"] = sample.aim;
  if (sample.published) {
    line["published"] = {{"value", sample.published->value}, {"what", sample.published->what}};
  }
  if (!sample.ours) line["ours"] = false;
  std::cout << line.dump() << std::endl;  // at once: the driver reads along
}

}  // namespace buzzer::bench
