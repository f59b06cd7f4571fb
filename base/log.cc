#include "base/log.h"

#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include "base/event_loop.h"
#include "base/printable.h"

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

// Also valid JSON, once printable() has seen to the rest.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
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
  return printable(line);
}

struct Entry {
  spdlog::log_clock::time_point time;
  LogLevel level;
  std::string text;
};

// The level is written here, since spdlog has names of its own ("warning").
Entry make_entry(LogLevel level, NodeId node, LogFormat format, std::string_view component, std::string_view message,
                 LogFields fields) {
  Entry entry{spdlog::log_clock::now(), level, {}};
  if (format == LogFormat::kJson) {
    entry.text = format_json(level, node, component, message, fields);
    return entry;
  }
  entry.text = to_string(level);
  entry.text.resize(kLevelWidth, ' ');
  entry.text += ' ' + format_text(node, component, message, fields);
  return entry;
}

// To the descriptor itself: stdio's stderr would stay locked while a write waits, and the end of the process takes that
// lock too.
class StderrSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    for (std::size_t done = 0; done < line.size();) {
      const ssize_t written = ::write(STDERR_FILENO, line.data() + done, line.size() - done);
      if (written >= 0) {
        done += static_cast<std::size_t>(written);
      } else if (errno == EAGAIN) {  // somebody who shares it made it so
        pollfd writable{STDERR_FILENO, POLLOUT, 0};
        static_cast<void>(::poll(&writable, 1, -1));
      } else if (errno != EINTR) {
        return;  // nobody will read it any more
      }
    }
  }
  void flush_() override {}
};

// The logger's thread: standard error may be a pipe that nobody reads or a terminal that is held, and nobody else waits
// for it. When too much waits the oldest goes, and how much that was is logged.
class Writer {
 public:
  explicit Writer(LogLevel least, LogFormat format) : logger_("buzzer", std::make_shared<StderrSink>()) {
    logger_.set_level(to_spdlog(least));
    logger_.flush_on(spdlog::level::trace);
    logger_.set_pattern(
        format == LogFormat::kJson ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ",%v})" : "%Y-%m-%dT%H:%M:%S.%eZ %v",
        spdlog::pattern_time_type::utc);
  }

  [[nodiscard]] bool should_log(LogLevel level) const { return logger_.should_log(to_spdlog(level)); }

  void push(Entry entry) {
    {
      const std::lock_guard lock(mutex_);
      if (waiting_.size() >= kMostWaiting) {
        waiting_.pop_front();
        ++dropped_;
      }
      waiting_.push_back(std::move(entry));
    }
    changed_.notify_all();
  }

  // The thread.
  void run(const std::function<Entry(std::uint64_t)>& tell_dropped) {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
      if (waiting_.empty()) break;
      auto entries = std::exchange(waiting_, {});
      if (const std::uint64_t dropped = std::exchange(dropped_, 0); dropped > 0) {
        entries.push_front(tell_dropped(dropped));
      }
      lock.unlock();
      for (const Entry& entry : entries) {
        logger_.log(entry.time, spdlog::source_loc{}, to_spdlog(entry.level), spdlog::string_view_t(entry.text));
      }
      lock.lock();
    }
    finished_ = true;
    changed_.notify_all();
  }

  // Whether all was written within `most`.
  [[nodiscard]] bool finish(Duration most) {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
    return changed_.wait_for(lock, most, [this] { return finished_; });
  }

 private:
  static constexpr std::size_t kMostWaiting = 8192;

  spdlog::logger logger_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Entry> waiting_;
  std::uint64_t dropped_ = 0;
  bool stopping_ = false;
  bool finished_ = false;
};

class SpdlogLog final : public Log {
 public:
  SpdlogLog(NodeId node, LogLevel least, LogFormat format)
      : node_(node), format_(format), writer_(std::make_shared<Writer>(least, format)) {
    thread_ = std::thread([writer = writer_, node, format] {
      pthread_setname_np(pthread_self(), "log");
      writer->run([&](std::uint64_t dropped) {
        return make_entry(LogLevel::kWarn, node, format, "log", "lines dropped: standard error was not read",
                          {{"count", dropped}});
      });
    });
  }
  SpdlogLog(const SpdlogLog&) = delete;
  SpdlogLog& operator=(const SpdlogLog&) = delete;
  ~SpdlogLog() override {
    if (writer_->finish(kMostFinishing)) {
      thread_.join();
    } else {
      thread_.detach();  // it waits for somebody to read; the process does not
    }
  }

  void write(LogLevel level, std::string_view component, std::string_view message, LogFields fields) override {
    if (writer_->should_log(level)) writer_->push(make_entry(level, node_, format_, component, message, fields));
  }
  void finish() override { static_cast<void>(writer_->finish(kMostFinishing)); }

 private:
  static constexpr Duration kMostFinishing = std::chrono::milliseconds(300);

  const NodeId node_;
  const LogFormat format_;
  const std::shared_ptr<Writer> writer_;  // shared with the thread
  std::thread thread_;
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
  return printable(line);
}

std::unique_ptr<Log> make_stderr_log(NodeId node, LogLevel least, LogFormat format) {
  return std::make_unique<SpdlogLog>(node, least, format);
}

}  // namespace buzzer::base
