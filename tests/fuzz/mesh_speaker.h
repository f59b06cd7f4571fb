// The far end of one link: a node, an impostor without the key, or a vandal, as the fuzzer's bytes have it. What it
// needs for an honest handshake it works out from what the mesh under test says.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/check.h"
#include "base/random.h"
#include "linkmgr/frame_codec.h"
#include "linkmgr/handshake.h"
#include "linkmgr/link_cipher.h"
#include "tests/fuzz/fake_network.h"
#include "tests/fuzz/fuzz_input.h"

namespace buzzer::fuzz {

class MeshSpeaker {
 public:
  // `options`: of the mesh under test, with the key that this end holds; must outlive it. `role`: of this end.
  MeshSpeaker(const linkmgr::LinkOptions& options, bool holds_key, linkmgr::Role role, std::shared_ptr<Wire> wire,
              base::Random& random)
      : options_(options),
        holds_key_(holds_key),
        role_(role),
        wire_(std::move(wire)),
        handshake_(std::make_unique<linkmgr::Handshake>(options.grid_key, role, random)) {}

  [[nodiscard]] Wire& wire() { return *wire_; }
  [[nodiscard]] linkmgr::Role role() const { return role_; }
  // All that was said on this wire.
  [[nodiscard]] const std::string& said() const { return said_; }
  // Whose link it is, by a hello and a proof that hold; nobody's yet.
  [[nodiscard]] std::optional<base::NodeId> proven_as() const { return proven_as_; }

  void say(std::string_view bytes) {
    said_ += bytes;
    const Exactly copy(bytes);
    wire_->say(copy.bytes());
  }

  void say_payload(std::string_view payload) {
    std::string out;
    if (payload.empty() || payload.size() + linkmgr::kCipherOverhead > linkmgr::kMostPayload) return;
    linkmgr::append_frame(sealing_ ? sealing_->seal(payload) : std::string(payload), out);
    saying_sealed_ = sealing_ != nullptr;
    say(out);
    saying_sealed_ = false;
  }
  // Whether what is being said may be taken for this end's: all of it, but sealed only once it has agreed to seal.
  [[nodiscard]] bool may_be_heard() const { return sealing_ == nullptr || saying_sealed_; }

  // A hello that is right but for what the input changes.
  void say_hello(Input& input) {
    proto::LinkFrame frame;
    proto::Hello& hello = *frame.mutable_hello();
    hello.set_protocol_version(linkmgr::kProtocolVersion);
    hello.set_grid_id(options_.grid_id);
    hello.set_grid_size(options_.grid_size);
    hello.set_placement_version(linkmgr::kPlacementVersion);
    hello.set_node_id(role_ == linkmgr::Role::kDialer ? 2 : 0);
    handshake_->fill_challenge(hello);
    const std::uint8_t wrong = input.byte();
    hello.set_boot_id(input.byte());
    hello.set_link_number(input.byte());
    switch (wrong % 16) {
      case 8:
        hello.set_node_id(input.byte());
        break;
      case 9:
        hello.set_grid_id(input.piece());
        break;
      case 10:
        hello.set_grid_size(input.byte());
        break;
      case 11:
        hello.set_nonce(input.piece());
        break;
      case 12:
        hello.set_key_share(input.piece());
        break;
      case 13:
        hello.set_key_share(std::string(32, '\0'));
        break;
      case 14:
        hello.set_protocol_version(input.byte());
        break;
      default:
        hello.set_wants_encryption(wrong % 2 == 1);
        break;
    }
    std::string payload = frame.SerializeAsString();
    // What a later release may say beyond what is known here is in the proof all the same.
    if (wrong >= 240) payload += "\x9a\x06\x01x";
    handshake_->set_own_hello(payload);
    claims_ = base::NodeId(hello.node_id());
    wants_encryption_ = hello.wants_encryption();
    say_payload(payload);
  }

