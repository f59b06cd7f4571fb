#include "node/gateway/gateway.h"

#include <utility>

#include "node/gateway/text_frames.h"
#include "node/gateway/v1_values.h"

namespace buzzer::gateway {
namespace {

std::vector<std::unique_ptr<GatewayWorker>> make_workers(const GatewayOptions& options,
                                                         const std::vector<base::AsioEventLoop*>& loops,
                                                         CoreInbox& core, PasswordPool& passwords) {
  std::vector<std::unique_ptr<GatewayWorker>> workers;
  for (base::AsioEventLoop* loop : loops) {
    WorkerOptions own = options.worker;
    own.index = static_cast<std::uint32_t>(workers.size());
    workers.push_back(std::make_unique<GatewayWorker>(own, *loop, core, passwords));
  }
  return workers;
}

FrontOptions front_options(const GatewayOptions& options) {
  FrontOptions front = options.front;
  front.urls = options.urls;
  front.grid_is_public = options.worker.json.grid_is_public;
  return front;
}

std::optional<std::string> encode_entry(Wire wire, const proto::Position& position, const proto::FeedEntry& entry) {
  if (wire == Wire::kText) return format_text_entry(entry);
  return encode_push_body(position, entry);
}

std::shared_ptr<const std::string> move_entry(Wire wire, const std::shared_ptr<const std::string>& body,
                                              const proto::Position& position) {
  if (wire == Wire::kText) return body;  // which says no position
  return std::make_shared<const std::string>(at_position(*body, position));
}

}  // namespace

// Under way to /metrics.
struct Gateway::Gathering {
  NodeFigures figures;
  std::size_t missing = 0;  // threads that have not answered
  std::function<void(std::string)> done;
};

Gateway::Gateway(const GatewayOptions& options, const std::vector<base::AsioEventLoop*>& loops, const GatewayCore& core,
                 std::function<bool()> ready)
    : options_(options),
      core_(core),
      view_({options.worker.self, options.worker.nodes, options.urls}, core.loop, core.router, core.source, counts_),
      passwords_(options.passwords),
      to_core_("gateway to core", {},
               [this] {
                 core_.loop.post([this] {
                   to_core_.drain([this](auto&& message) { service_.take(message.first, std::move(message.second)); });
                 });
               }),
      workers_(make_workers(options, loops, to_core_, passwords_)),
      service_({core.loop, core.router, core.subscriptions, view_, counts_},
               [this] {
                 std::vector<WorkerInbox*> inboxes;
                 for (const auto& worker : workers_) inboxes.push_back(&worker->inbox());
                 return inboxes;
               }(),
               {encode_entry, move_entry}),
      front_(front_options(options), all(), {std::move(ready), [this](auto done) { gather(std::move(done)); }}) {}

Gateway::~Gateway() = default;

std::vector<GatewayWorker*> Gateway::all() const {
  std::vector<GatewayWorker*> workers;
  for (const auto& worker : workers_) workers.push_back(worker.get());
  return workers;
}

void Gateway::gather(std::function<void(std::string)> done) {
  const auto gathering = std::make_shared<Gathering>();
  gathering->done = std::move(done);
  gathering->missing = workers_.size() + 1;
  NodeFigures& figures = gathering->figures;
  figures.self = options_.worker.self;
  figures.nodes = options_.worker.nodes;
  figures.http = front_.http_counts();
  figures.http_connections = front_.http_connections();
  figures.passwords_waiting = passwords_.waiting();
  figures.passwords_refused = passwords_.refused();
  figures.core_waiting = to_core_.waiting();
  figures.core_refused = to_core_.refused();
  figures.workers.resize(workers_.size());
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    workers_[i]->loop().post([this, gathering, i] {
      take_part(gathering, [i, of_worker = workers_[i]->figures()](NodeFigures& all) { all.workers[i] = of_worker; });
    });
  }
  core_.loop.post([this, gathering] { gather_from_core(gathering); });
}

void Gateway::gather_from_core(const std::shared_ptr<Gathering>& gathering) {
  core_.source.look([this, gathering](NodeFacts facts) {
    proto::Query query;
    query.mutable_owed()->set_here(true);
    core_.router.query(query, [this, gathering, facts = std::move(facts)](const proto::Answer& owed) {
      take_part(gathering, [facts, owed, counts = counts_](NodeFigures& all) {
        all.node = facts;
        all.owed = owed;
        all.core = counts;
      });
    });
  });
}

void Gateway::take_part(const std::shared_ptr<Gathering>& gathering, std::function<void(NodeFigures&)> part) {
  workers_.front()->loop().post([gathering, part = std::move(part)] {
    part(gathering->figures);
    if (--gathering->missing == 0) gathering->done(metrics_page(gathering->figures));
  });
}

void Gateway::stop() {
  front_.stop();
  for (const auto& worker : workers_) {
    worker->loop().post([&worker = *worker] { worker.close_all(); });
  }
}

}  // namespace buzzer::gateway
