// What happened in a run, line by line with virtual times, for a person to read. Lines are made only when somebody
// wants them: a run without a trace is the same run, only faster.
#pragma once

#include <string>
#include <utility>

#include "base/log.h"
#include "tests/simulation/virtual_time.h"

namespace buzzer::simulation {

class Trace {
 public:
  Trace(const VirtualTime& time, bool wanted) : time_(time), wanted_(wanted) {}

  // `make` returns the line's text; not called unless the trace is wanted.
  template <class Make>
  void note(Make&& make) {
    if (wanted_) add(std::forward<Make>(make)());
  }

  [[nodiscard]] bool wanted() const { return wanted_; }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  void add(const std::string& line);

  const VirtualTime& time_;
  const bool wanted_;
  std::string text_;
};

// What a node logs, in the trace.
class TraceLog final : public base::Log {
 public:
  TraceLog(Trace& trace, base::NodeId id) : trace_(trace), id_(id) {}

  void write(base::LogLevel level, std::string_view component, std::string_view message,
             base::LogFields fields) override {
    if (level < base::LogLevel::kInfo) return;
    trace_.note([&] { return "node " + std::to_string(id_.value()) + "  " + format(component, message, fields); });
  }

 private:
  [[nodiscard]] std::string format(std::string_view component, std::string_view message, base::LogFields fields) const {
    return base::format_text(id_, component, message, fields);
  }

  Trace& trace_;
  const base::NodeId id_;
};

}  // namespace buzzer::simulation
