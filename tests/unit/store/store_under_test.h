// One store with the disk under it, for tests that hold for every store: TEST_P over all_stores().
#pragma once

#include <cstddef>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "node/store/disk_faults.h"
#include "node/store/schema.h"
#include "node/store/store.h"

namespace buzzer::store {

struct OpenWith {
  GridIdentity identity{"a-grid", base::NodeId(1), 3, kShardCount};
  Schema schema = present_schema();
  bool accept_loss = false;
};

class StoreUnderTest {
 public:
  StoreUnderTest() = default;
  StoreUnderTest(const StoreUnderTest&) = delete;
  StoreUnderTest& operator=(const StoreUnderTest&) = delete;
  virtual ~StoreUnderTest() = default;

  [[nodiscard]] virtual OpenResult<std::unique_ptr<Store>> open(const OpenWith& with) = 0;
  [[nodiscard]] virtual DiskFaults& faults() = 0;

  // The process that has the store (or none) open ends, or the machine does; the disk can be used again afterwards.
  virtual void crash(std::unique_ptr<Store> store, Survival survival, base::Random& random) = 0;

  // The store, which must open.
  [[nodiscard]] std::unique_ptr<Store> opened(const OpenWith& with = {});
};

struct StoreKind {
  std::string name;
  std::function<std::unique_ptr<StoreUnderTest>()> make;  // with an empty disk
};

[[nodiscard]] std::unique_ptr<StoreUnderTest> make_memory_under_test();
[[nodiscard]] std::unique_ptr<StoreUnderTest> make_rocksdb_under_test();

class StoreTest : public testing::TestWithParam<StoreKind> {
 protected:
  const std::unique_ptr<StoreUnderTest> disk_ = GetParam().make();
  base::SeededRandom random_{1};
};

[[nodiscard]] std::vector<StoreKind> all_stores();
// For CTest's list of tests.
std::ostream& operator<<(std::ostream& out, const StoreKind& kind);
[[nodiscard]] std::string name_of(const testing::TestParamInfo<StoreKind>& info);

#define FOR_ALL_STORES(suite) INSTANTIATE_TEST_SUITE_P(Stores, suite, testing::ValuesIn(all_stores()), name_of)

}  // namespace buzzer::store
