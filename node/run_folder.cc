#include "node/run_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/file.h"
#include "base/secret.h"

namespace buzzer::node {
namespace {

namespace fs = std::filesystem;

// When this process started, in clock ticks since the machine did: with the pid it names a process for good
// (field 22 of /proc/<pid>/stat, see proc(5)).
base::Result<std::string> own_start_time() {
  auto stat = base::read_small_file("/proc/self/stat");
  if (!stat) return stat;
  // The second field, the command's name, may hold anything but ends with the last ')'.
  std::size_t at = stat->rfind(')');
  constexpr int kFieldsAfterName = 20;
  for (int field = 0; field < kFieldsAfterName && at != std::string::npos; ++field) at = stat->find(' ', at + 1);
  if (at == std::string::npos) return base::fail("cannot understand /proc/self/stat");
  return stat->substr(at + 1, stat->find(' ', at + 1) - at - 1);
}

base::Result<void> fill_pid_file(int file) {
  const auto started = own_start_time();
  if (!started) return tl::unexpected(started.error());
  const std::string text = std::to_string(::getpid()) + ' ' + *started + '\n';
  if (::ftruncate(file, 0) != 0 || ::pwrite(file, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
    return base::fail("cannot write the pid file: " + std::error_code(errno, std::generic_category()).message());
  }
  return {};
}

// Opens the pid file and locks it; -1 if another process holds it.
base::Result<int> open_locked(const fs::path& path) {
  while (true) {
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH);
    if (file < 0) {
      return base::fail("cannot open " + path.string() + ": " +
                        std::error_code(errno, std::generic_category()).message());
    }
    if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
      ::close(file);
      return -1;
    }
    // Its holder may have removed it between the two calls; then what is locked here is no longer the pid file.
    struct stat locked {};
    struct stat named {};
    if (::fstat(file, &locked) == 0 && ::stat(path.c_str(), &named) == 0 && locked.st_ino == named.st_ino) return file;
    ::close(file);
  }
}

}  // namespace

base::Result<RunFolder> RunFolder::hold(fs::path folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return base::fail("cannot make the run folder " + folder.string() + ": " + error.message());
  const fs::path pid_file = folder / "pid";
  auto opened = open_locked(pid_file);
  if (!opened) return tl::unexpected(opened.error());
  const int lock = *opened;
  if (lock < 0) {
    const auto holder = base::read_small_file(pid_file);
    return base::fail("the run folder " + folder.string() + " is in use by process " +
                      (holder ? holder->substr(0, holder->find(' ')) : std::string("?")));
  }
  RunFolder held(std::move(folder), lock);
  if (auto filled = fill_pid_file(lock); !filled) return tl::unexpected(filled.error());
  return held;
}

base::Result<RunFolder> RunFolder::claim(fs::path folder, std::uint16_t control_port, base::Random& random) {
  auto claimed = hold(std::move(folder));
  if (!claimed) return claimed;
  std::array<std::uint8_t, 32> secret{};
  random.fill(secret);
  claimed->token_ = base::to_hex(secret);
  if (auto written = base::write_private_file(claimed->folder_ / "token", claimed->token_ + "\n"); !written) {
    return tl::unexpected(written.error());
  }
  if (auto written = base::write_private_file(claimed->folder_ / "control-port", std::to_string(control_port) + "\n");
      !written) {
    return tl::unexpected(written.error());
  }
  return claimed;
}

RunFolder::RunFolder(fs::path folder, int lock) : folder_(std::move(folder)), lock_(lock) {}

RunFolder::RunFolder(RunFolder&& other) noexcept
    : folder_(std::move(other.folder_)), lock_(std::exchange(other.lock_, -1)), token_(std::move(other.token_)) {}

RunFolder::~RunFolder() { let_go(); }

void RunFolder::let_go() {
  if (lock_ < 0) return;
  std::error_code ignored;
  fs::remove(folder_ / "pid", ignored);
  ::close(std::exchange(lock_, -1));
}

}  // namespace buzzer::node
