#include "base/log.h"

#include <array>
#include <cstdio>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace buzzer::base {
namespace {

constexpr std::size_t kLevelWidth = 5;  // of the longest name

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kTrace:
      return spdlog::level::trace;
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarn:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

// Quotes and escapes so that one entry stays one line, whatever a peer has sent. Also valid JSON for valid UTF-8.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      std::array<char, 8> escape{};
      std::snprintf(escape.data(), escape.size(), "\\u%04x", byte);
      out += escape.data();
    } else {
      out += c;
    }
  }
  return out + '"';
}

bool needs_quotes(std::string_view value) {
  if (value.empty()) return true;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7f || c == '"' || c == '=' || c == '\\') return true;
  }
  return false;
}

std::string format_json(LogLevel level, NodeId node, std::string_view component, std::string_view message,
                        LogFields fields) {
  std::string line = "\"level\":" + quoted(to_string(level)) + ",\"node\":" + std::to_string(node.value()) +
                     ",\"component\":" + quoted(component) + ",\"message\":" + quoted(message);
  for (const LogField& field : fields) {
    line += ',' + quoted(field.key) + ':' + (field.is_number ? field.value : quoted(field.value));
  }
  return line;
}

class SpdlogLog final : public Log {
 public:
  SpdlogLog(NodeId node, LogLevel least, LogFormat format)
      : node_(node), format_(format), logger_("buzzer", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    logger_.set_level(to_spdlog(least));
    logger_.flush_on(spdlog::level::trace);
    logger_.set_pattern(
        format == LogFormat::kJson ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ",%v})" : "%Y-%m-%dT%H:%M:%S.%eZ %v",
        spdlog::pattern_time_type::utc);
  }

  void write(LogLevel level, std::string_view component, std::string_view message, LogFields fields) override {
    const auto spdlog_level = to_spdlog(level);
    if (!logger_.should_log(spdlog_level)) return;
    // The level is written here, since spdlog has names of its own ("warning").
    std::string entry;
    if (format_ == LogFormat::kJson) {
      entry = format_json(level, node_, component, message, fields);
    } else {
      entry = to_string(level);
      entry.resize(kLevelWidth, ' ');
      entry += ' ' + format_text(node_, component, message, fields);
    }
    logger_.log(spdlog_level, spdlog::string_view_t(entry));
  }

 private:
  const NodeId node_;
  const LogFormat format_;
  spdlog::logger logger_;
};

}  // namespace

std::string to_string(LogLevel level) {
  switch (level) {
    case LogLevel::kTrace:
      return "trace";
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarn:
      return "warn";
    case LogLevel::kError:
      return "error";
  }
  return "info";
}

std::string format_text(NodeId node, std::string_view component, std::string_view message, LogFields fields) {
  std::string line = "node=" + std::to_string(node.value()) + ' ';
  line += component;
  line += ": ";
  line += message;
  for (const LogField& field : fields) {
    line += ' ';
    line += field.key;
    line += '=';
    line += needs_quotes(field.value) ? quoted(field.value) : field.value;
  }
  return line;
}

std::unique_ptr<Log> make_stderr_log(NodeId node, LogLevel least, LogFormat format) {
  return std::make_unique<SpdlogLog>(node, least, format);
}

}  // namespace buzzer::base
