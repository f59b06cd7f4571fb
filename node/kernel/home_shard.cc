#include "node/kernel/home_shard.h"

#include <string>

#include <xxhash.h>

namespace buzzer::kernel {
namespace {

base::ShardId shard_of(std::string_view kind, std::string_view name) {
  thread_local std::string bytes;  // kept for its memory
  bytes.assign(kind).append(name);
  return base::ShardId(static_cast<std::uint8_t>(XXH64(bytes.data(), bytes.size(), 0) % base::kShardCount));
}

}  // namespace

base::ShardId shard_of_user(std::string_view name) { return shard_of("u/", name); }

base::ShardId shard_of_topic(std::string_view topic) { return shard_of("t/", topic); }

}  // namespace buzzer::kernel
