// The room cuts what a client sends as a naive splitter cuts the whole, in whatever pieces the bytes come.
//   input = *piece
#include <atomic>
#include <vector>

#include "base/check.h"
#include "base/http_request_line.h"
#include "node/room/line_cutter.h"
#include "tests/fuzz/fuzz_input.h"

namespace buzzer::fuzz {
namespace {

struct Told {
  std::vector<std::string> lines;  // one that was too long is nothing, told in its place
  std::vector<std::size_t> too_long;
  bool unwelcome = false;

  friend bool operator==(const Told&, const Told&) = default;
};

Told split(std::string_view whole) {
  Told told;
  bool first = true;
  while (true) {
    const std::size_t end = whole.find('\n');
    const bool ended = end != std::string_view::npos;
    const std::string_view line = whole.substr(0, end);
    const bool too_long = line.size() > room::kMostLineBytes;
    if (!ended && !too_long) return told;
    const std::string_view bare = line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
    told.unwelcome = first && (too_long ? base::may_become_http_request(line) : base::is_http_request(bare));
    if (told.unwelcome) return told;
    first = false;
    if (too_long) {
      told.too_long.push_back(told.lines.size());
    } else {
      told.lines.emplace_back(line);
    }
    if (!ended) return told;
    whole.remove_prefix(end + 1);
  }
}

class Client {
 public:
  void say(const Exactly& piece) {
    const std::string_view text = piece.text();
    cutter_.append({text.data(), text.size()});
    while (!told.unwelcome) {
      const room::Cut cut = cutter_.cut_into(batch_);
      if (cut == room::Cut::kFull || cut == room::Cut::kNeedsMore) take_batch();
      if (cut == room::Cut::kNeedsMore) return;
      if (cut == room::Cut::kUnwelcome) take_batch();
      if (cut == room::Cut::kTooLong) {
        take_batch();
        told.too_long.push_back(told.lines.size());
      }
      told.unwelcome = cut == room::Cut::kUnwelcome;
    }
  }

  Told told;

 private:
  void take_batch() {
    if (batch_.empty()) return;
    const room::SharedBatch batch = batch_.take();
    BUZZER_CHECK(batch->lines() <= room::kMostBatchLines);
    for (std::uint32_t line = 0; line < batch->lines(); ++line) told.lines.emplace_back(batch->line(line));
  }

  room::LineCutter cutter_;
  room::BatchBuilder batch_{std::make_shared<std::atomic<std::size_t>>(0)};
};

void run(Input& input) {
  Client client;
  std::string whole;
  while (!input.empty() && !client.told.unwelcome) {
    const Exactly piece(input.piece());
    whole += piece.text();
    client.say(piece);
  }
  BUZZER_CHECK(client.told == split(whole));
}

}  // namespace
}  // namespace buzzer::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  buzzer::fuzz::Input input(data, size);
  buzzer::fuzz::run(input);
  return 0;
}
