// Small files that hold one fact each: tokens, keys, pids.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/status.h"

namespace buzzer::base {

// Reads a whole file of at most 64 KiB. Errors name the file.
[[nodiscard]] Result<std::string> read_small_file(const std::filesystem::path& path);

// Writes a file readable by its owner alone (mode 0600); it appears whole or not at all, replacing what was there.
[[nodiscard]] Result<void> write_private_file(const std::filesystem::path& path, std::string_view content);

// Likewise, but only if nothing is there yet; true if this call made it. Of several at once exactly one does.
[[nodiscard]] Result<bool> create_private_file(const std::filesystem::path& path, std::string_view content);

}  // namespace buzzer::base
