// Whether the homes of the authors whom somebody in a shard follows know how many do: by that they send their buzzes.
// For this folder alone.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "node/inspection/questions.h"
#include "node/inspection/report.h"

namespace buzzer::inspection {

class FollowAudit {
 public:
  // Both must outlive it.
  FollowAudit(ShardId shard, Questions& questions, AuditReport& report)
      : shard_(shard), questions_(questions), report_(report) {}

  // Once. `then` comes last, and may destroy it.
  void run(std::function<void()> then);

 private:
  using Names = std::set<std::string>;
  using Suspects = std::map<ShardId, Names>;  // by the authors' home
  struct Difference {
    std::uint64_t followers = 0;  // here
    std::uint64_t known = 0;      // at the author's home
    friend bool operator==(const Difference&, const Difference&) = default;
  };
  using Differences = std::map<std::string, Difference>;  // by author

  // A piece of the followed authors, from that name on.
  void look(const std::string& from);
  void compare();
  // What is on its way is no suspect. What is left is asked once more: it may have arrived meanwhile.
  void compared(const Questions::Answers& answers);
  // Both ends are asked one after the other, and numbers of followers change: only what is the same when the piece has
  // been read anew is broken.
  void judge(Differences differences, std::uint64_t pending);
  void go_on();
  void end();

  [[nodiscard]] Questions::Round interest_of(const Suspects* only) const;

  const ShardId shard_;
  Questions& questions_;
  AuditReport& report_;
  std::function<void()> then_;
  proto::Inspection piece_;
  std::string from_;
  std::optional<Differences> seen_;  // when this piece was read first
};

}  // namespace buzzer::inspection
