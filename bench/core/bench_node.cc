#include "bench/core/bench_node.h"

#include <cstdlib>
#include <iostream>

#include "base/check.h"
#include "base/overloaded.h"
#include "node/grid_key.h"

namespace buzzer::bench {
namespace {

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

bool BenchNode::grid_owes() {
  bool owes = true;
  await([&](const std::function<void()>& done) {
    proto::Query query;
    query.mutable_owed();
    router().query(query, [&owes, done](const proto::Answer& answer) {
      owes = answer.error() != 0 || answer.partial() || !answer.owed().empty();
      done();
    });
  });
  return owes;
}

}  // namespace buzzer::bench
