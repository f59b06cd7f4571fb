// Changes of a folder that are on disk once they have returned: what a crash leaves has all earlier ones.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/status.h"

namespace buzzer::store_tools {

// Errors name the file and what the system says.
[[nodiscard]] base::Result<void> sync_folder(const std::filesystem::path& folder);
// Within one folder.
[[nodiscard]] base::Result<void> rename_durably(const std::filesystem::path& from, const std::filesystem::path& to);
// With all that is in it. What is not there is removed already.
[[nodiscard]] base::Result<void> remove_durably(const std::filesystem::path& path);
// Makes the folders that it is in, too, but of their names nothing is promised. What is there already stays.
[[nodiscard]] base::Result<void> make_folder_durably(const std::filesystem::path& folder);
// A few bytes, whole or not at all, replacing what was there; readable by its owner alone. One writer at a time: what
// is on its way is in scratch_of(path), always the same, so that a writer that was killed leaves no more than that one.
[[nodiscard]] base::Result<void> write_file_durably(const std::filesystem::path& path, std::string_view content);
[[nodiscard]] std::filesystem::path scratch_of(const std::filesystem::path& path);

// Also a symbolic link that leads nowhere.
[[nodiscard]] bool is_there(const std::filesystem::path& path);

}  // namespace buzzer::store_tools
