#include "node/store_tools/durable.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

namespace buzzer::store_tools {
namespace {

namespace fs = std::filesystem;

tl::unexpected<base::Error> failed(const char* what, const fs::path& path, const std::error_code& error) {
  return base::fail(std::string("cannot ") + what + ' ' + path.string() + ": " + error.message());
}

std::error_code last_error() { return {errno, std::generic_category()}; }

fs::path folder_of(const fs::path& path) { return path.has_parent_path() ? path.parent_path() : fs::path("."); }

}  // namespace

base::Result<void> sync_folder(const fs::path& folder) {
  const int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0) return failed("open", folder, last_error());
  const bool synced = ::fsync(opened) == 0;
  const std::error_code error = last_error();
  ::close(opened);
  if (!synced) return failed("sync", folder, error);
  return {};
}

base::Result<void> rename_durably(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (error) return failed("rename", from, error);
  return sync_folder(folder_of(to));
}

base::Result<void> remove_durably(const fs::path& path) {
  std::error_code error;
  fs::remove_all(path, error);
  if (error) return failed("remove", path, error);
  return sync_folder(folder_of(path));
}

base::Result<void> make_folder_durably(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return failed("make", folder, error);
  return sync_folder(folder_of(folder));
}

base::Result<void> write_file_durably(const fs::path& path, std::string_view content) {
  const fs::path scratch = scratch_of(path);
  const int opened = ::open(scratch.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (opened < 0) return failed("make", scratch, last_error());
  const bool written = ::write(opened, content.data(), content.size()) == static_cast<ssize_t>(content.size());
  const bool synced = written && ::fsync(opened) == 0;
  const std::error_code error = last_error();
  ::close(opened);
  if (!synced) return failed("write", scratch, error);
  return rename_durably(scratch, path);
}

fs::path scratch_of(const fs::path& path) { return path.string() + ".new"; }

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(path, ignored));
}

}  // namespace buzzer::store_tools
