// Whether the buzzes of a shard's authors are where they should be, each in its present version. For this folder alone.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "node/inspection/questions.h"
#include "node/inspection/report.h"

namespace buzzer::inspection {

class BuzzAudit {
 public:
  // Both must outlive it.
  BuzzAudit(ShardId shard, Questions& questions, AuditReport& report)
      : shard_(shard), questions_(questions), report_(report) {}

  // Once. `then` comes last, and may destroy it.
  void run(std::function<void()> then);

 private:
  // A buzz, and a shard that does not have it as it should.
  using Place = std::pair<std::uint64_t, ShardId>;
  struct Difference {
    proto::HeldFinding::Kind kind = proto::HeldFinding::UNSPECIFIED;
    std::uint32_t at_home = 0;  // versions
    std::uint32_t there = 0;
    friend bool operator==(const Difference&, const Difference&) = default;
  };
  using Differences = std::map<Place, Difference>;
  using Authors = std::map<std::uint64_t, std::string>;  // by buzz; in lower case

  // A piece of the buzzes, from that id on.
  void look(std::uint64_t from);
  void compared(const Questions::Answers& answers);
  // What is on its way is no suspect. What is left is asked once more: it may have arrived meanwhile.
  void confirm(const std::set<Place>& suspects, std::uint64_t pending);
  // Both ends are asked one after the other, and buzzes are edited: only what is the same when the piece has been read
  // anew is broken.
  void judge(Differences differences, std::uint64_t pending);
  void go_on();
  void end();

  [[nodiscard]] Authors authors_of_piece() const;
  // Asks each shard for what it should have of the piece, or for these alone.
  [[nodiscard]] Questions::Round held(const std::set<Place>* only) const;

  const ShardId shard_;
  Questions& questions_;
  AuditReport& report_;
  std::function<void()> then_;
  proto::Inspection piece_;
  std::uint64_t from_ = 0;
  std::optional<Differences> seen_;  // when this piece was read first
};

}  // namespace buzzer::inspection
