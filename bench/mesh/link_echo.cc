#include "bench/mesh/link_echo.h"

#include <unistd.h>

#include <future>
#include <optional>
#include <string>
#include <utility>

#include "base/asio_transport.h"
#include "base/check.h"
#include "base/log.h"
#include "base/random.h"
#include "bench/gateway/bench_loop.h"
#include "bench/gateway/figures.h"
#include "bench/gateway/free_ports.h"
#include "linkmgr/frame_codec.h"
#include "linkmgr/link_manager.h"
#include "node/worker.h"
#include "proto/encoded_frame.h"

namespace buzzer::bench {
namespace {

constexpr auto kMostWaiting = std::chrono::minutes(1);

class Healthy final : public linkmgr::HealthSource {
 public:
  [[nodiscard]] std::vector<std::chrono::milliseconds> worker_idle() const override { return {}; }
  [[nodiscard]] bool journal_reachable() const override { return true; }
};

linkmgr::LinkOptions link_options(std::uint32_t self, std::uint16_t first_port, linkmgr::LinkEncryption encryption) {
  linkmgr::LinkOptions options;
  options.self = base::NodeId(self);
  options.grid_size = 2;
  options.grid_id = "bench";
  options.listen = {"127.0.0.1", static_cast<std::uint16_t>(first_port + self)};
  const std::uint32_t peer = 1 - self;
  options.peers[base::NodeId(peer)] = {"127.0.0.1", static_cast<std::uint16_t>(first_port + peer)};
  options.encryption = encryption;
  return options;
}

// A room line whose frame has exactly so many bytes on the wire.
proto::LinkFrame frame_of(std::size_t bytes) {
  proto::LinkFrame frame;
  std::string& text = *frame.mutable_room_line()->mutable_text();
  while (frame.ByteSizeLong() + linkmgr::kFrameHeaderBytes < bytes) text += 'x';
  BUZZER_CHECK(frame.ByteSizeLong() + linkmgr::kFrameHeaderBytes == bytes);
  return frame;
}

}  // namespace

class LinkEcho::End : protected linkmgr::MeshEvents {
 public:
  explicit End(const linkmgr::LinkOptions& options)
      : log_(base::make_stderr_log(options.self, base::LogLevel::kWarn, base::LogFormat::kText)),
        links_(options, {worker_.loop(), transport_, random_, *log_, health_}, *this) {}
  ~End() override { worker_.stop(); }

  void start() {
    if (!links_.start()) give_up("a link manager cannot listen");
    worker_.start();
  }
  void stop() { worker_.stop(); }
  void await_up() {
    if (up_.get_future().wait_for(kMostWaiting) != std::future_status::ready) give_up("the link is not up");
  }

 protected:
  void on_alive_changed(const std::vector<base::NodeId>& alive) override {
    if (alive.size() == 2 && !std::exchange(was_up_, true)) up_.set_value();
    if (alive.size() < 2 && was_up_) give_up("the link went down");
  }
  void on_clock_offset(std::optional<std::chrono::milliseconds> /*offset*/) override {}

  void send(base::NodeId to, const proto::LinkFrame& frame) {
    if (links_.send(to, proto::encode_frame(frame)) != linkmgr::SendResult::kQueued) give_up("a frame was not taken");
  }
  [[nodiscard]] base::EventLoop& loop() { return worker_.loop(); }

 private:
  base::SystemRandom random_;
  std::unique_ptr<base::Log> log_;
  Healthy health_;
  std::promise<void> up_;
  bool was_up_ = false;
  node::Worker worker_{"mesh"};
  base::AsioTransport transport_{worker_.loop()};
  linkmgr::LinkManager links_;
};

class LinkEcho::Echoing final : public End {
 public:
  using End::End;

 private:
  void on_frame(base::NodeId from, proto::LinkFrame&& frame) override { send(from, frame); }
};

class LinkEcho::Asking final : public End {
 public:
  using End::End;

  EchoFigures run(const EchoOptions& options) {
    std::promise<void> done;
    const double cpu_before = own_cpu_seconds();
    loop().post([&] {
      done_ = &done;
      message_ = frame_of(options.message_bytes);
      const base::MonotonicTime now = loop().now();
      load_.emplace(options, now);
      send_all(load_->begin(now));
    });
    if (done.get_future().wait_for(options.lasting + kMostWaiting) != std::future_status::ready) {
      give_up("the echoes do not come");
    }
    return load_->figures(own_cpu_seconds() - cpu_before);
  }

 private:
  void on_frame(base::NodeId /*from*/, proto::LinkFrame&& frame) override {
    if (frame.room_line().text().size() != message_.room_line().text().size()) give_up("another echo than expected");
    send_all(load_->came(1, loop().now()));
    if (load_->is_done()) done_->set_value();
  }
  void send_all(std::size_t messages) {
    for (std::size_t i = 0; i < messages; ++i) send(base::NodeId(1), message_);
  }

  proto::LinkFrame message_;
  std::optional<EchoLoad> load_;
  std::promise<void>* done_ = nullptr;
};

LinkEcho::LinkEcho(linkmgr::LinkEncryption encryption) {
  const std::uint16_t first_port = free_ports(2);
  asking_ = std::make_unique<Asking>(link_options(0, first_port, encryption));
  echoing_ = std::make_unique<Echoing>(link_options(1, first_port, encryption));
  asking_->start();
  echoing_->start();
  asking_->await_up();
  echoing_->await_up();
}

LinkEcho::~LinkEcho() {
  // Whoever is left must not take the other's end for a fault.
  asking_->stop();
  echoing_->stop();
}

EchoFigures LinkEcho::run(const EchoOptions& options) { return asking_->run(options); }

}  // namespace buzzer::bench
