// A store that is looked at while its node is stopped: everything in it can be read, nothing in it is changed. For the
// tools of who looks after a grid (node/store_tools).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/status.h"
#include "node/store/rocksdb_store.h"
#include "node/store/store.h"

namespace buzzer::store {

// A file that holds a sorted part of the entries.
struct TableFile {
  std::string path;
  std::uint64_t bytes = 0;
};

// Holds the store's lock while it lives, so that no node opens it meanwhile. One thread at a time.
class StoreView {
 public:
  StoreView() = default;
  StoreView(const StoreView&) = delete;
  StoreView& operator=(const StoreView&) = delete;
  virtual ~StoreView() = default;

  [[nodiscard]] virtual const StoreSurvey& survey() const = 0;
  // What can be recovered of it. Whatever is read has been held against its checksum.
  [[nodiscard]] virtual const Store& store() const = 0;

  [[nodiscard]] virtual std::vector<TableFile> tables() const = 0;
  // Reads all of one of them and holds every block against its checksum. The error says what is wrong.
  [[nodiscard]] virtual base::Result<void> verify(const TableFile& table) const = 0;

  // Whether the disk failed so far while something was read: then nothing is known to be damaged.
  [[nodiscard]] virtual bool disk_failed() const = 0;
};

// Whatever the store has lost; the identity of `options` is not asked for. Fails as survey_rocksdb_store does.
[[nodiscard]] OpenResult<std::unique_ptr<StoreView>> view_rocksdb_store(const RocksDbStoreOptions& options);

}  // namespace buzzer::store
