// A server that gives each line that a client sends to all its clients: our room, two brokers, and what it costs at
// least. Each is a process of its own on this machine, alone, and keeps nothing on disk.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace buzzer::bench {

// What clients say to it and hear from it. A line has its '\n'; a broker takes that for a part of the message, so that
// all of them carry the same bytes.
struct Tongue {
  using Wrap = std::string (*)(const std::string& line);

  std::string join;                // what each reader says first
  std::uint64_t joined_lines = 0;  // and by how many lines it then has been answered
  bool reader_may_send = true;     // else one who does not read sends the lines
  bool exact = true;               // a reader hears the lines and nothing else
  Wrap said = nullptr;             // to send a line
  Wrap heard = nullptr;            // what each reader gets for it
};

class LineServer {
 public:
  LineServer(std::string name, Tongue tongue) : name_(std::move(name)), tongue_(std::move(tongue)) {}
  LineServer(const LineServer&) = delete;
  LineServer& operator=(const LineServer&) = delete;
  virtual ~LineServer() = default;  // ends the process

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const Tongue& tongue() const { return tongue_; }
  [[nodiscard]] virtual pid_t pid() const = 0;
  // Where clients connect, on 127.0.0.1.
  [[nodiscard]] virtual std::uint16_t port() const = 0;

 private:
  const std::string name_;
  const Tongue tongue_;
};

// All of these listen when they are given; null: there is no such program in `tools` (scripts/bench_tools.sh puts it
// there), which is said on standard error.
[[nodiscard]] std::unique_ptr<LineServer> start_redis(const std::filesystem::path& tools);
[[nodiscard]] std::unique_ptr<LineServer> start_nats(const std::filesystem::path& tools);
// A node in a grid of one.
[[nodiscard]] std::unique_ptr<LineServer> start_room(std::string name);

// A plain loop over so many clients, that knows nothing of slow ones.
enum class BareWriting : std::uint8_t {
  kEach,      // one `send` for each line and client
  kGathered,  // up to 64 of the lines that were read together in one `writev`
};
[[nodiscard]] std::unique_ptr<LineServer> start_bare(std::string name, BareWriting writing, std::size_t clients);

// How plain servers of lines are spoken to: a line is a line.
[[nodiscard]] Tongue plain_tongue();

}  // namespace buzzer::bench
