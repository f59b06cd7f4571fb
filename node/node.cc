#include "node/node.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/asio_transport.h"
#include "base/descriptors.h"
#include "base/inbox.h"
#include "base/log.h"
#include "base/random.h"
#include "node/control/control_server.h"
#include "node/exit_codes.h"
#include "node/gateway/gateway.h"
#include "node/grid_key.h"
#include "node/mesh_thread.h"
#include "node/node_control.h"
#include "node/node_core.h"
#include "node/room_thread.h"
#include "node/run_folder.h"
#include "node/stopping.h"
#include "node/store_tools/reshard_journal.h"
#include "node/worker.h"

namespace buzzer::node {
namespace {

constexpr const char* kComponent = "node";
// A peer that is frozen does not answer; an orderly stop takes less than a second all the same.
constexpr auto kMostDraining = std::chrono::milliseconds(500);
// Closing a store waits for the disk. One that has not answered for so long may never do so.
constexpr auto kMostStopping = std::chrono::seconds(5);
// For lines of the room half of it: as many as come while the worker's thread has to wait for a core.
constexpr base::InboxLimits kMostReports{131'072, 64UL << 20};
// What clients and masters ask must not wait behind all that other nodes have sent.
constexpr std::size_t kMostReportsAtOnce = 512;
constexpr auto kLookForSignalEvery = std::chrono::milliseconds(100);

// Sessions have threads of their own beside that of the shards, and leave the others a core.
std::size_t gateway_worker_count() {
  constexpr std::size_t kMost = 8;
  const std::size_t cores = std::thread::hardware_concurrency();
  return std::clamp<std::size_t>(cores, 2, kMost + 1) - 1;
}

gateway::GatewayOptions gateway_options(const NodeOptions& options) {
  gateway::GatewayOptions gateway;
  gateway.worker.self = base::NodeId(options.id);
  gateway.worker.nodes = options.grid_size;
  gateway.worker.json.grid_is_public = options.public_grid;
  gateway.urls = client_urls(options);
  gateway.front.http.endpoint = {"127.0.0.1", options.client_port};
  gateway.front.http.host_names = options.host_names;
  gateway.front.static_root = options.static_root;
  gateway.front.web_root = options.web_root;
  gateway.front.echo = options.echo;
  if (options.cheap_passwords) gateway.passwords.cost = {8, 1};
  return gateway;
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
      : reports_("worker-0", kMostReports, [this] { worker_.loop().post([this] { take_reports(); }); }),
        core_(options, worker_.loop(), random, log, tell_mesh(),
              [this](const store::OpenError& error) {
                {
                  const std::lock_guard lock(refusal_mutex_);
                  refusal_ = error.message;
                }
                StopSignals::send();
              }),
        health_(worker_, core_),
        transport_(worker_.loop()),
        control_(options, core_, worker_.loop(), random, log, tell_mesh(), StopSignals::send),
        server_({options.control_port, token}, transport_, control_),
        mesh_(link_options(options, key), random, log, health_, reports_) {
    control_.set_refused_reports([this] { return reports_.refused(); });
    if (!options.no_clients) make_gateway(options, log);
    if (!options.no_room) make_room(options, log);
  }
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;
  ~Node() { stop(); }

  // Before start(): who reaches this node finds its store ready. False when a stop signal came first; the disk may hang
  // then, and so would destroying this node.
  [[nodiscard]] base::Result<bool> open_store(const StopSignals& signals) {
    worker_.start();
    const auto settled =
        begin_on_worker<void>([this](const auto& promise) { core_.start([promise] { promise->set_value(); }); });
    while (settled.wait_for(kLookForSignalEvery) != std::future_status::ready) {
      if (signals.take() && !refusal()) return false;  // a refusal sends one itself, and is about to be settled
    }
    if (auto refused = refusal()) return base::fail(*std::move(refused));
    return true;
  }

  [[nodiscard]] base::Result<void> start() {
    // Clients first: who asks on the control port whether the node is there can go on to its other ports.
    if (auto serving = start_gateway(); !serving) return serving;
    if (room_ != nullptr) {
      if (auto serving = room_->start(); !serving) return serving;
    }
    auto listening =
        begin_on_worker<base::Result<void>>([this](const auto& promise) { promise->set_value(server_.start()); });
    if (auto result = listening.get(); !result) return result;
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
    if (room_ != nullptr) room_->stop();
    for (const auto& worker : gateway_workers_) worker->stop();
    worker_.stop();
  }

  // Clients go to other nodes.
  void let_clients_go() {
    if (room_ != nullptr) room_->let_clients_go();
    if (!gateway_starts_) return;
    begin_on<void>(*gateway_workers_.front(), [this](const auto& promise) {
      gateway_->stop();
      promise->set_value();
    }).wait();
  }

 private:
  void take_reports() {
    if (reports_.drain_some(kMostReportsAtOnce, [this](MeshReport&& report) { control_.take(std::move(report)); })) {
      worker_.loop().post([this] { take_reports(); });
    }
  }

  // Calls `begin` on that worker, with the promise of the future that is returned.
  template <class Value, class Begin>
  std::future<Value> begin_on(Worker& worker, Begin begin) {
    auto promise = std::make_shared<std::promise<Value>>();
    auto future = promise->get_future();
    worker.loop().post([begin, promise] { begin(promise); });
    return future;
  }
  template <class Value, class Begin>
  std::future<Value> begin_on_worker(Begin begin) {
    return begin_on<Value>(worker_, begin);
  }

  void make_gateway(const NodeOptions& options, base::Log& log) {
    std::vector<base::AsioEventLoop*> loops;
    for (std::size_t i = 1; i <= gateway_worker_count(); ++i) {
      gateway_workers_.push_back(std::make_unique<Worker>("worker-" + std::to_string(i)));
      loops.push_back(&gateway_workers_.back()->loop());
    }
    if (options.cheap_passwords) log.warn(kComponent, "passwords are stored cheaply: for tests alone");
    if (options.echo) log.warn(kComponent, "/echo says back to anybody what it is told: for tests alone");
    const gateway::GatewayCore core{worker_.loop(), core_.router(), core_.subscriptions(), control_};
    gateway_ = std::make_unique<gateway::Gateway>(gateway_options(options), loops, core,
                                                  [this] { return core_.store_open(); });
  }

  void make_room(const NodeOptions& options, base::Log& log) {
    room::RoomServerOptions room;
    room.port = options.room_port;
    room_ = std::make_unique<RoomThread>(
        room, worker_.loop(), log, [this](std::string_view line) { control_.take_client_line(line); },
        [this] { return mesh_.is_busy(); }, mesh_.backlogs());
    control_.set_room_clients(*room_);
  }

  [[nodiscard]] base::Result<void> start_gateway() {
    if (gateway_ == nullptr) return {};
    for (const auto& worker : gateway_workers_) worker->start();
    gateway_starts_ = true;
    return begin_on<base::Result<void>>(*gateway_workers_.front(),
                                        [this](const auto& promise) { promise->set_value(gateway_->start()); })
        .get();
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
  std::vector<std::unique_ptr<Worker>> gateway_workers_;
  std::unique_ptr<gateway::Gateway> gateway_;
  bool gateway_starts_ = false;  // its threads run
  std::unique_ptr<RoomThread> room_;
  MeshThread mesh_;
};

// A grid whose reshard is not finished has some of its stores in their old and some in their new places: none of them
// must be served. Whoever holds the folder keeps a reshard from beginning.
base::Result<RunFolder> claim_run_folder(const NodeOptions& options, base::Random& random) {
  if (options.ephemeral) return RunFolder::claim(options.run_folder, options.control_port, random);
  if (auto why = store_tools::unfinished_reshard(options.run_folder)) return base::fail(*std::move(why));
  auto folder = RunFolder::claim(options.run_folder, options.control_port, random);
  if (!folder) return folder;
  if (auto why = store_tools::unfinished_reshard(options.run_folder)) return base::fail(*std::move(why));
  return folder;
}

int fail_with(base::Log& log, const base::Error& error) {
  log.error(kComponent, error.message);
  return kExitWrong;
}

// Ends the process although a thread of it waits for the disk, perhaps for good: such a thread cannot be joined, and
// what it uses cannot be destroyed. To the store this is a crash, which it survives: what was acknowledged is durable.
[[noreturn]] void leave_at_once(int exit_code, RunFolder& folder, base::Log& log) {
  folder.let_go();
  log.finish();
  std::_Exit(exit_code);
}

// From the opened store until a signal. Returns the exit code.
int serve(Node& node, const NodeOptions& options, const StopSignals& signals, base::Log& log) {
  if (auto started = node.start(); !started) return fail_with(log, started.error());
  log.info(kComponent, "started",
           {{"version", BUZZER_VERSION},
            {"grid", options.grid},
            {"grid_size", options.grid_size},
            {"mesh_port", options.mesh_port},
            {"control_port", options.control_port},
            {"client_port", options.no_clients ? 0 : options.client_port},
            {"room_port", options.no_room ? 0 : options.room_port}});
  const int signal = signals.wait();
  log.info(kComponent, "stopping", {{"signal", signal}});
  return 0;
}

}  // namespace

int run_node(const NodeOptions& options) {
  const StopSignals signals;      // before any thread starts
  std::signal(SIGPIPE, SIG_IGN);  // a log that nobody reads any more is no reason to stop
  std::signal(SIGXFSZ, SIG_IGN);  // nor is a file that reaches `ulimit -f`: writing fails then as on a full disk

  base::allow_all_descriptors();
  const auto log = base::make_stderr_log(base::NodeId(options.id), options.log_level, options.log_format);
  base::SystemRandom random;
  auto folder = claim_run_folder(options, random);
  if (!folder) return fail_with(*log, folder.error());
  const auto key = options.make_grid_key ? load_or_make_grid_key(options.grid_key_file, random)
                                         : load_grid_key(options.grid_key_file);
  if (!key) return fail_with(*log, key.error());

  auto node = std::make_unique<Node>(options, *key, folder->token(), random, *log);
  log->info(kComponent, "opening the store");
  const auto opened = node->open_store(signals);
  if (!opened) return fail_with(*log, opened.error());
  if (!*opened) {
    log->info(kComponent, "stopping before the store was open");
    leave_at_once(0, *folder, *log);
  }
  const int exit_code = serve(*node, options, signals, *log);

  const StopDeadline deadline(kMostStopping, [&] {
    log->error(kComponent,
               "a thread, perhaps one that waits for the disk, does not end; leaving without closing the store");
    leave_at_once(kExitWrong, *folder, *log);
  });
  node->let_clients_go();
  if (exit_code == 0) node->drain();
  node->stop();
  const auto refused = node->refusal();
  node.reset();
  if (refused) return fail_with(*log, base::Error{*refused});
  if (exit_code == 0) log->info(kComponent, "stopped");
  return exit_code;
}

}  // namespace buzzer::node
