// Gossip of a node (number 0 of 2) with a peer that has proven itself and says what it likes. Its shards are told only
// what is of a living peer's own shard to one of this node's; rows that they take follow one another; what is read is
// durable; and what is said to the peer fits into a frame.
//   input = *step
#include "node/grid/gossip.h"

#include <algorithm>

#include <google/protobuf/stubs/logging.h>

#include "base/check.h"
#include "linkmgr/frame_codec.h"
#include "linkmgr/link_cipher.h"
#include "node/grid/placement.h"
#include "tests/fuzz/fake_network.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/support/manual_loop.h"
#include "tests/unit/grid/fake_gossip_shards.h"

namespace buzzer::fuzz {
namespace {

[[maybe_unused]] const bool kQuiet = (google::protobuf::SetLogHandler(nullptr), true);

using base::NodeId;
using base::ShardId;
using std::chrono::milliseconds;

constexpr std::uint32_t kNodes = 2;
constexpr NodeId kSelf(0);
constexpr NodeId kPeer(1);
constexpr std::uint8_t kShards = 6;  // the first; even ones are this node's

// What the shards of this node are told, held to who may say it.
class Shards final : public grid::GossipShards {
 public:
  explicit Shards(tests::ManualLoop& loop) : held(loop, 1000) {
    held.rows_queued = [](ShardId, ShardId) {};
  }

  [[nodiscard]] bool serves(ShardId shard) const override { return held.serves(shard); }
  [[nodiscard]] std::uint64_t incarnation(ShardId shard) const override { return held.incarnation(shard); }
  void deliver(const proto::StreamRows& rows, StateCallback told) override {
    check_stream(rows.from(), rows.to());
    BUZZER_CHECK(rows.rows_size() > 0);
    held.deliver(rows, std::move(told));
  }
  void tell_stream(ShardId from, ShardId to, StateCallback told) override {
    check_stream(from.value(), to.value());
    held.tell_stream(from, to, std::move(told));
  }
  [[nodiscard]] bool peer_serves(ShardId shard, ShardId peer, std::uint64_t incarnation) override {
    check_stream(peer.value(), shard.value());
    return held.peer_serves(shard, peer, incarnation);
  }
  [[nodiscard]] std::vector<ShardId> streams_of(ShardId shard) const override { return held.streams_of(shard); }
  [[nodiscard]] kernel::Span rows(ShardId from, ShardId to) const override { return held.rows(from, to); }
  kernel::Meeting heard(ShardId from, ShardId to, std::uint64_t incarnation,
                        const kernel::StreamPlace& place) override {
    check_stream(to.value(), from.value());
    return held.heard(from, to, incarnation, place);
  }
  void read_rows(ShardId from, ShardId to, std::uint64_t first, std::size_t most_bytes,
                 RowsCallback callback) override {
    const kernel::Span span = held.rows(from, to);
    BUZZER_CHECK(first >= span.first && first <= span.last + 1);
    held.read_rows(from, to, first, most_bytes, std::move(callback));
  }

  grid::FakeGossipShards held;
  bool peer_is_alive = false;

 private:
  // A stream between this node's shards has two of its own.
  void check_stream(std::uint64_t theirs, std::uint64_t ours) const {
    BUZZER_CHECK(theirs < base::kShardCount && ours < base::kShardCount && theirs != ours);
    BUZZER_CHECK(node_of(ours) == kSelf);
    BUZZER_CHECK(node_of(theirs) == kSelf || peer_is_alive);
  }
  static NodeId node_of(std::uint64_t shard) {
    return grid::node_of_shard(ShardId(static_cast<std::uint8_t>(shard)), kNodes);
  }
};

class Grid final : private grid::MeshSender {
 public:
  Grid() : shards_(loop_), gossip_(options(), loop_, shards_, *this, log_) {
    shards_.held.rows_queued = [this](ShardId from, ShardId to) { gossip_.rows_queued(from, to); };
    set_alive(true);
  }

  void run(Input& input) {
    while (!input.empty()) {
      step(input);
      loop_.settle();
    }
    loop_.advance(std::chrono::seconds(3));
    BUZZER_CHECK(!shards_.held.told_before_durable);
  }

 private:
  // The seeds (make_seeds.py) rest on this order.
  enum Step : std::uint8_t {
    kBytes,
    kServes,
    kQuestion,
    kState,
    kRows,
    kServe,
    kStop,
    kPost,
    kAlive,
    kRoom,
    kWait,
    kSteps
  };

