#include "bench/core/bench_node.h"

#include <future>
#include <iostream>

#include "base/check.h"
#include "base/overloaded.h"
#include "node/grid/placement.h"
#include "node/grid_key.h"
#include "node/kernel/text.h"

namespace buzzer::bench {
namespace {

constexpr const char* kText =
    "What a day: the sun is out at last, and #berlin is full of people. Where are you, @alice?";

class Healthy final : public linkmgr::HealthSource {
 public:
  [[nodiscard]] std::vector<std::chrono::milliseconds> worker_idle() const override { return {}; }
  [[nodiscard]] bool journal_reachable() const override { return true; }
};

linkmgr::GridKey key_of(const node::NodeOptions& options, base::Random& random) {
  const auto key = node::load_or_make_grid_key(options.grid_key_file, random);
  BUZZER_CHECK(key.has_value());
  return *key;
}

}  // namespace

BenchNode::BenchNode(const node::NodeOptions& options)
    : log_(base::make_stderr_log(base::NodeId(options.id), base::LogLevel::kWarn, base::LogFormat::kText)),
      reports_("worker-0", {},
               [this] {
                 worker_.loop().post(
                     [this] { reports_.drain([this](node::MeshReport&& report) { take(std::move(report)); }); });
               }),
      core_(
          options, worker_.loop(), random_, *log_,
          [this](node::MeshMessage message, std::size_t weight) { return mesh_.tell(std::move(message), weight); },
          [](const store::OpenError& error) {
            std::cerr << error.message << '\n';
            std::abort();
          }),
      health_(std::make_unique<Healthy>()),
      mesh_(node::link_options(options, key_of(options, random_)), random_, *log_, *health_, reports_) {}

BenchNode::~BenchNode() {
  mesh_.stop();
  worker_.stop();
}

void BenchNode::start() {
  worker_.start();
  await([this](std::function<void()> done) { core_.start(std::move(done)); });
  BUZZER_CHECK(core_.store_open());
  BUZZER_CHECK(mesh_.start().has_value());
}

void BenchNode::take(node::MeshReport&& report) {
  std::visit(base::Overloaded{
                 [&](const node::AliveChanged& changed) {
                   core_.alive_changed(changed);
                   alive_ = changed.alive.size();
                   if (alive_changed_) alive_changed_();
                 },
                 [&](const node::FrameArrived& arrived) { core_.frame_arrived(arrived); },
                 [](const auto& /*other*/) {},
             },
             report);
}

void BenchNode::wait_for_alive(std::size_t nodes) {
  await([this, nodes](const std::function<void()>& done) {
    alive_changed_ = [this, nodes, done] {
      if (alive_ != nodes) return;
      const auto arrived = done;  // this very function ends with the next line
      alive_changed_ = nullptr;
      arrived();
    };
    alive_changed_();
  });
}

void BenchNode::await(const std::function<void(std::function<void()>)>& begin, std::chrono::seconds most) {
  const auto promise = std::make_shared<std::promise<void>>();
  auto future = promise->get_future();
  worker_.loop().post([&begin, promise] { begin([promise] { promise->set_value(); }); });
  if (future.wait_for(most) == std::future_status::ready) return;
  std::cerr << "what the bench waits for did not come in time\n";
  std::abort();
}

Poster::Poster(std::size_t number, base::NodeId home, std::uint32_t nodes)
    : begun_(std::chrono::system_clock::now().time_since_epoch().count()) {
  for (std::size_t tried = 0;; ++tried) {
    command_.set_account("poster" + std::to_string(tried));
    if (grid::node_of_shard(grid::shard_of_user(command_.account()), nodes) != home) continue;
    if (number-- == 0) return;
  }
}

void Poster::register_account(grid::Router& router, std::function<void()> done) {
  command_.mutable_register_account()->set_name(command_.account());
  execute(router, std::move(done));
}

void Poster::post(grid::Router& router, std::function<void()> done) {
  command_.mutable_post_buzz()->set_text(kText);
  execute(router, std::move(done));
}

void Poster::execute(grid::Router& router, std::function<void()> done) {
  command_.set_key(std::to_string(begun_) + '.' + std::to_string(++commands_));
  command_.set_key_created_ms(
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
          .count());
  router.execute(command_, [done = std::move(done)](const proto::Reply& reply) {
    if (reply.error() != 0) {
      std::cerr << "a command failed: " << reply.message() << '\n';
      std::abort();
    }
    done();
  });
}

}  // namespace buzzer::bench
