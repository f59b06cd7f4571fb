// The secret that the nodes of one grid share: 64 hexadecimal digits in a file that only its owner can read.
#pragma once

#include <filesystem>

#include "base/random.h"
#include "base/status.h"
#include "linkmgr/link_options.h"

namespace buzzer::node {

// Errors name the file: not there, readable by others, or not a key.
[[nodiscard]] base::Result<linkmgr::GridKey> load_grid_key(const std::filesystem::path& path);

// Likewise, but makes the file first if it is not there. Of several nodes that start at once exactly one makes it.
[[nodiscard]] base::Result<linkmgr::GridKey> load_or_make_grid_key(const std::filesystem::path& path,
                                                                   base::Random& random);

}  // namespace buzzer::node
