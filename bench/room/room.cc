// Our room: a node alone.
#include <unistd.h>

#include <utility>

#include "bench/control_line.h"
#include "bench/core/work_folder.h"
#include "bench/gateway/bench_loop.h"
#include "bench/gateway/free_ports.h"
#include "bench/node_process.h"
#include "bench/room/line_server.h"

namespace buzzer::bench {
namespace {

constexpr int kMostQuestions = 3'000;  // 20 ms between two: a minute
constexpr ::useconds_t kBetweenQuestions = 20'000;

class Room final : public LineServer {
 public:
  explicit Room(std::string name)
      : LineServer(std::move(name), plain_tongue()), options_(options(folder_)), node_(node_program(), options_) {
    ControlLine control(options_.control_port);
    for (int i = 0; control.ask("alive") != "alive 0"; ++i) {
      if (i == kMostQuestions) give_up("the node does not serve");
      ::usleep(kBetweenQuestions);
    }
  }
  [[nodiscard]] pid_t pid() const override { return node_.pid(); }
  [[nodiscard]] std::uint16_t port() const override { return options_.room_port; }

 private:
  static node::NodeOptions options(const WorkFolder& folder) {
    node::NodeOptions options = node_options(folder.path(), 0, 1);
    const std::uint16_t first_port = free_ports(3);
    options.mesh_port = first_port;
    options.control_port = static_cast<std::uint16_t>(first_port + 1);
    options.room_port = static_cast<std::uint16_t>(first_port + 2);
    options.no_room = false;
    options.ephemeral = true;
    options.make_grid_key = true;
    options.log_level = base::LogLevel::kError;
    return options;
  }

  const WorkFolder folder_;
  const node::NodeOptions options_;
  const NodeProcess node_;
};

}  // namespace

std::unique_ptr<LineServer> start_room(std::string name) { return std::make_unique<Room>(std::move(name)); }

}  // namespace buzzer::bench
