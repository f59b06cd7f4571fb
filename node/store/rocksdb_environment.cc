#include "node/store/rocksdb_environment.h"

#include <array>
#include <cstdarg>
#include <cstdio>
#include <cstring>

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include "node/store/table_end.h"

namespace buzzer::store {
namespace {

using rocksdb::InfoLogLevel;
using rocksdb::IOStatus;

// RocksDB's own LOG file ends the process when the disk is full, so its words go where ours go.
class ForwardingLogger final : public rocksdb::Logger {
 public:
  explicit ForwardingLogger(base::Log* log) : Logger(InfoLogLevel::WARN_LEVEL), log_(log) {}
  using Logger::Logv;
  void Logv(const char* format, va_list arguments) override { Logv(InfoLogLevel::INFO_LEVEL, format, arguments); }
  void Logv(const InfoLogLevel level, const char* format, va_list arguments) override {
    if (log_ == nullptr || level < InfoLogLevel::WARN_LEVEL || level == InfoLogLevel::HEADER_LEVEL) return;
    std::array<char, 1024> text{};
    std::vsnprintf(text.data(), text.size(), format, arguments);
    log_->warn("store", "RocksDB reports", {{"message", text.data()}});
  }
  void LogHeader(const char*, va_list) override {}

 private:
  base::Log* const log_;
};

}  // namespace

rocksdb::WalFilter::WalProcessingOption WalGapFilter::LogRecordFound(unsigned long long, const std::string&,
                                                                     const rocksdb::WriteBatch& batch,
                                                                     rocksdb::WriteBatch*, bool*) {
  // A batch in a log begins with its first sequence, 8 bytes, little-endian; each of its entries takes one.
  std::uint64_t sequence = 0;
  std::memcpy(&sequence, batch.Data().data(), sizeof sequence);
  const bool follows = next_ == 0 ? sequence <= most_ : sequence == next_;
  if (!follows) return WalProcessingOption::kStopReplay;
  next_ = sequence + batch.Count();
  return WalProcessingOption::kContinueProcessing;
}

RocksDbEnvironment::RocksDbEnvironment(const RocksDbStoreOptions& options)
    : options_(options),
      folder_(options.folder.string()),
      files_(std::make_shared<TableCheckingFileSystem>(options.file_system ? options.file_system
                                                                           : rocksdb::FileSystem::Default())),
      env_(rocksdb::NewCompositeEnv(files_)),
      logger_(std::make_shared<ForwardingLogger>(options.log)) {}

RocksDbEnvironment::~RocksDbEnvironment() {
  if (lock_ != nullptr) files_->UnlockFile(lock_, {}, nullptr).PermitUncheckedError();
}

OpenResult<std::unique_ptr<RocksDbEnvironment>> RocksDbEnvironment::prepare(const RocksDbStoreOptions& options) {
  std::unique_ptr<RocksDbEnvironment> made(new RocksDbEnvironment(options));
  if (const IOStatus done = made->files_->CreateDirIfMissing(made->folder_, {}, nullptr); !done.ok()) {
    return refuse(OpenProblem::kUnavailable, "cannot make the store's folder: " + done.ToString());
  }
  if (const IOStatus done = made->files_->LockFile(made->folder_ + "/lock", {}, &made->lock_, nullptr); !done.ok()) {
    return refuse(OpenProblem::kUnavailable,
                  "cannot lock the store in " + made->folder_ + "; is another process using it? " + done.ToString());
  }
  return made;
}

rocksdb::Options RocksDbEnvironment::database_options() {
  rocksdb::Options options;
  options.env = env_.get();
  options.info_log = logger_;
  options.wal_filter = &gap_filter_;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  options.manual_wal_flush = true;
  options.max_bgerror_resume_count = 0;  // after a failure only opening again helps (MEASURED: Resume() does not)
  options.max_background_jobs = options_.background_jobs;
  options.write_buffer_size = options_.write_buffer_bytes;
  options.compression = rocksdb::kLZ4Compression;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;

  rocksdb::BlockBasedTableOptions table;
  table.checksum = kTableChecksum;
  table.format_version = kTableFormat;
  table.block_cache = rocksdb::NewLRUCache(options_.block_cache_bytes);
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

}  // namespace buzzer::store
