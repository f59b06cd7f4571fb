#include "bench/node_process.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <ctime>
#include <fstream>
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
  clockid_t clock = 0;
  timespec time{};
  BUZZER_CHECK(::clock_getcpuclockid(process, &clock) == 0);
  BUZZER_CHECK(::clock_gettime(clock, &time) == 0);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

double resident_bytes(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/statm");
  double size = 0;
  double resident = 0;
  file >> size >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

std::filesystem::path node_program() {
  return std::filesystem::canonical("/proc/self/exe").parent_path().parent_path() / "buzzer";
}

}  // namespace buzzer::bench
