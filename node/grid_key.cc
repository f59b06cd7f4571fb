#include "node/grid_key.h"

#include "base/file.h"
#include "base/secret.h"

namespace buzzer::node {

namespace fs = std::filesystem;

base::Result<linkmgr::GridKey> load_grid_key(const fs::path& path) {
  auto text = base::read_small_file(path);
  if (!text) return tl::unexpected(text.error());
  constexpr fs::perms kOthers = fs::perms::group_all | fs::perms::others_all;
  std::error_code error;
  if ((fs::status(path, error).permissions() & kOthers) != fs::perms::none) {
    return base::fail("others can read the grid key " + path.string() + ": chmod 600 it");
  }
  while (!text->empty() && (text->back() == '\n' || text->back() == '\r')) text->pop_back();
  linkmgr::GridKey key{};
  if (!base::from_hex(*text, key)) return base::fail(path.string() + " is not a grid key: 64 hexadecimal digits");
  return key;
}

base::Result<linkmgr::GridKey> load_or_make_grid_key(const fs::path& path, base::Random& random) {
  std::error_code error;
  if (!fs::exists(path, error)) {
    linkmgr::GridKey key{};
    random.fill(key);
    auto made = base::create_private_file(path, base::to_hex(key) + "\n");
    if (!made) return tl::unexpected(made.error());
  }
  return load_grid_key(path);
}

}  // namespace buzzer::node
