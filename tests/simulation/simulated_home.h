// The home of a few users in one process on virtual time: a shard with the real kernel and journal over a simulated
// disk, and clients that repeat what was indefinite until they know what became of it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/random.h"
#include "node/journal/local_journal.h"
#include "node/shard/shard.h"
#include "node/store/memory_store.h"
#include "tests/simulation/simulated_sync.h"
#include "tests/simulation/virtual_time.h"

namespace buzzer::simulation {

// A mistake made on purpose, to see that it is found.
enum class PlantedMistake {
  kNone,
  kAcknowledgeBeforeSync,
  kForgetKeysAtOnce,  // the key is not in the batch
};

class SimulatedHome {
 public:
  SimulatedHome(std::uint64_t seed, PlantedMistake mistake);
  ~SimulatedHome();

  // Crashes, disk errors and clock steps while the clients go on; then all is well for a while.
  void run(Duration trouble);

  // What is there now and should not be, or the other way round; empty when all is as acknowledged.
  [[nodiscard]] std::vector<std::string> problems();

  [[nodiscard]] std::size_t acknowledged() const { return acknowledged_; }
  [[nodiscard]] std::size_t crashes() const { return crashes_; }
  [[nodiscard]] const std::string& trace() const { return trace_; }

 private:
  struct Life;
  class Client;
  class TraceLog;

  void note(const std::string& what);
  void start();
  void crash(store::Survival survival);
  void trouble();
  void submit(Client& client);

  VirtualTime time_;
  base::SeededRandom random_;
  const PlantedMistake mistake_;
  Duration wall_offset_{0};
  store::MemoryDisk disk_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::unique_ptr<Life> life_;
  std::string trace_;
  bool stopping_ = false;
  std::size_t acknowledged_ = 0;
  std::size_t crashes_ = 0;
};

}  // namespace buzzer::simulation
