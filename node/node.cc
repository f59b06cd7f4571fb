#include "node/node.h"

#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/asio_transport.h"
#include "base/inbox.h"
#include "base/log.h"
#include "base/random.h"
#include "node/control/control_server.h"
#include "node/grid_key.h"
#include "node/mesh_thread.h"
#include "node/node_control.h"
#include "node/node_core.h"
#include "node/run_folder.h"
#include "node/worker.h"

namespace buzzer::node {
namespace {

constexpr const char* kComponent = "node";
// A peer that is frozen does not answer; an orderly stop takes less than a second all the same.
constexpr auto kMostDraining = std::chrono::milliseconds(500);

sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

// The soft limit is often 1,024, far below what the machine allows; each connection takes one.
void allow_all_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  static_cast<void>(::setrlimit(RLIMIT_NOFILE, &limit));
}

class WorkerHealth final : public linkmgr::HealthSource {
 public:
  WorkerHealth(const Worker& worker, const NodeCore& core) : worker_(worker), core_(core) {}
  [[nodiscard]] std::vector<std::chrono::milliseconds> worker_idle() const override { return {worker_.idle()}; }
  [[nodiscard]] bool journal_reachable() const override { return core_.store_open(); }

 private:
  const Worker& worker_;
  const NodeCore& core_;
};

// The threads and what lives on them. Members are destroyed last to first, after stop() has ended the threads, so that
// nothing is touched by two of them.
class Node {
 public:
  Node(const NodeOptions& options, const linkmgr::GridKey& key, const std::string& token, base::Random& random,
       base::Log& log)
      : reports_("worker-0", {},
                 [this] {
                   worker_.loop().post(
                       [this] { reports_.drain([this](MeshReport&& report) { control_.take(std::move(report)); }); });
                 }),
        core_(options, worker_.loop(), random, log, tell_mesh(),
              [this](const store::OpenError& error) {
                {
                  const std::lock_guard lock(refusal_mutex_);
                  refusal_ = error.message;
                }
                ask_to_stop();
              }),
        health_(worker_, core_),
        transport_(worker_.loop()),
        control_(options, core_, worker_.loop(), random, log, tell_mesh(), ask_to_stop),
        server_({options.control_port, token}, transport_, control_),
        mesh_(link_options(options, key), random, log, health_, reports_) {
    control_.set_refused_reports([this] { return reports_.refused(); });
  }
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;
  ~Node() { stop(); }

  // Waits for the store first: who reaches this node finds it ready.
  [[nodiscard]] base::Result<void> start() {
    worker_.start();
    await_on_worker<void>([this](const auto& settled) { core_.start([settled] { settled->set_value(); }); });
    if (auto refused = refusal()) return base::fail(*std::move(refused));
    auto listening =
        await_on_worker<base::Result<void>>([this](const auto& started) { started->set_value(server_.start()); });
    if (!listening) return listening;
    return mesh_.start();
  }

  // Why this node's store must not be served, once that has shown itself. Any thread.
  [[nodiscard]] std::optional<std::string> refusal() {
    const std::lock_guard lock(refusal_mutex_);
    return refusal_;
  }

  // Waits, for a moment at most, until what was broadcast here has arrived at the other nodes.
  void drain() {
    auto arrived = std::make_shared<std::promise<void>>();
    auto done = arrived->get_future();
    worker_.loop().post([this, arrived] { control_.mark([arrived](const auto&) { arrived->set_value(); }); });
    done.wait_for(kMostDraining);
  }

  void stop() {
    mesh_.stop();
    worker_.stop();
  }

 private:
  // The main thread waits for this signal; see run_node.
  static void ask_to_stop() { ::kill(::getpid(), SIGTERM); }

  // Calls `begin` on the worker, with the promise that ends the wait.
  template <class Value, class Begin>
  Value await_on_worker(Begin begin) {
    auto promise = std::make_shared<std::promise<Value>>();
    auto future = promise->get_future();
    worker_.loop().post([begin, promise] { begin(promise); });
    return future.get();
  }

  [[nodiscard]] TellMesh tell_mesh() {
    return [this](MeshMessage message, std::size_t weight) { return mesh_.tell(std::move(message), weight); };
  }

  Worker worker_{"worker-0"};
  base::Inbox<MeshReport> reports_;
  std::mutex refusal_mutex_;
  std::optional<std::string> refusal_;
  NodeCore core_;
  WorkerHealth health_;
  base::AsioTransport transport_;
  NodeControl control_;
  control::ControlServer server_;
  MeshThread mesh_;
};

int fail_with(base::Log& log, const base::Error& error) {
  log.error(kComponent, error.message);
  return 1;
}

}  // namespace

int run_node(const NodeOptions& options) {
  // Before any thread starts, so that all inherit it: the signals are taken by sigwait below and nowhere else.
  const sigset_t signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);  // a log that nobody reads any more is no reason to stop

  allow_all_descriptors();
  const auto log = base::make_stderr_log(base::NodeId(options.id), options.log_level, options.log_format);
  base::SystemRandom random;
  auto folder = RunFolder::claim(options.run_folder, random);
  if (!folder) return fail_with(*log, folder.error());
  const auto key = options.make_grid_key ? load_or_make_grid_key(options.grid_key_file, random)
                                         : load_grid_key(options.grid_key_file);
  if (!key) return fail_with(*log, key.error());

  Node node(options, *key, folder->token(), random, *log);
  if (auto started = node.start(); !started) return fail_with(*log, started.error());
  log->info(kComponent, "started",
            {{"version", BUZZER_VERSION},
             {"grid", options.grid},
             {"grid_size", options.grid_size},
             {"mesh_port", options.mesh_port},
             {"control_port", options.control_port}});
  int signal = 0;
  sigwait(&signals, &signal);
  log->info(kComponent, "stopping", {{"signal", signal}});
  node.drain();
  node.stop();
  if (const auto refused = node.refusal()) return fail_with(*log, base::Error{*refused});
  log->info(kComponent, "stopped");
  return 0;
}

}  // namespace buzzer::node
