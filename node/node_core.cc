#include "node/node_core.h"

#include <utility>

#include "node/journal/inline_keeper.h"
#include "node/journal/sync_thread.h"
#include "node/store/killable_disk.h"
#include "node/store/memory_store.h"
#include "node/store/rocksdb_store.h"

namespace buzzer::node {
namespace {

store::GridIdentity identity(const NodeOptions& options) {
  return {options.grid, base::NodeId(options.id), options.grid_size};
}

std::unique_ptr<journal::StoreKeeper> make_keeper(const NodeOptions& options, base::EventLoop& loop, base::Log& log,
                                                  store::MemoryDisk& memory) {
  if (options.ephemeral) {
    const auto open = [&memory, options = store::MemoryStoreOptions{identity(options)}] {
      return store::MemoryStore::open(options, memory);
    };
    return std::make_unique<journal::InlineKeeper>(loop, open, [] { return base::Duration::zero(); });
  }
  store::RocksDbStoreOptions on_disk;
  on_disk.folder = options.run_folder / "store";
  on_disk.identity = identity(options);
  on_disk.log = &log;
  if (options.lose_unsynced != 0) {
    log.warn("store", "a kill loses what was not synced: for tests alone");
    on_disk.file_system = store::make_killable_disk(on_disk.folder, options.lose_unsynced);
  }
  return std::make_unique<journal::SyncThread>(loop, [on_disk] { return store::open_rocksdb_store(on_disk); });
}

}  // namespace

NodeCore::NodeCore(const NodeOptions& options, base::EventLoop& loop, base::Random& random, base::Log& log,
                   TellMesh tell_mesh, RefusedCallback refused)
    : tell_mesh_(std::move(tell_mesh)),
      mesh_carries_microblog_(options.link_format == linkmgr::LinkFormat::kBuzzer),
      keeper_(make_keeper(options, loop, log, memory_)),
      microblog_({base::NodeId(options.id), options.grid_size, {}}, {*keeper_, loop, random, log, *this},
                 std::move(refused)) {}

NodeCore::~NodeCore() = default;

CoreStatus NodeCore::status() const {
  const grid::LocalHomes& homes = microblog_.homes();
  return {homes.open(), homes.shards(), homes.serving(), microblog_.router().under_way()};
}

bool NodeCore::send_to(base::NodeId peer, proto::EncodedFrame frame) {
  const std::size_t weight = frame->size();
  return tell_mesh_(SendTo{peer, std::move(frame)}, weight);
}

}  // namespace buzzer::node
