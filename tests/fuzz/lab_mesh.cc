// A whole mesh that speaks the lab's lines (node 1 of 3), whose peers are the fuzzer. Nobody is alive who has no
// connection; a line is taken only from a wire whose first ping and whose line name him; queues keep their bound.
//   input = *step
#include "linkmgr/lab/lab_mesh.h"

#include <map>
#include <optional>
#include <vector>

#include "base/check.h"
#include "linkmgr/lab/lab_line.h"
#include "tests/fuzz/fake_network.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/support/manual_loop.h"

namespace buzzer::fuzz {
namespace {

using base::NodeId;
using std::chrono::milliseconds;

constexpr NodeId kSelf(1);
constexpr std::size_t kMostWires = 8;
constexpr std::size_t kMostQueued = 2000;  // bytes; small, so that queues fill

linkmgr::LinkOptions mesh_options() {
  linkmgr::LinkOptions options;
  options.self = kSelf;
  options.grid_size = 3;
  options.peers = {{NodeId(0), {"127.0.0.1", 3000}}, {NodeId(2), {"127.0.0.1", 3002}}};
  options.most_queued_bytes = kMostQueued;
  options.most_unproven = 3;
  return options;
}

class Grid final : private linkmgr::MeshEvents {
 public:
  Grid() : mesh_(mesh_options(), services_, *this) {
    BUZZER_CHECK(mesh_.start().has_value());
    meet_dialled();
  }

  void run(Input& input) {
    while (!input.empty()) {
      step(input);
      loop_.settle();
      meet_dialled();
      for (const auto& peer : mesh_.status().peers) BUZZER_CHECK(peer.queued_bytes <= kMostQueued);
    }
    // Without a word from anybody, nobody is alive any more.
    loop_.advance(std::chrono::seconds(3));
    BUZZER_CHECK(mesh_.alive() == std::vector<NodeId>{kSelf});
  }

 private:
  // The seeds (make_seeds.py) rest on this order.
  enum Step : std::uint8_t { kConnect, kSay, kEnd, kMake, kWait, kRoom, kSend, kBlock, kUnblock, kSteps };

  void on_alive_changed(const std::vector<NodeId>& alive) override {
    const auto connected = std::count_if(wires_.begin(), wires_.end(),
                                         [](const auto& wire) { return wire->made && wire->handler != nullptr; });
    BUZZER_CHECK(alive.size() <= static_cast<std::size_t>(connected) + 1);
  }
  void on_frame(NodeId from, proto::LinkFrame&& frame) override {
    BUZZER_CHECK(from != kSelf && from.value() < 3 && frame.has_room_line());
    BUZZER_CHECK(frame.room_line().text().find('\n') == std::string::npos);
    BUZZER_CHECK(speaking_ != nullptr && first_ping(said_[speaking_]) == from);
    const std::string line = "msg " + std::to_string(from.value()) + " " + frame.room_line().text();
    const std::string& said = said_[speaking_];
    BUZZER_CHECK(said.find(line + "\n") != std::string::npos || said.find(line + "\r\n") != std::string::npos);
    const auto alive = mesh_.alive();
    BUZZER_CHECK(std::find(alive.begin(), alive.end(), from) != alive.end());
  }
  void on_clock_offset(std::optional<milliseconds> /*offset*/) override {}

  // Who spoke first on a wire, if he has.
  static std::optional<NodeId> first_ping(std::string_view said) {
    for (std::size_t end = said.find('\n'); end != std::string_view::npos; end = said.find('\n')) {
      std::string_view line = said.substr(0, end);
      if (line.ends_with('\r')) line.remove_suffix(1);
      const auto parsed = linkmgr::lab::parse_lab_line(line);
      if (parsed && parsed->kind == linkmgr::lab::LabLine::Kind::kPing) return parsed->sender;
      said.remove_prefix(end + 1);
    }
    return std::nullopt;
  }

  void meet_dialled() {
    for (auto& wire : transport_.take_dialled()) {
      if (wires_.size() < kMostWires) wires_.push_back(std::move(wire));
    }
  }

  void step(Input& input) {
    const auto step = static_cast<Step>(input.below(kSteps));
    switch (step) {
      case kConnect:
        if (wires_.size() < kMostWires) wires_.push_back(transport_.connect());
        return;
      case kWait:
        return loop_.advance(milliseconds(input.byte() * 5));
      case kSend: {
        const NodeId peer(input.below(4));
        proto::LinkFrame frame;
        frame.mutable_room_line()->set_text(input.piece());
        return static_cast<void>(mesh_.send(peer, proto::encode_frame(frame)));
      }
      case kBlock: {
        const NodeId peer(input.below(4));
        const std::uint8_t how = input.byte();
        return static_cast<void>(mesh_.block(peer, linkmgr::Block{(how & 1U) != 0, (how & 2U) != 0}));
      }
      case kUnblock:
        return static_cast<void>(mesh_.unblock(NodeId(input.below(4))));
      default:
        break;
    }
    if (wires_.empty()) return;
    Wire& wire = *wires_[input.byte() % wires_.size()];
    if (step == kSay) {
      const Exactly piece(input.piece());
      if (wire.can_hear()) said_[&wire] += piece.text();
      speaking_ = &wire;
      wire.say(piece.bytes());
      speaking_ = nullptr;
    } else if (step == kEnd) {
      wire.end();
    } else if (step == kMake) {
      wire.make();
    } else {
      const std::uint8_t room = input.byte();
      wire.give_room(room == 0 ? static_cast<std::size_t>(-1) : room);
    }
  }

  tests::ManualLoop loop_;
  FakeTransport transport_;
  base::SeededRandom random_{1};
  NoLog log_;
  GoodHealth health_;
  const linkmgr::MeshServices services_{loop_, transport_, random_, log_, health_};
  std::vector<std::shared_ptr<Wire>> wires_;
  std::map<const Wire*, std::string> said_;  // and heard
  const Wire* speaking_ = nullptr;           // within a step
  linkmgr::lab::LabMesh mesh_;
};

}  // namespace
}  // namespace buzzer::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  buzzer::fuzz::Input input(data, size);
  buzzer::fuzz::Grid().run(input);
  return 0;
}
