// The subscribers of a run.
#pragma once

#include <memory>
#include <vector>

#include "tests/simulation/subscriber.h"

namespace buzzer::simulation {

class Audience {
 public:
  // None to six subscribers. All must outlive it.
  Audience(const SubscriberWorld& world, std::uint64_t seed);

  void begin();
  // All is well from now on.
  void settle();
  // When anybody was given something last, or asked for it.
  [[nodiscard]] MonotonicTime last_stirred() const;
  void stop();
  // Entries that all of them were given.
  [[nodiscard]] std::size_t given() const;
  // Once everybody has stopped, and nothing happens any more: what lies on the disks.
  void judge(const GridRecords& records);

 private:
  base::SeededRandom random_;
  SubscriberWorld world_;
  std::vector<std::unique_ptr<Subscriber>> subscribers_;
};

}  // namespace buzzer::simulation
