#include "node/store_tools/disk_space.h"

#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <system_error>

#include "node/grid/placement.h"
#include "node/store_tools/grid_stores.h"

namespace buzzer::store_tools {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMostLogBytes = 80UL << 20;  // about what RocksDB keeps of it before it writes tables
constexpr std::uint64_t kEachAtLeast = 1UL << 20;

struct Disk {
  fs::path somewhere;  // on it
  std::uint64_t needed = 0;
};

// The folder itself, or the nearest one above it that is there.
fs::path nearest_folder(fs::path folder) {
  std::error_code ignored;
  folder = fs::absolute(folder, ignored);
  while (!fs::exists(folder, ignored) && folder.has_relative_path()) folder = folder.parent_path();
  return folder;
}

std::string in_megabytes(std::uint64_t bytes) { return std::to_string((bytes + 999'999) / 1'000'000) + " MB"; }

}  // namespace

std::vector<std::uint64_t> needed_by_node(const std::vector<std::uint64_t>& present_bytes, std::uint32_t nodes) {
  const auto before = static_cast<std::uint32_t>(present_bytes.size());
  std::vector<std::uint64_t> shares(nodes);
  for (std::uint32_t number = 0; number < base::kShardCount; ++number) {
    const base::ShardId shard(static_cast<std::uint8_t>(number));
    const std::uint32_t from = grid::node_of_shard(shard, before).value();
    const std::uint32_t shards_there = (base::kShardCount - from + before - 1) / before;
    shares.at(grid::node_of_shard(shard, nodes).value()) += present_bytes.at(from) / shards_there;
  }
  for (std::uint64_t& share : shares) share = 2 * share + std::min(share, kMostLogBytes) + kEachAtLeast;
  return shares;
}

SpaceNeed space_to_reshard(const std::vector<fs::path>& present, const std::vector<fs::path>& coming) {
  std::vector<std::uint64_t> present_bytes;
  present_bytes.reserve(present.size());
  for (const fs::path& store : present) present_bytes.push_back(size_on_disk(store));
  const auto needed = needed_by_node(present_bytes, static_cast<std::uint32_t>(coming.size()));
  SpaceNeed need;
  std::map<std::uint64_t, Disk> disks;
  for (std::size_t node = 0; node < coming.size(); ++node) {
    need.bytes += needed[node];
    const fs::path folder = nearest_folder(coming[node]);
    struct stat where {};
    if (::stat(folder.c_str(), &where) != 0) continue;  // what cannot be looked at will say so when it is written to
    Disk& disk = disks[where.st_dev];
    disk.somewhere = folder;
    disk.needed += needed[node];
  }
  for (const auto& [device, disk] : disks) {
    std::error_code error;
    const fs::space_info space = fs::space(disk.somewhere, error);
    if (error || space.available >= disk.needed) continue;
    need.missing = "the disk that " + disk.somewhere.string() + " is on has " + in_megabytes(space.available) +
                   " free, and up to " + in_megabytes(disk.needed) +
                   " are needed while both the old and the new stores "
                   "are there: make space";
  }
  return need;
}

}  // namespace buzzer::store_tools
