#include "base/file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
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

// A file's content on its way to its name: a scratch file, removed unless renamed. It lies beside the target, so that a
// rename or a link stays within one file system, under a name that no other process or thread has.
class Scratch {
 public:
  explicit Scratch(const std::filesystem::path& target) : name_(target.string() + ".new-XXXXXX") {}
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    if (made_) ::unlink(name_.c_str());
  }

  Result<void> fill(std::string_view content) {
    const Descriptor file(::mkostemp(name_.data(), O_CLOEXEC));  // mode 0600
    if (file.get() < 0) return fail_for(name_, "create", errno);
    made_ = true;
    while (!content.empty()) {
      const ssize_t written = ::write(file.get(), content.data(), content.size());
      if (written < 0) return fail_for(name_, "write", errno);
      content.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fsync(file.get()) != 0) return fail_for(name_, "sync", errno);
    return {};
  }

  [[nodiscard]] const char* name() const { return name_.c_str(); }
  void renamed() { made_ = false; }

 private:
  std::string name_;
  bool made_ = false;
};

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
  Scratch scratch(path);
  if (auto filled = scratch.fill(content); !filled) return filled;
  if (::rename(scratch.name(), path.c_str()) != 0) return fail_for(path, "write", errno);
  scratch.renamed();
  return {};
}

Result<bool> create_private_file(const std::filesystem::path& path, std::string_view content) {
  Scratch scratch(path);
  if (auto filled = scratch.fill(content); !filled) return tl::unexpected(filled.error());
  if (::link(scratch.name(), path.c_str()) == 0) return true;
  if (errno == EEXIST) return false;
  return fail_for(path, "create", errno);
}

}  // namespace buzzer::base
