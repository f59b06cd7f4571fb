#include "node/control_line.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "base/file.h"

namespace buzzer::node {
namespace {

namespace fs = std::filesystem;

std::string last_error() { return std::error_code(errno, std::generic_category()).message(); }

base::Result<std::string> read_line(const fs::path& path) {
  auto text = base::read_small_file(path);
  if (!text) return base::fail("no node has run in " + path.parent_path().string());
  return text->substr(0, text->find('\n'));
}

constexpr timeval kToOpen{2, 0};
constexpr timeval kToAnswer{600, 0};

void set_patience(int socket, const timeval& patience) {
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
}

base::Result<int> connect_to(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return base::fail("cannot make a socket: " + last_error());
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) return socket;
  const std::string why = last_error();
  ::close(socket);
  return base::fail("cannot reach its control port 127.0.0.1:" + std::to_string(port) + ": " + why);
}

}  // namespace

base::Result<ControlLine> ControlLine::open(const fs::path& run_folder) {
  const auto port_text = read_line(run_folder / "control-port");
  if (!port_text) return tl::unexpected(port_text.error());
  const auto token = read_line(run_folder / "token");
  if (!token) return tl::unexpected(token.error());
  std::uint16_t port = 0;
  const char* end = port_text->data() + port_text->size();
  const auto [stopped, error] = std::from_chars(port_text->data(), end, port);
  if (error != std::errc{} || stopped != end || port == 0) {
    return base::fail((run_folder / "control-port").string() + " names no port");
  }
  const auto socket = connect_to(port);
  if (!socket) return tl::unexpected(socket.error());
  set_patience(*socket, kToOpen);
  ControlLine line{File(::fdopen(*socket, "r"))};
  const auto opened = line.ask("auth " + *token);
  if (!opened) return tl::unexpected(opened.error());
  if (*opened != "ok") return base::fail("another node than that of " + run_folder.string() + " has its control port");
  set_patience(*socket, kToAnswer);
  return line;
}

base::Result<std::string> ControlLine::ask(const std::string& command) {
  const std::string line_out = command + '\n';
  for (std::size_t sent = 0; sent < line_out.size();) {
    const ssize_t more = ::send(::fileno(stream_.get()), &line_out[sent], line_out.size() - sent, MSG_NOSIGNAL);
    if (more < 0) return base::fail("the node does not listen any more: " + last_error());
    sent += static_cast<std::size_t>(more);
  }
  char* line = nullptr;
  errno = 0;
  std::size_t room = 0;
  const ssize_t size = ::getline(&line, &room, stream_.get());
  const std::unique_ptr<char, decltype(&std::free)> owned(line, &std::free);
  if (size <= 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return base::fail("the node does not answer");
  if (size <= 0 || line[size - 1] != '\n') return base::fail("the node has ended before it answered");
  return std::string(line, static_cast<std::size_t>(size) - 1);
}

}  // namespace buzzer::node
