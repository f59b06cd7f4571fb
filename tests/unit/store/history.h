// Random writes to a store, and what must be there after any prefix of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "node/store/batch.h"
#include "node/store/store.h"

namespace buzzer::store {

using Entries = std::map<std::string, std::string>;

// The entries of all shards; those of the node itself are left out. A read error is a failure of the test.
[[nodiscard]] base::Result<Entries> read_all(const Store& store);

// One life of a store after the other. Each batch writes its own number and some other entries, so that one which was
// applied by half shows.
class History {
 public:
  // Values have up to `most_value_bytes`.
  explicit History(std::uint64_t seed, std::size_t most_value_bytes = 200);

  // The next batch to write.
  [[nodiscard]] const Batch& next();

  // A sync has covered all batches so far.
  void all_synced() { synced_ = states_.size() - 1; }

  // Writes and syncs at random, until `batches` are written or a call fails; false if one did.
  [[nodiscard]] bool run(Store& store, int batches);

  // Whether the store is what some prefix of the batches has made that holds at least all that was synced. The history
  // then goes on from there, with all of it synced, as the store has promised by opening.
  [[nodiscard]] testing::AssertionResult recovered(const Store& store);

  // How many batches the present state comes from.
  [[nodiscard]] std::size_t batches() const { return states_.size() - 1; }
  [[nodiscard]] std::size_t synced_batches() const { return synced_; }

 private:
  base::SeededRandom random_;
  const std::size_t most_value_bytes_;
  Batch batch_;
  std::vector<Entries> states_{Entries{}};  // after 0, 1, 2 ... batches
  std::size_t synced_ = 0;
};

}  // namespace buzzer::store
