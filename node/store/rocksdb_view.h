// A RocksDB that is only looked at. Internal to the folder: includes RocksDB; store_view.h is for all others.
#pragma once

#include <memory>
#include <vector>

#include "node/store/rocksdb_database.h"
#include "node/store/rocksdb_environment.h"
#include "node/store/store_view.h"

namespace buzzer::store {

class RocksDbView final : public StoreView {
 public:
  RocksDbView(StoreSurvey survey, std::unique_ptr<RocksDbDatabase> database,
              std::unique_ptr<RocksDbEnvironment> environment);

  [[nodiscard]] const StoreSurvey& survey() const override { return survey_; }
  [[nodiscard]] const Store& store() const override { return *database_; }
  [[nodiscard]] std::vector<TableFile> tables() const override { return database_->tables(); }
  [[nodiscard]] base::Result<void> verify(const TableFile& table) const override;
  [[nodiscard]] bool disk_failed() const override { return environment_->reading_failed(); }

 private:
  const StoreSurvey survey_;
  // In this order, because they end in the reverse one.
  const std::unique_ptr<RocksDbEnvironment> environment_;
  const std::unique_ptr<RocksDbDatabase> database_;
};

}  // namespace buzzer::store