  static grid::GossipOptions options() {
    grid::GossipOptions options;
    options.self = kSelf;
    options.nodes = kNodes;
    options.credit_bytes = 500;
    options.most_bytes_for_peer = 1'000;
    return options;
  }

  bool send_to(NodeId peer, proto::EncodedFrame frame) override {
    BUZZER_CHECK(peer == kPeer && frame->size() + linkmgr::kCipherOverhead <= linkmgr::kMostPayload);
    if (full_) return false;
    proto::LinkFrame said;
    BUZZER_CHECK(said.ParseFromString(*frame) && said.has_gossip());
    for (const auto& question : said.gossip().questions()) last_question_ = question.number();
    return true;
  }

  void set_alive(bool alive) {
    shards_.peer_is_alive = alive;
    gossip_.alive_changed(alive ? std::vector<NodeId>{kSelf, kPeer} : std::vector<NodeId>{kSelf});
  }

  void step(Input& input) {
    proto::LinkFrame frame;
    proto::Gossip& said = *frame.mutable_gossip();
    switch (static_cast<Step>(input.below(kSteps))) {
      case kBytes: {
        const Exactly bytes(input.piece());
        if (!frame.ParseFromArray(bytes.text().data(), static_cast<int>(bytes.text().size()))) return;
        break;
      }
      case kServes: {
        auto& serves = *said.add_serves();
        serves.set_shard(input.byte());
        serves.set_incarnation(input.byte());
        break;
      }
      case kQuestion: {
        auto& question = *said.add_questions();
        question.set_from(input.byte());
        question.set_to(input.byte());
        question.set_number(input.byte());
        break;
      }
      case kState: {
        auto& state = *said.add_states();
        state.set_from(input.byte());
        state.set_to(input.byte());
        state.set_incarnation(input.byte());
        state.set_generation(generation(input.byte()));
        state.set_number(input.byte());
        state.set_credit_bytes(input.byte() * 100U);
        const std::uint8_t answers = input.byte();
        state.set_question(answers == 1 ? last_question_ : answers);
        break;
      }
      case kRows: {
        auto& rows = *said.add_rows();
        rows.set_from(input.byte());
        rows.set_to(input.byte());
        rows.set_incarnation(input.byte());
        rows.set_generation(generation(input.byte()));
        rows.set_first(input.byte());
        for (std::uint8_t count = input.below(8); count > 0; --count) {
          rows.add_rows()->mutable_buzz()->set_text(input.piece());
        }
        break;
      }
      case kServe: {
        const ShardId shard = own_shard(input);
        stop(shard);
        shards_.held.shards[shard].serves = true;
        shards_.held.shards[shard].incarnation = 1U + input.byte();
        return gossip_.shard_serves(shard);
      }
      case kStop:
        return stop(own_shard(input));
      case kPost: {
        const ShardId from = own_shard(input);
        const ShardId to(input.below(kShards));
        if (shards_.serves(from) && from != to) shards_.held.post(from, to, std::string(input.byte() * 4U, 'x'));
        return;
      }
      case kAlive:
        return set_alive(input.below(2) == 1);
      case kRoom:
        full_ = input.below(2) == 1;
        return;
      default:
        return loop_.advance(milliseconds(input.byte() * 10));
    }
    gossip_.frame_arrived(kPeer, frame);
  }

  void stop(ShardId shard) {
    if (!shards_.serves(shard)) return;
    shards_.held.stop(shard);
    gossip_.shard_stopped(shard);
  }
  static ShardId own_shard(Input& input) { return ShardId(static_cast<std::uint8_t>(input.below(kShards / 2) * 2)); }
  // Of the shards' own streams these begin at 1001: so that the fuzzer's bytes can name them.
  static std::uint64_t generation(std::uint8_t byte) { return byte < 128 ? byte : 1000U + (byte - 128U); }

  tests::ManualLoop loop_;
  NoLog log_;
  Shards shards_;
  grid::Gossip gossip_;
  std::uint64_t last_question_ = 0;
  bool full_ = false;
};

}  // namespace
}  // namespace buzzer::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  buzzer::fuzz::Input input(data, size);
  buzzer::fuzz::Grid().run(input);
  return 0;
}
