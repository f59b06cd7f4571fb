// redis-server and nats-server, spoken to in their text protocols.
#include <cstdio>
#include <fstream>
#include <utility>
#include <vector>

#include "bench/core/work_folder.h"
#include "bench/gateway/free_ports.h"
#include "bench/room/child_process.h"
#include "bench/room/line_server.h"

namespace buzzer::bench {
namespace {

class Broker final : public LineServer {
 public:
  Broker(const std::string& name, Tongue tongue, const std::vector<std::string>& command, std::uint16_t port,
         std::unique_ptr<WorkFolder> folder)
      : LineServer(name, std::move(tongue)), folder_(std::move(folder)), port_(port), process_(command, name + ".log") {
    process_.await_listening(port);
  }
  [[nodiscard]] pid_t pid() const override { return process_.pid(); }
  [[nodiscard]] std::uint16_t port() const override { return port_; }

 private:
  std::unique_ptr<WorkFolder> folder_;
  const std::uint16_t port_;
  ChildProcess process_;
};

bool is_there(const std::filesystem::path& program) {
  if (std::filesystem::exists(program)) return true;
  std::fprintf(stderr, "%s is not there, and so not measured; scripts/bench_tools.sh gets it\n", program.c_str());
  return false;
}

std::string resp_string(const std::string& text) { return "$" + std::to_string(text.size()) + "\r\n" + text + "\r\n"; }

Tongue redis_tongue() {
  Tongue tongue;
  tongue.join = "SUBSCRIBE room\r\n";
  tongue.joined_lines = 6;  // *3 $9 subscribe $4 room :1
  tongue.reader_may_send = false;
  tongue.said = [](const std::string& line) {
    return "*3\r\n" + resp_string("PUBLISH") + resp_string("room") + resp_string(line);
  };
  tongue.heard = [](const std::string& line) {
    return "*3\r\n" + resp_string("message") + resp_string("room") + resp_string(line);
  };
  return tongue;
}

Tongue nats_tongue() {
  Tongue tongue;
  tongue.join = "CONNECT {\"verbose\":false}\r\nSUB room 1\r\nPING\r\n";
  tongue.joined_lines = 2;  // INFO, before it is asked, and PONG
  tongue.exact = false;     // it says PING once in a while
  tongue.said = [](const std::string& line) {
    return "PUB room " + std::to_string(line.size()) + "\r\n" + line + "\r\n";
  };
  tongue.heard = [](const std::string& line) {
    return "MSG room 1 " + std::to_string(line.size()) + "\r\n" + line + "\r\n";
  };
  return tongue;
}

}  // namespace

std::unique_ptr<LineServer> start_redis(const std::filesystem::path& tools) {
  const std::filesystem::path program = tools / "redis-server";
  if (!is_there(program)) return nullptr;
  auto folder = std::make_unique<WorkFolder>();
  const std::uint16_t port = free_ports(1);
  // Nothing on disk, and no client ended for what waits for it.
  const std::vector<std::string> command{
      program,  "--bind", "127.0.0.1",    "--port", std::to_string(port),           "--dir",       folder->path(),
      "--save", "",       "--appendonly", "no",     "--client-output-buffer-limit", "pubsub 0 0 0"};
  return std::make_unique<Broker>("redis-server", redis_tongue(), command, port, std::move(folder));
}

std::unique_ptr<LineServer> start_nats(const std::filesystem::path& tools) {
  const std::filesystem::path program = tools / "nats-server";
  if (!is_there(program)) return nullptr;
  auto folder = std::make_unique<WorkFolder>();
  const std::uint16_t port = free_ports(1);
  const std::filesystem::path config = folder->path() / "nats.conf";
  // As seldom as it can be that it wants to hear from clients: these only read.
  std::ofstream(config) << "listen: \"127.0.0.1:" << port << "\"\nping_interval: \"1h\"\n";
  return std::make_unique<Broker>("nats-server", nats_tongue(), std::vector<std::string>{program, "--config", config},
                                  port, std::move(folder));
}

Tongue plain_tongue() {
  Tongue tongue;
  tongue.said = tongue.heard = [](const std::string& line) { return line; };
  return tongue;
}

}  // namespace buzzer::bench
