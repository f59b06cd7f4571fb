#include "bench/room/child_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "base/check.h"
#include "bench/gateway/bench_loop.h"

namespace buzzer::bench {
namespace {

constexpr int kMostTries = 3'000;  // 20 ms between two: a minute
constexpr ::useconds_t kBetweenTries = 20'000;

bool takes_connections(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  BUZZER_CHECK(socket >= 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool connected = ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(socket);
  return connected;
}

}  // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& command, const std::filesystem::path& log) : log_(log) {
  std::vector<std::string> kept = command;
  std::vector<char*> arguments;
  arguments.reserve(kept.size() + 1);
  for (std::string& argument : kept) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  pid_ = ::fork();
  BUZZER_CHECK(pid_ >= 0);
  if (pid_ > 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (file >= 0) {
    ::dup2(file, STDOUT_FILENO);
    ::dup2(file, STDERR_FILENO);
  }
  ::closefrom(STDERR_FILENO + 1);
  ::execv(arguments[0], arguments.data());
  ::_exit(127);
}

ChildProcess::~ChildProcess() {
  ::kill(pid_, SIGTERM);
  ::waitpid(pid_, nullptr, 0);
}

void ChildProcess::await_listening(std::uint16_t port) const {
  for (int i = 0; i < kMostTries; ++i) {
    siginfo_t info{};
    if (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0) break;
    if (takes_connections(port)) return;
    ::usleep(kBetweenTries);
  }
  give_up("a server does not listen; " + std::filesystem::absolute(log_).string() + " may say why");
}

}  // namespace buzzer::bench
