// A whole mesh of one node (number 1 of 3), whose peers are the fuzzer: connections, handshakes with and without the
// key, frames, replays, cuts and time, in any order. Whoever has not proven the key is never alive, and nothing of his
// is heard; what is heard was just said by a speaker who has proven to be the one it is taken from, and sealed if the
// link is. No more strangers than allowed are kept connected.
//   input = encryption *step
#include <google/protobuf/stubs/logging.h>

#include "base/check.h"
#include "linkmgr/link_manager.h"
#include "tests/fuzz/mesh_speaker.h"
#include "tests/support/manual_loop.h"

namespace buzzer::fuzz {
namespace {

// As the node does: Protobuf is not to write about each text that is no UTF-8.
[[maybe_unused]] const bool kQuiet = (google::protobuf::SetLogHandler(nullptr), true);

using base::NodeId;
using std::chrono::milliseconds;

constexpr NodeId kSelf(1);
constexpr std::size_t kMostSpeakers = 8;
constexpr std::size_t kMostQueued = 2000;  // bytes; small, so that queues fill
constexpr std::size_t kMostUnproven = 3;

linkmgr::LinkOptions mesh_options(bool encrypted) {
  linkmgr::LinkOptions options;
  options.self = kSelf;
  options.grid_size = 3;
  options.grid_id = "grid";
  options.grid_key.fill(7);
  options.peers = {{NodeId(0), {"127.0.0.1", 3000}}, {NodeId(2), {"127.0.0.1", 3002}}};
  options.encryption = encrypted ? linkmgr::LinkEncryption::kAlways : linkmgr::LinkEncryption::kOffLoopback;
  options.most_queued_bytes = kMostQueued;
  options.most_unproven = kMostUnproven;
  return options;
}

class Grid final : private linkmgr::MeshEvents {
 public:
  explicit Grid(bool encrypted) : options_(mesh_options(encrypted)), mesh_(options_, services_, *this) {
    BUZZER_CHECK(mesh_.start().has_value());
    meet_dialled();
  }

  void run(Input& input) {
    while (!input.empty()) {
      step(input);
      loop_.settle();
      meet_dialled();
      BUZZER_CHECK(blocked_ || strangers() <= kMostUnproven);
      for (const auto& peer : mesh_.status().peers) BUZZER_CHECK(peer.queued_bytes <= kMostQueued);
    }
  }

 private:
  // The seeds (make_seeds.py) rest on this order.
  enum Step : std::uint8_t {
    kConnect,
    kImpostor,
    kHello,
    kProof,
    kHeartbeat,
    kFrame,
    kBytes,
    kReplay,
    kEnd,
    kMake,
    kWait,
    kRoom,
    kSend,
    kBlock,
    kUnblock,
    kCutProof,
    kSteps,
  };

  void on_alive_changed(const std::vector<NodeId>& alive) override {
    for (const NodeId id : alive) BUZZER_CHECK(id == kSelf || has_proven(id));
  }
  void on_frame(NodeId from, proto::LinkFrame&& frame) override {
    BUZZER_CHECK(speaking_ != nullptr && speaking_->proven_as() == from && speaking_->may_be_heard());
    BUZZER_CHECK(frame.body_case() != proto::LinkFrame::BODY_NOT_SET);
  }
  void on_clock_offset(std::optional<milliseconds> /*offset*/) override {}

  [[nodiscard]] bool has_proven(NodeId id) const {
    return std::any_of(speakers_.begin(), speakers_.end(), [id](const auto& each) { return each->proven_as() == id; });
  }

  // Who has connected and not proven anything. Who was dialled is no stranger.
  [[nodiscard]] std::size_t strangers() const {
    return static_cast<std::size_t>(std::count_if(speakers_.begin(), speakers_.end(), [](const auto& each) {
      return each->role() == linkmgr::Role::kDialer && each->wire().handler != nullptr && !each->proven_as();
    }));
  }

