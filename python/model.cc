#include "python/model.h"

#include <string>
#include <utility>

#include <google/protobuf/stubs/logging.h>

#include "base/check.h"
#include "node/store/memory_store.h"
#include "python/entry_check.h"

namespace buzzer::python {

// Protobuf writes to stderr about a text that is no UTF-8; who gave it is told by a reply or an error.
using Quiet = google::protobuf::LogSilencer;

namespace {

constexpr std::uint64_t kLife = 1;  // it has one store, which is never put back to an older copy of itself

}  // namespace

Model::Model(base::ShardId shard) : shard_(shard) {
  store::MemoryStoreOptions options;
  options.identity.grid_id = "model";
  auto opened = store::MemoryStore::open(options, disk_);
  BUZZER_CHECK(opened.has_value());  // a new disk, to which no fault was given
  store_ = *std::move(opened);
  state_ = std::make_unique<shard::ShardState>(*store_, nothing_in_flight_, shard_);
}

base::Result<const kernel::Decision*> Model::decide(const proto::Command& command, std::int64_t now_ms) {
  if (now_ms < 0 || now_ms > kLatestMs) {
    return base::fail("a time is 0 to " + std::to_string(kLatestMs) + " ms, not " + std::to_string(now_ms));
  }
  const Quiet quiet;
  state_->begin();
  kernel::decide(*state_, command, {now_ms, shard_, kLife}, decision_);
  if (state_->failed()) return base::fail("the state cannot be read");
  return &decision_;
}

base::Result<const kernel::Decision*> Model::execute(const proto::Command& command, std::int64_t now_ms) {
  auto decided = decide(command, now_ms);
  if (!decided || (*decided)->entry.events_size() == 0) return decided;
  if (const auto applied = apply((*decided)->entry); !applied) return tl::unexpected(applied.error());
  return decided;
}

base::Result<void> Model::apply(std::string_view entry) {
  if (entry.empty()) return {};
  const Quiet quiet;
  const auto read = read_entry(entry, shard_);
  if (!read) return tl::unexpected(read.error());
  return apply(*read);
}

base::Result<void> Model::apply(const proto::Entry& entry) {
  state_->begin();
  if (!kernel::apply(*state_, entry) || state_->failed()) {
    state_->forget();  // what was applied of it
    return base::fail("the entry does not fit: it is not this shard's next one");
  }
  if (const auto written = store_->write(state_->changes()); !written) return tl::unexpected(written.error());
  // Nothing is ever lost here; but only what is synced does the memory disk keep in a compact form.
  if (const auto synced = store_->sync(); !synced) return tl::unexpected(synced.error());
  return {};
}

const kernel::StateView& Model::state() {
  state_->begin();
  return *state_;
}

}  // namespace buzzer::python
