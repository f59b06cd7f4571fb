#include "tests/unit/store/store_under_test.h"

#include <utility>

#include "node/store/memory_store.h"

namespace buzzer::store {
namespace {

class MemoryUnderTest final : public StoreUnderTest {
 public:
  OpenResult<std::unique_ptr<Store>> open(const OpenWith& with) override {
    return MemoryStore::open({with.identity, with.schema, with.accept_loss}, disk_);
  }
  DiskFaults& faults() override { return disk_.faults(); }
  void crash(std::unique_ptr<Store> store, Survival survival, base::Random& random) override {
    store.reset();
    disk_.crash(survival, random);
  }

 private:
  MemoryDisk disk_;
};

}  // namespace

std::unique_ptr<Store> StoreUnderTest::opened(const OpenWith& with) {
  auto result = open(with);
  if (result) return *std::move(result);
  ADD_FAILURE() << "cannot open: " << result.error().message;
  return nullptr;
}

std::unique_ptr<StoreUnderTest> make_memory_under_test() { return std::make_unique<MemoryUnderTest>(); }

std::vector<StoreKind> all_stores() { return {{"Memory", make_memory_under_test}}; }

std::string name_of(const testing::TestParamInfo<StoreKind>& info) { return info.param.name; }

}  // namespace buzzer::store
