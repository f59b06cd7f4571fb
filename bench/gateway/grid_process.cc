#include "bench/gateway/grid_process.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string_view>

#include "base/check.h"
#include "bench/gateway/bench_loop.h"
#include "bench/gateway/free_ports.h"

namespace buzzer::bench {
namespace {

constexpr int kMostQuestions = 6'000;  // 50 ms between two: five minutes
constexpr ::useconds_t kBetweenQuestions = 50'000;

// What the control port answers, a line; empty if nobody does.
std::string ask_control(std::uint16_t port, std::string_view question) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  BUZZER_CHECK(descriptor >= 0);
  const timeval patience{1, 0};
  ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string line;
  if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      ::send(descriptor, question.data(), question.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(question.size())) {
    char byte = 0;
    while (::recv(descriptor, &byte, 1, 0) == 1 && byte != '\n') line += byte;
  }
  ::close(descriptor);
  return line;
}

bool has_ended(pid_t process) {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(process), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0;
}

// The control port opens when clients are served already.
void await_all(const NodeProcess& node, std::uint16_t control_port, const std::string& all) {
  for (int i = 0; i < kMostQuestions; ++i) {
    if (has_ended(node.pid())) give_up("a node has ended by itself");
    if (ask_control(control_port, "alive\n") == all) return;
    ::usleep(kBetweenQuestions);
  }
  give_up("a node does not see all the others");
}

// Of one thread: its name, and the seconds that it has used.
std::pair<std::string, double> thread_cpu(const std::filesystem::path& thread) {
  std::ifstream file(thread / "stat");
  std::string line;
  std::getline(file, line);
  const std::size_t begin = line.find('(');
  const std::size_t end = line.rfind(')');
  if (begin == std::string::npos || end == std::string::npos) return {};  // it has ended meanwhile
  std::istringstream fields(line.substr(end + 2));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return {line.substr(begin + 1, end - begin - 1), (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK))};
}

}  // namespace

std::map<std::string, double> GridCpu::spread(double count) const {
  return {{"core", core / count}, {"gateway", gateway / count}, {"other threads", (total - core - gateway) / count}};
}

GridProcess::GridProcess(std::uint32_t nodes) {
  constexpr std::size_t kPortsEach = 3;
  const std::uint16_t first_port = free_ports(nodes * kPortsEach);
  const auto port = [&](std::size_t id, std::size_t which) {
    return static_cast<std::uint16_t>(first_port + id * kPortsEach + which);
  };
  std::string all = "alive ";
  for (std::uint32_t id = 0; id < nodes; ++id) {
    node::NodeOptions options = node_options(folder_.path(), id, nodes);
    options.mesh_port = port(id, 0);
    options.control_port = port(id, 1);
    options.client_port = port(id, 2);
    options.peers.clear();
    for (std::uint32_t peer = 0; peer < nodes; ++peer) {
      if (peer != id) options.peers.push_back(std::to_string(peer) + "=127.0.0.1:" + std::to_string(port(peer, 0)));
    }
    options.make_grid_key = true;
    options.no_clients = false;
    options.cheap_passwords = true;
    options.log_level = base::LogLevel::kError;
    nodes_.push_back(std::make_unique<NodeProcess>(node_program(), options));
    client_ports_.push_back(options.client_port);
    stores_.push_back(options.run_folder / "store");
    // The first makes the key of the grid.
    if (id == 0) await_all(*nodes_[0], port(0, 1), "alive 0");
    all += (id == 0 ? "" : ",") + std::to_string(id);
  }
  for (std::size_t id = 0; id < nodes; ++id) await_all(*nodes_[id], port(id, 1), all);
}

GridCpu GridProcess::cpu() const {
  GridCpu cpu;
  for (const auto& node : nodes_) {
    cpu.total += cpu_seconds(node->pid());
    const std::filesystem::path threads = "/proc/" + std::to_string(node->pid()) + "/task";
    for (const auto& thread : std::filesystem::directory_iterator(threads)) {
      const auto [name, seconds] = thread_cpu(thread.path());
      if (name == "worker-0") {
        cpu.core += seconds;
      } else if (name.rfind("worker-", 0) == 0) {
        cpu.gateway += seconds;
      }
    }
  }
  return cpu;
}

double GridProcess::resident() const {
  double bytes = 0;
  for (const auto& node : nodes_) bytes += resident_bytes(node->pid());
  return bytes;
}

double GridProcess::log_bytes() const {
  std::uintmax_t bytes = 0;
  for (const std::filesystem::path& store : stores_) {
    for (const auto& entry : std::filesystem::directory_iterator(store / "db")) {
      if (entry.path().extension() == ".log") bytes += entry.file_size();
    }
  }
  return static_cast<double>(bytes);
}

}  // namespace buzzer::bench
