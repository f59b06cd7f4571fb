#include "bench/room/contest.h"

#include <algorithm>
#include <utility>

#include "bench/node_process.h"

namespace buzzer::bench {
namespace {

constexpr std::size_t kLines = 1'000;
constexpr std::size_t kLeastLines = 100;
constexpr double kSecondsForAll = 0.5;
constexpr std::size_t kLineBytes[] = {8, Contest::kLongLine};
constexpr const char* kRoom = "room";

// Each is another than those before.
std::vector<std::string> make_lines(std::size_t count, std::size_t bytes) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < count; ++i) {
    std::string line = std::to_string(1'000'000 + i);
    line.resize(bytes - 1, '.');
    lines.push_back(line + "\n");
  }
  return lines;
}

std::string named(const std::string& server, std::size_t bytes) {
  return server + ", " + std::to_string(bytes) + " bytes";
}

}  // namespace

Contest::Contest(const std::string& least, BareWriting writing) : least_(least) {
  const std::filesystem::path tools = node_program().parent_path().parent_path() / "tools";
  const auto add = [this](std::unique_ptr<LineServer> server) {
    if (server == nullptr) return;
    auto listeners = std::make_unique<Listeners>(*server, kReaders);
    entrants_.push_back({std::move(server), std::move(listeners)});
  };
  add(start_bare(least, writing, kReaders));
  add(start_room(kRoom));
  add(start_redis(tools));
  add(start_nats(tools));
}

void Contest::run(const Options& options, const Turn& turn) {
  const double part = options.seconds / kSecondsForAll;
  const std::size_t count = std::clamp(static_cast<std::size_t>(part * kLines), kLeastLines, kLines);
  for (int i = 0; i < options.repetitions; ++i) {
    for (const std::size_t bytes : kLineBytes) {
      const std::vector<std::string> lines = make_lines(count, bytes);
      for (const auto& [server, listeners] : entrants_) {
        Contestant who{named(server->name(), bytes), {}, bytes, server->name() == kRoom};
        if (server->name() != least_) who.against = named(who.is_room ? least_ : kRoom, bytes);
        turn(who, *listeners, lines);
      }
    }
  }
  for (const auto& [server, listeners] : entrants_) listeners->check_exact();
}

Sample sample_of(const Contestant& who, const char* what, const char* unit, const char* aim) {
  Sample sample;
  sample.measure = who.name + what;
  sample.unit = unit;
  sample.ours = who.is_room;
  if (!who.against.empty()) sample.beside = who.against + what;
  if (who.is_room) sample.aim = aim;
  return sample;
}

void print_figures(const Contestant& who, const SpreadFigures& figures, const char* rate_aim, const char* cpu_aim) {
  Sample sample = sample_of(who, "", "deliveries/s", rate_aim);
  sample.value = figures.deliveries_per_second;
  print(sample);
  sample = sample_of(who, ": CPU", "s per 1M", cpu_aim);
  sample.value = figures.server_cpu_per_million;
  sample.also = {{"load generator", figures.client_cpu_per_million}};
  print(sample);
}

}  // namespace buzzer::bench
