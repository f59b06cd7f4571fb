#include "node/store/rocksdb_environment.h"

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/system_clock.h>
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

// The system's, but for its files and its clock. RocksDB asks for both in two ways, directly and by the older calls of
// Env itself, which go to `target`.
class StoreEnv final : public rocksdb::EnvWrapper {
 public:
  StoreEnv(const std::shared_ptr<rocksdb::FileSystem>& files, const std::shared_ptr<rocksdb::SystemClock>& clock)
      : EnvWrapper(rocksdb::NewCompositeEnv(files)) {
    file_system_ = files;
    system_clock_ = clock;
  }
  [[nodiscard]] const char* Name() const override { return "buzzer.StoreEnv"; }
  void SleepForMicroseconds(int micros) override { system_clock_->SleepForMicroseconds(micros); }
};

// Whether a lock could not be had because somebody has it: the system says "try again", RocksDB's own list of this
// process's locks says the other. Only the text tells it from a lock file that cannot be opened.
bool is_held(const IOStatus& locking) {
  const std::string text = locking.ToString();
  const auto says = [&](const std::string& words) { return text.find(words) != std::string::npos; };
  if (says("lock hold by current process") || says("already held by process")) return true;
  const auto reason = [](std::errc code) { return std::make_error_code(code).message(); };
  return says("While lock file") &&
         (says(reason(std::errc::resource_unavailable_try_again)) || says(reason(std::errc::permission_denied)));
}

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
      watch_(
          std::make_shared<ReadingWatch>(options.file_system ? options.file_system : rocksdb::FileSystem::Default())),
      files_(std::make_shared<TableCheckingFileSystem>(watch_)),
      env_(std::make_unique<StoreEnv>(files_, options.clock ? options.clock : rocksdb::SystemClock::Default())),
      logger_(std::make_shared<ForwardingLogger>(options.log)) {}

RocksDbEnvironment::~RocksDbEnvironment() {
  if (lock_ != nullptr) files_->UnlockFile(lock_, {}, nullptr).PermitUncheckedError();
}

OpenResult<std::unique_ptr<RocksDbEnvironment>> RocksDbEnvironment::prepare(const RocksDbStoreOptions& options) {
  std::unique_ptr<RocksDbEnvironment> made(new RocksDbEnvironment(options));
  if (const IOStatus done = made->files_->CreateDirIfMissing(made->folder_, {}, nullptr); !done.ok()) {
    return refuse(OpenProblem::kUnavailable, "cannot make the store's folder: " + done.ToString());
  }
  // For its owner only, also if an earlier release made it. Where somebody else owns it, that is theirs to decide.
  std::error_code ignored;
  std::filesystem::permissions(made->folder_, std::filesystem::perms::owner_all, ignored);
  if (const IOStatus done = made->files_->LockFile(made->folder_ + "/lock", {}, &made->lock_, nullptr); !done.ok()) {
    return refuse(OpenProblem::kUnavailable, "cannot lock the store in " + made->folder_ +
                                                 (is_held(done) ? "; is another process using it? " : ": ") +
                                                 done.ToString());
  }
  return made;
}

std::shared_ptr<rocksdb::Logger> RocksDbEnvironment::silent_logger() {
  return std::make_shared<ForwardingLogger>(nullptr);
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
  options.max_file_opening_threads = options_.background_jobs;  // so many start at each opening, tables or not
  options.write_buffer_size = options_.write_buffer_bytes;
  // A new command's key is looked up in vain: a filter says so for a hundredth of the price.
  options.memtable_prefix_bloom_size_ratio = 0.02;
  options.memtable_whole_key_filtering = true;
  // near_keys.h; that only works for one write at a time.
  options.allow_concurrent_memtable_write = false;
  options.memtable_insert_with_hint_prefix_extractor = near_keys_;
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
