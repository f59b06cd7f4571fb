// What simulated clients talk to: processes that take commands and queries, a whole grid's or a single one's, some of
// which may be down.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "node/grid/homes.h"
#include "tests/simulation/shard_records.h"
#include "tests/simulation/virtual_time.h"

namespace buzzer::simulation {

class Service {
 public:
  using ReplyCallback = grid::Homes::ReplyCallback;
  using AnswerCallback = grid::Homes::AnswerCallback;
  // Told when the process behind a door has been killed, and so has closed its connections.
  using ClosedCallback = std::function<void(std::uint32_t door)>;

  Service() = default;
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;
  virtual ~Service() = default;

  [[nodiscard]] virtual std::uint32_t doors() const = 0;
  [[nodiscard]] virtual bool runs(std::uint32_t door) const = 0;
  // Whether the process there has run without a pause since then.
  [[nodiscard]] virtual bool awake_since(std::uint32_t door, MonotonicTime since) const = 0;
  // Runs something in the process there, once it has its turn; never if it ends before.
  virtual void post(std::uint32_t door, std::function<void()> turn) = 0;

  // From within a turn of the process. Called back there.
  virtual void execute(std::uint32_t door, const proto::Command& command, ReplyCallback callback) = 0;
  virtual void query(std::uint32_t door, const proto::Query& query, AnswerCallback callback) = 0;

  // What lies on the disks, once everything serves and nothing happens any more; of shards that are not served here,
  // nothing. Costs much: for the end.
  [[nodiscard]] virtual GridRecords read_records(const IndexKeys& keys, std::string& problem) const = 0;

  // Where an account's state is kept: what must be in order there.
  [[nodiscard]] virtual base::ShardId shard_of(std::string_view account) const = 0;

  void on_closed(ClosedCallback callback) { closed_ = std::move(callback); }

 protected:
  void tell_closed(std::uint32_t door) {
    if (closed_) closed_(door);
  }

 private:
  ClosedCallback closed_;
};

}  // namespace buzzer::simulation
