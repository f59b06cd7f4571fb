// All of one store, looked at while its node is stopped: the files, the node's own facts, every entry of every shard.
// Reads once through everything; nothing is changed.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string_view>

#include "node/store/store_view.h"
#include "node/store_tools/findings.h"

namespace buzzer::store_tools {

struct TableCount {
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;  // of keys and values
};

struct StoreReport {
  Findings findings;
  std::map<char, TableCount> tables;  // by letter; only what has entries
  std::uint64_t entries = 0;
  std::uint32_t shards = 0;  // that have entries
  std::uint64_t files = 0;
  std::uint64_t file_bytes = 0;
};

// Told now and then how far a tool has come: what it is at, done and all; 0 of all: nobody can say how much there is.
using TellProgress = std::function<void(std::string_view what, std::uint64_t done, std::uint64_t all)>;

// The entries alone, of the node that `identity` says; adds to the report.
void check_entries(const store::Store& store, const store::GridIdentity& identity, StoreReport& report,
                   const TellProgress& progress);

// Fails if the disk fails while it is read: then nothing is known.
[[nodiscard]] base::Result<StoreReport> check_store(const store::StoreView& view, const TellProgress& progress);

}  // namespace buzzer::store_tools
