#include "node/store/rocksdb_view.h"

#include <utility>

#include <rocksdb/sst_file_reader.h>

namespace buzzer::store {

RocksDbView::RocksDbView(StoreSurvey survey, std::unique_ptr<RocksDbDatabase> database,
                         std::unique_ptr<RocksDbEnvironment> environment)
    : survey_(std::move(survey)), environment_(std::move(environment)), database_(std::move(database)) {}

// Not DB::VerifyChecksum(), which ends at the first damaged table and does not say which it is.
base::Result<void> RocksDbView::verify(const TableFile& table) const {
  rocksdb::SstFileReader reader(environment_->database_options());
  auto status = reader.Open(table.path);
  if (status.ok()) status = reader.VerifyChecksum();
  if (!status.ok()) return base::fail(status.ToString());
  return {};
}

}  // namespace buzzer::store
