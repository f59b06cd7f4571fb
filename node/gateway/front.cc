#include "node/gateway/front.h"

#include <array>
#include <utility>

#include "base/asio_transport.h"
#include "node/gateway/grid_view.h"
#include "node/gateway/session_cookie.h"
#include "node/http/metrics_text.h"
#include "proto/v1/parts.h"

namespace buzzer::gateway {
namespace {

constexpr std::array<std::string_view, 1> kSubprotocols{"buzzer.v1.json"};

http::Response changing(int status, std::string_view type, std::string text) {
  http::Response response = http::make_response(status, type, std::move(text));
  response.headers.push_back({"Cache-Control", "no-store"});
  return response;
}

http::Response plain(int status, std::string text) {
  return changing(status, "text/plain; charset=utf-8", std::move(text));
}

http::Response refusal(const client::UpgradeVerdict& verdict) {
  http::Response response = http::problem(verdict.status, "bad_request", verdict.reason);
  for (const client::OwnedHeader& header : verdict.headers) response.headers.push_back(header);
  return response;
}

http::Response foreign(std::string_view what) {
  return http::problem(403, "foreign_origin", std::string(what) + " is not for pages of other sites (Origin)");
}

}  // namespace

Front::Front(FrontOptions options, std::vector<GatewayWorker*> workers, FrontSources sources)
    : options_(std::move(options)),
      workers_(std::move(workers)),
      sources_(std::move(sources)),
      origins_(options_.urls) {}

void Front::add_node() {
  routes_.add_exact("/healthz",
                    [](const http::Request&, const http::Answer& answer) { answer.respond(plain(200, "ok\n")); });
  routes_.add_exact("/readyz", [this](const http::Request&, const http::Answer& answer) {
    answer.respond(sources_.ready() ? plain(200, "ready\n") : plain(503, "the store of this node is not open\n"));
  });
  routes_.add_exact("/metrics", [this](const http::Request&, const http::Answer& answer) {
    sources_.metrics(
        [answer](std::string page) { answer.respond(changing(200, http::kMetricsContentType, std::move(page))); });
  });
  routes_.add_exact("/api/v1/grid", [this](const http::Request&, const http::Answer& answer) {
    workers_.front()->core().grid([this, answer](const std::shared_ptr<const proto::v1::Grid>& grid) {
      if (grid == nullptr)
        return answer.respond(http::problem(503, "unavailable", "this node has too much to do: ask again"));
      std::string text;
      proto::v1::append(text, options_.grid_is_public ? *grid : public_part(*grid));
      answer.respond(changing(200, "application/json", std::move(text)));
    });
  });
  routes_.add_exact("/api/v1/session",
                    [this](const http::Request& request, const http::Answer& answer) {
                      if (origins_.is_foreign(request)) return answer.respond(foreign("the session cookie"));
                      GatewayWorker& worker = *workers_.front();
                      answer_session(request, answer, worker.login(), worker.loop());
                    },
                    {"POST", "DELETE"});
}

base::Result<void> Front::start() {
  add_node();
  routes_.add_exact("/ws",
                    [this](const http::Request& request, const http::Answer& answer) { upgrade(request, answer); });
  if (options_.echo) {
    routes_.add_exact("/echo", [this](const http::Request& request, const http::Answer& answer) {
      upgrade_to_echo(request, answer);
    });
  }
  if (auto added = add_files(); !added) return added;
  GatewayWorker& worker = *workers_.front();
  server_ = std::make_unique<http::Server>(
      options_.http, std::make_unique<base::AsioTransport>(worker.loop(), base::kSpareForAllButClients), worker.loop(),
      [this](const http::Request& request, const http::Answer& answer) { routes_.handle(request, answer); });
  return server_->start();
}

base::Result<void> Front::add_files() {
  const auto serve = [this](std::unique_ptr<const http::StaticFiles>& files,
                            http::StaticFilesOptions options) -> base::Result<void> {
    const std::string prefix = options.prefix;
    auto read = http::StaticFiles::read(std::move(options));
    if (!read) return tl::unexpected(read.error());
    files = *std::move(read);
    routes_.add_prefix(prefix, [&files](const http::Request& request, const http::Answer& answer) {
      answer.respond(files->answer(request));
    });
    return {};
  };
  if (!options_.static_root.empty()) {
    http::StaticFilesOptions files;
    files.folder = options_.static_root;
    files.prefix = "/static/";
    if (auto added = serve(static_files_, std::move(files)); !added) return added;
  }
  if (!options_.web_root.empty()) {
    http::StaticFilesOptions files;
    files.folder = options_.web_root;
    files.is_web_client = true;
    files.content_policy = http::web_client_policy(origins_.connect_to());
    return serve(web_files_, std::move(files));
  }
  if (!options_.static_root.empty()) {
    routes_.add_exact(
        "/", [](const http::Request&, const http::Answer& answer) { answer.respond(http::redirect("/static/")); });
  }
  return {};
}

void Front::upgrade(const http::Request& request, const http::Answer& answer) {
  const auto verdict =
      client::judge_upgrade({request.method, 1, request.minor_version, request.headers}, kSubprotocols);
  Upgraded upgraded;
  upgraded.wire = verdict.subprotocol.empty() ? Wire::kText : Wire::kJson;
  upgraded.cookie = token_in_cookie(request);
  hand_over(request, answer, verdict, std::move(upgraded));
}

void Front::upgrade_to_echo(const http::Request& request, const http::Answer& answer) {
  const auto verdict = client::judge_upgrade({request.method, 1, request.minor_version, request.headers}, {});
  Upgraded upgraded;
  upgraded.is_echo = true;
  hand_over(request, answer, verdict, std::move(upgraded));
}

void Front::hand_over(const http::Request& request, const http::Answer& answer, const client::UpgradeVerdict& verdict,
                      Upgraded upgraded) {
  if (!verdict.is_accepted()) return answer.respond(refusal(verdict));
  if (origins_.is_foreign(request)) return answer.respond(foreign("a WebSocket of this node"));
  GatewayWorker& worker = *workers_[next_worker_++ % workers_.size()];
  answer.hand_over(client::upgrade_answer(verdict),
                   [&worker, upgraded = std::make_shared<Upgraded>(std::move(upgraded))](http::HandedOver handed) {
                     upgraded->socket = base::AsioTransport::release(std::move(handed.connection));
                     upgraded->seat = std::move(handed.seat);
                     upgraded->early = std::move(handed.early);
                     worker.adopt(std::move(*upgraded));
                   });
}

void Front::stop() { server_.reset(); }

}  // namespace buzzer::gateway
