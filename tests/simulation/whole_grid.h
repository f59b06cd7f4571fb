// A whole grid in one process on virtual time: its machines with their disks and clocks, the network between them, and
// what can be done to them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "node/grid/placement.h"
#include "tests/simulation/history.h"
#include "tests/simulation/service.h"
#include "tests/simulation/simulated_node.h"

namespace buzzer::simulation {

class WholeGrid final : public Service {
 public:
  // `size`: 1 to 7 nodes (any number up to 64 would do). All references must outlive it.
  WholeGrid(std::uint32_t size, const shard::ShardOptions& shards, const Surroundings& around, History& history);
  ~WholeGrid() override;

  void start(std::uint32_t id);
  // The process dies, as by SIGKILL: its machine closes its connections, and its disk keeps all that was written.
  void kill(std::uint32_t id);
  // The machine goes down: nobody closes anything, and of what was not synced only some is left.
  void lose_power(std::uint32_t id, store::Survival survival);
  void freeze(std::uint32_t id);
  void thaw(std::uint32_t id);
  void set_clock(std::uint32_t id, Duration offset);
  // From now on the disk may misbehave, until mend_disk().
  [[nodiscard]] store::DiskFaults& spoil_disk(std::uint32_t id);
  void slow_disk(std::uint32_t id, Duration slowest);
  void mend_disk(std::uint32_t id);

  // Accepted losses, of a node that is down: its disk is empty, or what it was when the copy was taken.
  void wipe(std::uint32_t id);
  void copy_disk(std::uint32_t id);
  void restore(std::uint32_t id);

  void say_line(std::uint32_t id);
  // Demands that every shard serves whose node and disk have been well for long enough.
  void check_service();
  [[nodiscard]] std::uint32_t node_of(base::ShardId shard) const { return grid::node_of_shard(shard, doors()).value(); }
  // Streams of other nodes to shards of this one that have forgotten rows since these were taken, as the disks show.
  [[nodiscard]] std::vector<std::pair<base::ShardId, base::ShardId>> streams_into(std::uint32_t id) const;
  // Whether every node runs, serves all its shards and sees all the others.
  [[nodiscard]] bool is_whole() const;
  // What is owed by shards of nodes that run, for the eye; empty: nothing.
  [[nodiscard]] std::string owed() const;

  [[nodiscard]] std::uint32_t doors() const override { return static_cast<std::uint32_t>(places_.size()); }
  [[nodiscard]] bool runs(std::uint32_t id) const override { return places_[id].node != nullptr; }
  [[nodiscard]] bool frozen(std::uint32_t id) const { return places_[id].frozen; }
  [[nodiscard]] bool disk_fault_fired(std::uint32_t id) const { return places_[id].machine->disk.faults().fired(); }
  [[nodiscard]] bool awake_since(std::uint32_t id, MonotonicTime since) const override;
  void post(std::uint32_t id, std::function<void()> turn) override;
  void execute(std::uint32_t id, const proto::Command& command, ReplyCallback callback) override;
  void query(std::uint32_t id, const proto::Query& query, AnswerCallback callback) override;
  [[nodiscard]] GridRecords read_records(const IndexKeys& keys, std::string& problem) const override;
  [[nodiscard]] base::ShardId shard_of(std::string_view account) const override;
  [[nodiscard]] grid::Subscriptions& subscriptions(std::uint32_t id) { return places_[id].node->subscriptions(); }
  // Which process runs there: each start is another one.
  [[nodiscard]] std::uint32_t life(std::uint32_t id) const { return places_[id].machine->lives; }

 private:
  // Of the node's own shards.
  void read_node(std::uint32_t id, const IndexKeys& keys, GridRecords& records, std::string& problem) const;

  struct Place {
    std::unique_ptr<Machine> machine;
    std::unique_ptr<SimulatedNode> node;  // null while down
    bool frozen = false;
    bool disk_spoilt = false;
    store::MemoryDisk::Image copy;  // of the disk, at some time
    MonotonicTime awake_from;       // started or thawed
    MonotonicTime disk_good_from;
  };

  void note(std::uint32_t id, const char* what);

  const Surroundings around_;
  History& history_;
  std::vector<Place> places_;
};

}  // namespace buzzer::simulation
