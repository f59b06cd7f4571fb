// What a node writes for people (or, as JSON lines, for programs): time, level, node, component, message, key=value.
// Error: the node must stop; warn: an operator should act; info: rare lifecycle; debug: per command.
// Never the text of a message, a key or a token.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "base/ids.h"

namespace buzzer::base {

enum class LogLevel { kTrace, kDebug, kInfo, kWarn, kError };
enum class LogFormat { kText, kJson };

// "trace", "debug", "info", "warn", "error".
[[nodiscard]] std::string to_string(LogLevel level);

// One key=value; numbers stay numbers in JSON.
struct LogField {
  LogField(std::string_view name, std::string_view text) : key(name), value(text), is_number(false) {}
  LogField(std::string_view name, const char* text) : LogField(name, std::string_view(text)) {}
  LogField(std::string_view name, const std::string& text) : LogField(name, std::string_view(text)) {}
  template <std::integral Number>
  LogField(std::string_view name, Number number) : key(name), value(std::to_string(number)), is_number(true) {}
  LogField(std::string_view name, NodeId id) : LogField(name, id.value()) {}

  std::string_view key;
  std::string value;
  bool is_number;
};

using LogFields = std::initializer_list<LogField>;

// Any thread.
class Log {
 public:
  Log() = default;
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
  virtual ~Log() = default;

  virtual void write(LogLevel level, std::string_view component, std::string_view message, LogFields fields) = 0;

  // Waits up to 300 ms for all of it to be written; what is logged later may be lost. For a process that leaves without
  // destroying its log, as other threads may still be using it.
  virtual void finish() {}

  void debug(std::string_view component, std::string_view message, LogFields fields = {}) {
    write(LogLevel::kDebug, component, message, fields);
  }
  void info(std::string_view component, std::string_view message, LogFields fields = {}) {
    write(LogLevel::kInfo, component, message, fields);
  }
  void warn(std::string_view component, std::string_view message, LogFields fields = {}) {
    write(LogLevel::kWarn, component, message, fields);
  }
  void error(std::string_view component, std::string_view message, LogFields fields = {}) {
    write(LogLevel::kError, component, message, fields);
  }
};

// One line of text without time and level: `message key=value key="two words"`.
[[nodiscard]] std::string format_text(NodeId node, std::string_view component, std::string_view message,
                                      LogFields fields);

// The log of a process, to standard error (spdlog), written by a thread of its own so that nobody waits for whoever
// reads it; of more than 8,192 lines that wait the oldest are dropped, which is logged. Destroying it waits up to 300
// ms for the rest to be written.
[[nodiscard]] std::unique_ptr<Log> make_stderr_log(NodeId node, LogLevel least, LogFormat format);

}  // namespace buzzer::base
