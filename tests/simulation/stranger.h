// Somebody on a host of their own who speaks to a node's mesh port without being a node of the grid: says what a test
// tells them to, byte for byte, and keeps what comes back.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "linkmgr/frame_codec.h"
#include "linkmgr/handshake.h"
#include "tests/simulation/simulated_grid.h"

namespace buzzer::simulation {

// A host for strangers, beyond those of the grid.
class StrangerHost {
 public:
  StrangerHost(SimulatedGrid& grid, Host host)
      : loop_(grid.time(), no_offset_), transport_(grid.network(), host, loop_) {}
  [[nodiscard]] SimulatedTransport& transport() { return transport_; }
  [[nodiscard]] SimulatedLoop& loop() { return loop_; }

 private:
  const Duration no_offset_{0};
  SimulatedLoop loop_;
  SimulatedTransport transport_;
};

// One connection of a stranger's.
class Stranger final : public base::ConnectionHandler {
 public:
  Stranger(StrangerHost& host, std::uint32_t node)
      : connection_(host.transport().dial({std::to_string(node), kMeshPort}, *this)) {}

  void say(std::string_view bytes) {
    static_cast<void>(connection_->write({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}));
  }
  void say(const proto::LinkFrame& frame) {
    std::string bytes;
    linkmgr::append_frame(frame.SerializeAsString(), bytes);
    say(bytes);
  }
  // Says hello as the options' node, with these numbers, as a node would.
  void say_hello(const linkmgr::LinkOptions& options, std::uint64_t boot, std::uint64_t number, base::Random& random);
  // Proves the options' key, once the node's hello has come.
  void say_proof();
  [[nodiscard]] std::string own_proof() const { return handshake_->own_proof(); }

  [[nodiscard]] const std::vector<proto::LinkFrame>& heard() const { return heard_; }
  [[nodiscard]] bool ended() const { return ended_; }
  // The refusal that came, or one without a reason.
  [[nodiscard]] proto::Refusal refusal() const;
  [[nodiscard]] bool heard_heartbeat() const;

  void on_bytes(std::span<const std::uint8_t> bytes) override;
  void on_end(std::string_view /*reason*/) override { ended_ = true; }

 private:
  std::unique_ptr<base::Connection> connection_;
  linkmgr::FrameReader reader_{linkmgr::kMostPayload};
  std::unique_ptr<linkmgr::LinkOptions> options_;
  std::unique_ptr<linkmgr::Handshake> handshake_;
  std::vector<proto::LinkFrame> heard_;
  bool ended_ = false;
};

}  // namespace buzzer::simulation
