// One connection to the control port: lines in any pieces, answers of the node at any time, a master that does not
// read. Every line but a broadcast gets exactly one line, in order.
//   input = authorized *step
#include "node/control/control_session.h"

#include <utility>
#include <variant>

#include <google/protobuf/stubs/logging.h>

#include "base/check.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/unit/node/fake_control.h"

namespace buzzer::fuzz {
namespace {

// As the node does: Protobuf is not to write about each text that is no UTF-8.
[[maybe_unused]] const bool kQuiet = (google::protobuf::SetLogHandler(nullptr), true);

using control::ControlSession;

constexpr std::size_t kUnlimited = static_cast<std::size_t>(-1);

std::size_t count_lines(std::string_view text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

class Master {
 public:
  explicit Master(bool authorized) {
    session_->start();
    if (authorized) say("auth " + token_ + "\n");
  }

  void run(Input& input) {
    while (!input.empty() && wire_.open) step(input);
    // Whatever was under way comes to its end, and the master reads all.
    std::size_t still = 0;
    while (wire_.open && still != count_lines(wire_.read) + expected_) {
      still = count_lines(wire_.read) + expected_;
      give_room(kUnlimited);
      while (answer_one({})) {
      }
      if (wire_.open && wire_.reading) deliver();
    }
    if (!wire_.open) return;
    BUZZER_CHECK(count_lines(wire_.read) == expected_);
    BUZZER_CHECK(wire_.read.empty() || wire_.read.back() == '\n');
  }

 private:
  void step(Input& input) {
    enum { kSay, kReadLittle, kReadAll, kAnswer, kEnd, kLeave, kSteps };
    switch (input.below(kSteps)) {
      case kReadLittle:
        return give_room(input.byte());
      case kReadAll:
        return give_room(kUnlimited);
      case kAnswer:
        return static_cast<void>(answer_one(input.piece()));
      case kLeave:
        // Rarely, or nothing else would be tried.
        if (input.byte() == 77) session_->on_end("left");
        return;
      default:
        return say(input.piece());
    }
  }

  void say(std::string_view bytes) {
    unsent_ += bytes;
    if (wire_.reading) deliver();
  }

  // What the master sent meanwhile waits in the connection until the session reads.
  void deliver() {
    const Exactly piece(std::exchange(unsent_, {}));
    expect(piece);
    session_->on_bytes(piece.bytes());
  }

  void expect(const Exactly& piece) {
    lines_.append(piece.bytes());
    while (const auto line = lines_.next()) {
      const auto command = control::parse_command(line->text);
      const bool silent = !line->too_long && std::holds_alternative<control::Broadcast>(command);
      expected_ += silent ? 0 : 1;
    }
  }

  void give_room(std::size_t bytes) {
    wire_.room = bytes;
    if (wire_.open) session_->on_writable();
  }

  // The node answers the oldest question of some kind; `bytes` are what a peer's answer is made from.
  bool answer_one(const std::string& bytes) {
    if (pop(target_.statuses, [](auto& told) { told("{}"); })) return true;
    if (pop(target_.marks, [&](auto& marked) {
          marked(bytes.empty() ? base::Result<std::vector<base::NodeId>>() : base::fail("no"));
        })) {
      return true;
    }
    if (pop(target_.dones, [&](auto& done) { done(bytes.empty() ? base::Result<void>() : base::fail("no")); }))
      return true;
    if (pop(target_.replies, [&](auto& replied) { replied(parsed<proto::Reply>(bytes)); })) return true;
    return pop(target_.answers, [&](auto& answered) { answered(parsed<proto::Answer>(bytes)); });
  }

  template <class Callbacks, class Call>
  static bool pop(Callbacks& callbacks, Call call) {
    if (callbacks.empty()) return false;
    auto callback = std::move(callbacks.front());
    callbacks.erase(callbacks.begin());
    call(callback);
    return true;
  }

  template <class Message>
  static Message parsed(const std::string& bytes) {
    Message message;
    if (!message.ParseFromString(bytes)) message.Clear();
    return message;
  }

  const std::string token_ = "secret";
  control::Wire wire_;
  control::FakeTarget target_;
  base::LineBuffer lines_{control::kMostLineBytes};
  std::string unsent_;
  std::size_t expected_ = 0;  // lines of answers
  control::FakeServer server_;
  std::shared_ptr<ControlSession> session_ =
      std::make_shared<ControlSession>(std::make_unique<control::FakeConnection>(wire_), token_, target_, server_);
};

}  // namespace
}  // namespace buzzer::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  buzzer::fuzz::Input input(data, size);
  const bool authorized = input.below(2) == 1;
  buzzer::fuzz::Master(authorized).run(input);
  return 0;
}
