#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace buzzer::base {
namespace {

constexpr std::size_t kSmallFileLimit = 64UL * 1024;

tl::unexpected<Error> fail_for(const std::filesystem::path& path, const char* what, int error) {
  return fail(std::string("cannot ") + what + ' ' + path.string() + ": " +
              std::error_code(error, std::generic_category()).message());
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

// Beside the target, so that a rename or a link stays within one file system; the pid keeps processes apart.
std::filesystem::path scratch_for(const std::filesystem::path& path) {
  return path.string() + ".new-" + std::to_string(::getpid());
}

Result<void> write_new(const std::filesystem::path& path, std::string_view content) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (file.get() < 0) return fail_for(path, "create", errno);
  while (!content.empty()) {
    const ssize_t written = ::write(file.get(), content.data(), content.size());
    if (written < 0) return fail_for(path, "write", errno);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(file.get()) != 0) return fail_for(path, "sync", errno);
  return {};
}

}  // namespace

Result<std::string> read_small_file(const std::filesystem::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return fail_for(path, "open", errno);
  std::string content;
  std::array<char, 4096> chunk{};
  while (true) {
    const ssize_t size = ::read(file.get(), chunk.data(), chunk.size());
    if (size < 0) return fail_for(path, "read", errno);
    if (size == 0) return content;
    content.append(chunk.data(), static_cast<std::size_t>(size));
    if (content.size() > kSmallFileLimit) return fail(path.string() + " is larger than 65536 bytes");
  }
}

Result<void> write_private_file(const std::filesystem::path& path, std::string_view content) {
  const auto scratch = scratch_for(path);
  if (auto written = write_new(scratch, content); !written) return written;
  if (::rename(scratch.c_str(), path.c_str()) != 0) return fail_for(path, "write", errno);
  return {};
}

Result<bool> create_private_file(const std::filesystem::path& path, std::string_view content) {
  const auto scratch = scratch_for(path);
  if (auto written = write_new(scratch, content); !written) return tl::unexpected(written.error());
  const int linked = ::link(scratch.c_str(), path.c_str());
  const int error = errno;
  ::unlink(scratch.c_str());
  if (linked == 0) return true;
  if (error == EEXIST) return false;
  return fail_for(path, "create", error);
}

}  // namespace buzzer::base