  void meet(bool holds_key, linkmgr::Role role, std::shared_ptr<Wire> wire) {
    const auto& options = holds_key ? options_ : keyless_;
    speakers_.push_back(std::make_unique<MeshSpeaker>(options, holds_key, role, std::move(wire), random_));
  }
  void meet_dialled() {
    for (auto& wire : transport_.take_dialled()) {
      if (speakers_.size() < kMostSpeakers) meet(true, linkmgr::Role::kAcceptor, std::move(wire));
    }
  }

  void step(Input& input) {
    const auto step = static_cast<Step>(input.below(kSteps));
    if (step == kConnect || step == kImpostor) {
      if (speakers_.size() >= kMostSpeakers) return;
      return meet(step == kConnect, linkmgr::Role::kDialer, transport_.connect());
    }
    if (step == kWait) return loop_.advance(milliseconds(input.byte() * 5));
    if (step == kSend) {
      const NodeId peer(input.below(4));
      proto::LinkFrame frame;
      frame.mutable_room_line()->set_text(input.piece());
      return static_cast<void>(mesh_.send(peer, proto::encode_frame(frame)));
    }
    if (step == kBlock) {
      const NodeId peer(input.below(4));
      const std::uint8_t how = input.byte();
      blocked_ = true;
      return static_cast<void>(mesh_.block(peer, linkmgr::Block{(how & 1U) != 0, (how & 2U) != 0}));
    }
    if (step == kUnblock) return static_cast<void>(mesh_.unblock(NodeId(input.below(4))));
    if (speakers_.empty()) return;
    speaking_ = speakers_[input.byte() % speakers_.size()].get();
    speak(*speaking_, step, input);
    speaking_ = nullptr;
  }

  void speak(MeshSpeaker& speaker, Step step, Input& input) {
    switch (step) {
      case kHello:
        return speaker.say_hello(input);
      case kProof:
        return speaker.say_proof();
      case kHeartbeat:
        return speaker.say_heartbeat(input, now_us());
      case kFrame:
        return speaker.say_payload(input.piece());
      case kBytes:
        return speaker.say(input.piece());
      case kReplay: {
        constexpr std::size_t kMostReplayed = 10'000;  // a replay may be replayed
        return speaker.say(speakers_[input.byte() % speakers_.size()]->said().substr(0, kMostReplayed));
      }
      case kEnd:
        return speaker.wire().end();
      case kMake:
        return speaker.wire().make();
      case kRoom:
        return give_room(speaker.wire(), input.byte());
      case kCutProof:
        return speaker.say_cut_proof(input);
      default:
        return;
    }
  }

  static void give_room(Wire& wire, std::uint8_t bytes) {
    wire.give_room(bytes == 0 ? static_cast<std::size_t>(-1) : bytes);
  }

  [[nodiscard]] std::uint64_t now_us() const {
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(loop_.now().time_since_epoch()).count());
  }

  const linkmgr::LinkOptions options_;
  const linkmgr::LinkOptions keyless_ = [] {
    auto options = mesh_options(false);
    options.grid_key.fill(8);
    return options;
  }();
  tests::ManualLoop loop_;
  FakeTransport transport_;
  base::SeededRandom random_{1};
  NoLog log_;
  GoodHealth health_;
  const linkmgr::MeshServices services_{loop_, transport_, random_, log_, health_};
  std::vector<std::unique_ptr<MeshSpeaker>> speakers_;
  MeshSpeaker* speaking_ = nullptr;  // within a step
  bool blocked_ = false;             // somebody was: strangers who claim to be him are kept, and not dropped
  linkmgr::LinkManager mesh_;
};

}  // namespace
}  // namespace buzzer::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  buzzer::fuzz::Input input(data, size);
  const bool encrypted = input.below(2) == 1;
  buzzer::fuzz::Grid(encrypted).run(input);
  return 0;
}
