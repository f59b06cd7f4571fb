#include "bench/node_process.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "base/check.h"

namespace buzzer::bench {

NodeProcess::NodeProcess(const std::filesystem::path& binary, const node::NodeOptions& options) {
  const std::filesystem::path config = options.run_folder / "node.conf";
  std::filesystem::create_directories(options.run_folder);
  std::ofstream(config) << node::to_config_text(options);
  pid_ = ::fork();
  BUZZER_CHECK(pid_ >= 0);
  if (pid_ > 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  ::execl(binary.c_str(), binary.c_str(), "node", "--config", config.c_str(), nullptr);
  ::_exit(127);
}

NodeProcess::~NodeProcess() {
  ::kill(pid_, SIGTERM);
  ::waitpid(pid_, nullptr, 0);
}

double cpu_seconds(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string line;
  std::getline(file, line);
  std::istringstream fields(line.substr(line.rfind(')') + 2));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double resident_bytes(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/statm");
  double size = 0;
  double resident = 0;
  file >> size >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

void await_listening(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  for (int i = 0; i < 1000; ++i) {
    const int probe = ::socket(AF_INET, SOCK_STREAM, 0);
    BUZZER_CHECK(probe >= 0);
    const bool listening = ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(probe);
    if (listening) return;
    ::usleep(10'000);
  }
  std::fprintf(stderr, "nobody listens on port %u\n", static_cast<unsigned>(port));
  std::exit(1);
}

std::filesystem::path node_program() {
  return std::filesystem::canonical("/proc/self/exe").parent_path().parent_path() / "buzzer";
}

}  // namespace buzzer::bench