  void say_proof() {
    listen();
    proto::LinkFrame frame;
    frame.mutable_proof()->set_mac(handshake_->own_proof());
    say_payload(frame.SerializeAsString());
    if (!holds_key_ || !claims_ || !heard_hello_) return;
    proven_as_ = claims_;
    if (!wants_encryption_ && !heard_hello_->wants_encryption()) return;
    const auto keys = handshake_->keys(heard_hello_->key_share());
    if (keys && sealing_ == nullptr) sealing_ = std::make_unique<linkmgr::LinkCipher>(keys->sending);
    if (keys && opening_ == nullptr) opening_ = std::make_unique<linkmgr::LinkCipher>(keys->receiving);
  }

  // The beginning of a proof, which proves nothing, whoever says it.
  void say_cut_proof(Input& input) {
    listen();
    const std::string whole = handshake_->own_proof();
    proto::LinkFrame frame;
    frame.mutable_proof()->set_mac(whole.substr(0, input.byte() % whole.size()));
    say_payload(frame.SerializeAsString());
  }

  // Echoes the newest heartbeat that was heard, so that the link comes up; the input may bend its numbers.
  void say_heartbeat(Input& input, std::uint64_t now_us) {
    listen();
    proto::LinkFrame frame;
    proto::Heartbeat& heartbeat = *frame.mutable_heartbeat();
    heartbeat.set_sent_at_us(now_us);
    heartbeat.set_heard_sent_at_us(last_heartbeat_us_);
    const std::uint8_t bent = input.byte();
    if ((bent & 1U) != 0) heartbeat.set_sent_at_us(number(input));
    if ((bent & 2U) != 0) heartbeat.set_heard_sent_at_us(number(input));
    if ((bent & 4U) != 0) heartbeat.set_heard_ago_us(static_cast<std::uint32_t>(number(input)));
    if ((bent & 8U) != 0) heartbeat.set_wall_clock_ms(static_cast<std::int64_t>(number(input)));
    if ((bent & 16U) != 0) heartbeat.add_links_us(static_cast<std::uint32_t>(number(input)));
    say_payload(frame.SerializeAsString());
  }

 private:
  static std::uint64_t number(Input& input) {
    std::uint64_t value = 0;
    for (const char byte : input.take(sizeof(value))) value = value << 8 | static_cast<std::uint8_t>(byte);
    return value;
  }

  // Looks at what the mesh has said since.
  void listen() {
    const std::string heard = std::exchange(wire_->read, {});
    const auto read = reader_.read(tests::to_bytes(heard), [this](std::string_view payload) {
      std::optional<std::string> opened;
      // Its hello and its proof come before anything that is sealed.
      if (opening_ != nullptr && frames_heard_ >= 2) opened = opening_->open(payload);
      ++frames_heard_;
      proto::LinkFrame frame;
      const std::string_view plain = opened ? std::string_view(*opened) : payload;
      if (!frame.ParseFromArray(plain.data(), static_cast<int>(plain.size()))) return true;
      if (frame.has_hello() && !heard_hello_) {
        heard_hello_ = frame.hello();
        handshake_->set_peer_hello(plain);
      }
      if (frame.has_heartbeat()) last_heartbeat_us_ = frame.heartbeat().sent_at_us();
      return true;
    });
    // The mesh never sends what is no frame.
    BUZZER_CHECK(read.has_value());
  }

  const linkmgr::LinkOptions& options_;
  const bool holds_key_;
  const linkmgr::Role role_;
  const std::shared_ptr<Wire> wire_;
  const std::unique_ptr<linkmgr::Handshake> handshake_;
  linkmgr::FrameReader reader_{linkmgr::kMostPayload};
  std::unique_ptr<linkmgr::LinkCipher> sealing_;
  std::unique_ptr<linkmgr::LinkCipher> opening_;
  std::string said_;
  std::optional<proto::Hello> heard_hello_;
  std::optional<base::NodeId> claims_;
  std::optional<base::NodeId> proven_as_;
  std::uint64_t last_heartbeat_us_ = 0;
  std::size_t frames_heard_ = 0;
  bool wants_encryption_ = false;
  bool saying_sealed_ = false;
};

}  // namespace buzzer::fuzz
