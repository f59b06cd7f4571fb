// A process that serves one shard and nothing else, over a replicated kind of journal and a store that is its cache.
#pragma once

#include <memory>

#include "node/shard/shard.h"
#include "node/store/memory_disk.h"
#include "tests/simulation/history.h"
#include "tests/simulation/replica_journal.h"
#include "tests/simulation/service.h"

namespace buzzer::simulation {

class LoneShard final : public Service {
 public:
  static constexpr base::ShardId kShard{11};

  // All must outlive it.
  LoneShard(VirtualTime& time, base::Random& random, Trace& trace, History& history);
  ~LoneShard() override;

  // Opens the store, again and again if need be, and serves.
  void start();
  // The process ends; `survival` says what is left of the unsynced bytes of its disk.
  void stop(store::Survival survival);
  void freeze();
  void thaw();
  void set_clock(Duration offset) { wall_offset_ = offset; }

  [[nodiscard]] DurableTable& table() { return table_; }
  [[nodiscard]] store::DiskFaults& disk_faults() { return disk_.faults(); }
  [[nodiscard]] bool frozen() const { return frozen_; }

  [[nodiscard]] std::uint32_t doors() const override { return 1; }
  [[nodiscard]] bool runs(std::uint32_t door) const override;
  [[nodiscard]] bool awake_since(std::uint32_t door, MonotonicTime since) const override;
  void post(std::uint32_t door, std::function<void()> turn) override;
  void execute(std::uint32_t door, const proto::Command& command, ReplyCallback callback) override;
  void query(std::uint32_t door, const proto::Query& query, AnswerCallback callback) override;
  [[nodiscard]] GridRecords read_records(const IndexKeys& keys, std::string& problem) const override;
  [[nodiscard]] base::ShardId shard_of(std::string_view /*account*/) const override { return kShard; }

 private:
  struct Life;
  void ask(const proto::Query& query, AnswerCallback callback);

  VirtualTime& time_;
  base::Random& random_;
  Trace& trace_;
  History& history_;
  DurableTable table_;
  store::MemoryDisk disk_;
  Duration wall_offset_{0};
  std::unique_ptr<Life> life_;
  std::uint64_t lives_ = 0;
  bool frozen_ = false;
  MonotonicTime awake_from_;
};

}  // namespace buzzer::simulation
