#include "bench/core/lone_node.h"

#include <cstdlib>
#include <iostream>

#include "base/check.h"
#include "node/store/rocksdb_store.h"

namespace buzzer::bench {
namespace {

constexpr base::Duration kLookEvery = std::chrono::milliseconds(4);

journal::StoreOpener opener(const node::NodeOptions& options, base::Log& log) {
  store::RocksDbStoreOptions on_disk;
  on_disk.folder = options.run_folder / "store";
  on_disk.identity = {options.grid, base::NodeId(options.id), options.grid_size};
  on_disk.log = &log;
  return [on_disk] { return store::open_rocksdb_store(on_disk); };
}

}  // namespace

LoneNode::LoneNode(const node::NodeOptions& options)
    : log_(base::make_stderr_log(base::NodeId(options.id), base::LogLevel::kWarn, base::LogFormat::kText)),
      keeper_(worker_.loop(), opener(options, *log_)),
      microblog_({base::NodeId(options.id), options.grid_size, {}}, {keeper_, worker_.loop(), random_, *log_, *this},
                 [](const store::OpenError& error) {
                   std::cerr << error.message << '\n';
                   std::abort();
                 }) {
  BUZZER_CHECK(options.grid_size == 1);
}

LoneNode::~LoneNode() { worker_.stop(); }

void LoneNode::start() {
  worker_.start();
  await([this](std::function<void()> done) { microblog_.start(std::move(done)); });
  BUZZER_CHECK(microblog_.homes().serving() == microblog_.homes().shards());
}

base::MonotonicTime LoneNode::settle() {
  base::MonotonicTime settled;
  await([&](const std::function<void()>& done) {
    look([this] { return is_settled(); },
         [&, done] {
           settled = loop().now();
           done();
         });
  });
  return settled;
}

void LoneNode::rest() {
  await([&](const std::function<void()>& done) { look([this] { return is_settled() && is_resting(); }, done); });
}

bool LoneNode::is_resting() const {
  bool resting = true;
  microblog_.homes().for_each_own([&](base::ShardId from) {
    const shard::Shard* shard = microblog_.homes().serving_shard(from);
    BUZZER_CHECK(shard != nullptr);
    for (const base::ShardId to : shard->streams()) {
      const kernel::Span rows = shard->rows(to);
      if (rows.first < rows.last) resting = false;  // the last one stays
    }
  });
  return resting;
}

void LoneNode::look(const std::function<bool()>& is_so, const std::function<void()>& callback) {
  if (is_so()) return callback();
  look_again_ = loop().call_after(kLookEvery, [this, is_so, callback] { look(is_so, callback); });
}

}  // namespace buzzer::bench
