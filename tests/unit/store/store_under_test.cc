#include "tests/unit/store/store_under_test.h"

#include <ostream>
#include <utility>

#include "node/store/faulty_file_system.h"
#include "node/store/memory_store.h"
#include "node/store/rocksdb_store.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/store/impatient_clock.h"

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

// With small tables, so that logs are switched and tables written and merged in every test.
class RocksDbUnderTest final : public StoreUnderTest {
 public:
  OpenResult<std::unique_ptr<Store>> open(const OpenWith& with) override {
    RocksDbStoreOptions options;
    options.folder = folder_.path() / "store";
    options.identity = with.identity;
    options.schema = with.schema;
    options.accept_loss = with.accept_loss;
    options.write_buffer_bytes = 64UL << 10;
    options.file_system = files_;
    options.clock = clock_;
    return open_rocksdb_store(options);
  }
  DiskFaults& faults() override { return files_->faults(); }
  void crash(std::unique_ptr<Store> store, Survival survival, base::Random& random) override {
    EXPECT_TRUE(files_->crash(survival, random).ok());
    store.reset();
    files_->restart();
  }

 private:
  tests::TempFolder folder_;
  std::shared_ptr<FaultyFileSystem> files_ = std::make_shared<FaultyFileSystem>(rocksdb::FileSystem::Default());
  std::shared_ptr<ImpatientClock> clock_ = std::make_shared<ImpatientClock>();
};

}  // namespace

std::unique_ptr<Store> StoreUnderTest::opened(const OpenWith& with) {
  auto result = open(with);
  if (result) return *std::move(result);
  ADD_FAILURE() << "cannot open: " << result.error().message;
  return nullptr;
}

std::unique_ptr<StoreUnderTest> make_memory_under_test() { return std::make_unique<MemoryUnderTest>(); }
std::unique_ptr<StoreUnderTest> make_rocksdb_under_test() { return std::make_unique<RocksDbUnderTest>(); }

std::vector<StoreKind> all_stores() {
  return {{"Memory", make_memory_under_test}, {"RocksDb", make_rocksdb_under_test}};
}

std::ostream& operator<<(std::ostream& out, const StoreKind& kind) { return out << kind.name; }

std::string name_of(const testing::TestParamInfo<StoreKind>& info) { return info.param.name; }

}  // namespace buzzer::store
