// The clients of a run with all that they share, and what a run comes to in the end.
#pragma once

#include <memory>
#include <vector>

#include "tests/simulation/client.h"
#include "tests/simulation/grid_run.h"

namespace buzzer::simulation {

class Crowd {
 public:
  // Two to eight clients of two to eight accounts. All must outlive it.
  Crowd(Service& service, const Vocabulary& vocabulary, VirtualTime& time, Trace& trace, History& history,
        std::uint64_t seed);

  void begin();
  // All is well from now on: every client learns within ten seconds what became of its last wish, and stops. Runs
  // virtual time.
  void settle();
  // Reads everything at every door, and from the disks, and judges it, once there are no clients any more. Runs virtual
  // time.
  void judge();
  // What lay on the disks then.
  [[nodiscard]] const GridRecords& records() const { return records_; }
  [[nodiscard]] Wishes& wishes() { return wishes_; }
  // What a run has come to that began then.
  [[nodiscard]] RunResult result(MonotonicTime begun) const;

 private:
  Service& service_;
  VirtualTime& time_;
  Trace& trace_;
  History& history_;
  base::SeededRandom random_;
  const Vocabulary vocabulary_;
  Wishes wishes_;
  GridRecords records_;
  std::vector<std::unique_ptr<Client>> clients_;
};

}  // namespace buzzer::simulation
