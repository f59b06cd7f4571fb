// Asks shards what an operator wants to know, several at a time, and notes which did not answer. For this folder alone.
//
// What has been asked and not answered is bounded by kMostUnderWay bytes, or one question: the links to other nodes are
// for the grid's own work, and refuse what does not fit. The rest waits here.
//
// Belongs to one thread. What is asked may be answered after it is gone: then nobody is told.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/ids.h"
#include "proto/queries.pb.h"

namespace buzzer::inspection {

using base::ShardId;

// Asks the grid; the answer comes once, never from within the call, within some seconds.
using Ask = std::function<void(const proto::Query&, std::function<void(const proto::Answer&)>)>;

class Questions {
 public:
  explicit Questions(Ask ask) : ask_(std::move(ask)) {}

  // Bytes. A link's queue holds 8 MiB, and 32 may ask at once: four audits of the grid, of eight shards each.
  static constexpr std::size_t kMostUnderWay = 64UL << 10;

  // `then` is told null when there is no answer.
  void ask(ShardId shard, proto::InspectionQuery query, std::function<void(const proto::Inspection*)> then);

  // To each of these shards its question; those that do not answer are missing, and are not asked again: each would be
  // waited for.
  using Round = std::map<ShardId, proto::InspectionQuery>;
  using Answers = std::map<ShardId, proto::Inspection>;
  void ask_each(Round round, std::function<void(const Answers&)> then);

  // What of these stands in rows from one shard to another that the receiver has not taken: `stream` says how far it
  // was.
  struct Wanted {
    ShardId from;
    ShardId to;
    proto::StreamIn stream;
    std::set<std::uint64_t> ids;
    std::set<std::string> authors;
  };
  struct Queued {
    std::set<std::uint64_t> ids;
    std::set<std::string> authors;
    bool unsettled = false;  // anything may be on its way
  };
  void find_queued(Wanted wanted, std::function<void(const Queued&)> then);
  // For several streams.
  void find_queued(std::vector<Wanted> wanted, std::function<void(const std::vector<Queued>&)> then);

  // Those that have not answered something.
  [[nodiscard]] const std::set<ShardId>& silent() const { return silent_; }

 private:
  struct Waiting {
    ShardId shard;
    proto::Query query;
    std::function<void(const proto::Inspection*)> then;
  };

  void ask_next();
  void go_on_finding(const std::shared_ptr<const Wanted>& wanted, const std::shared_ptr<Queued>& found,
                     std::uint64_t from_number, std::function<void(const Queued&)> then);

  const Ask ask_;
  std::deque<Waiting> waiting_;
  std::size_t under_way_ = 0;  // bytes
  std::set<ShardId> silent_;
  const std::shared_ptr<const char> here_ = std::make_shared<const char>();
};

}  // namespace buzzer::inspection
