#include "node/store/killable_disk.h"

#include <chrono>

#include "base/random.h"
#include "node/store/faulty_file_system.h"
#include "node/store/unsynced_names.h"

namespace buzzer::store {
namespace {

constexpr std::chrono::milliseconds kLongestSync{8};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> make_killable_disk(const std::filesystem::path& folder, std::uint64_t seed) {
  base::SeededRandom random(seed);
  const auto bytes = std::make_shared<FaultyFileSystem>(rocksdb::FileSystem::Default());
  bytes->sync_slowly(kLongestSync, random.next());
  return std::make_shared<UnsyncedNames>(bytes, folder.parent_path() / "unsynced-names", random);
}

}  // namespace buzzer::store
