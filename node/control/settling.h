// Waits until the grid has come to rest: until what every node says it owes is nothing.
//
// The nodes do not all answer at the same moment: a row may meanwhile have gone from one that has not been asked yet to
// one that has answered already. So nothing must be owed in two rounds in a row, kSettlingPause apart.
//
// Belongs to one thread.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "base/event_loop.h"
#include "base/status.h"
#include "proto/queries.pb.h"

namespace buzzer::control {

inline constexpr std::chrono::milliseconds kSettlingPause{20};

class Settling : public std::enable_shared_from_this<Settling> {
 public:
  // Asks the whole grid; calls back once, never from within the call.
  using Ask = std::function<void(std::function<void(proto::Answer)>)>;
  using Told = std::function<void(base::Result<void>)>;

  // Never tells from within; and not at all if it is destroyed before. After `most` it fails. `loop` must outlive it.
  [[nodiscard]] static std::shared_ptr<Settling> begin(base::EventLoop& loop, Ask ask, std::chrono::milliseconds most,
                                                       Told told);

 private:
  Settling(base::EventLoop& loop, Ask ask, Told told);

  void ask();
  void take(const proto::Answer& answer);
  void end(base::Result<void> result);

  base::EventLoop& loop_;
  const Ask ask_;
  Told told_;  // none once it has been told
  int quiet_rounds_ = 0;
  std::string left_ = "no node has answered yet";  // why it is not settled
  std::unique_ptr<base::Timer> next_round_;
  std::unique_ptr<base::Timer> end_;
};

}  // namespace buzzer::control
