// Where one buzz went: committed at its author's home, sent to other shards, taken there or still on its way, pushed to
// whoever subscribes.
//
// Belongs to one thread.
#pragma once

#include <functional>
#include <memory>

#include "node/inspection/questions.h"
#include "node/inspection/report.h"

namespace buzzer::inspection {

class BuzzTrace {
 public:
  using Told = std::function<void(const TraceReport&)>;

  // Told once, never from within the call; and not at all if what is returned is destroyed before.
  [[nodiscard]] static std::shared_ptr<void> begin(std::uint64_t id, Ask ask, Told told);
};

}  // namespace buzzer::inspection
