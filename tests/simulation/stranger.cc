#include "tests/simulation/stranger.h"

namespace buzzer::simulation {

void Stranger::say_hello(const linkmgr::LinkOptions& options, std::uint64_t boot, std::uint64_t number,
                         base::Random& random) {
  options_ = std::make_unique<linkmgr::LinkOptions>(options);
  handshake_ = std::make_unique<linkmgr::Handshake>(options_->grid_key, linkmgr::Role::kDialer, random);
  proto::LinkFrame frame;
  proto::Hello& hello = *frame.mutable_hello();
  hello.set_protocol_version(linkmgr::kProtocolVersion);
  hello.set_grid_id(options.grid_id);
  hello.set_grid_size(options.grid_size);
  hello.set_placement_version(linkmgr::kPlacementVersion);
  hello.set_node_id(options.self.value());
  hello.set_boot_id(boot);
  hello.set_link_number(number);
  handshake_->fill_challenge(hello);
  handshake_->set_own_hello(frame.SerializeAsString());
  say(frame);
}

void Stranger::say_proof() {
  proto::LinkFrame frame;
  frame.mutable_proof()->set_mac(handshake_->own_proof());
  say(frame);
}

proto::Refusal Stranger::refusal() const {
  for (const proto::LinkFrame& frame : heard_) {
    if (frame.has_refusal()) return frame.refusal();
  }
  return {};
}

bool Stranger::heard_heartbeat() const {
  for (const proto::LinkFrame& frame : heard_) {
    if (frame.has_heartbeat()) return true;
  }
  return false;
}

void Stranger::on_bytes(std::span<const std::uint8_t> bytes) {
  static_cast<void>(reader_.read(bytes, [this](std::string_view payload) {
    proto::LinkFrame frame;
    if (!frame.ParseFromArray(payload.data(), static_cast<int>(payload.size()))) return false;
    if (frame.has_hello() && handshake_ != nullptr) handshake_->set_peer_hello(payload);
    heard_.push_back(std::move(frame));
    return true;
  }));
}

}  // namespace buzzer::simulation
