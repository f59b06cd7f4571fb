#include "bench/room/listeners.h"

#include <algorithm>
#include <chrono>
#include <memory>

#include "bench/gateway/bench_loop.h"
#include "bench/gateway/figures.h"

namespace buzzer::bench {
namespace {

using Clock = std::chrono::steady_clock;
using client::Crowd;

constexpr auto kMostWaiting = std::chrono::minutes(1);

}  // namespace

Listeners::Listeners(const LineServer& server, std::size_t readers) : server_(server), crowd_({}) {
  const Tongue& tongue = server_.tongue();
  const std::size_t clients = readers + (tongue.reader_may_send ? 0 : 1);
  if (const auto connected = crowd_.connect({"127.0.0.1", server_.port()}, clients, kMostWaiting); !connected) {
    give_up(server_.name() + ": " + connected.error().message);
  }
  readers_ = crowd_.all();
  readers_.resize(readers);
  sender_ = clients - 1;
  for (const Crowd::Client reader : readers_) crowd_.send(reader, tongue.join);
  if (!crowd_.await(readers_, Crowd::Count::kLines, tongue.joined_lines, kMostWaiting).empty()) {
    give_up(server_.name() + " does not let all clients join");
  }
  for (const Crowd::Client reader : readers_) due_.push_back(crowd_[reader].bytes());
}

void Listeners::begin(const std::vector<std::string>& lines) {
  check_exact();  // nothing has come since the last time
  std::string stream;
  for (const std::string& line : lines) stream += server_.tongue().heard(line);
  heard_before_ = crowd_[readers_.front()].bytes();
  for (const Crowd::Client reader : readers_) heard_before_ = std::min(heard_before_, crowd_[reader].bytes());
  for (std::uint64_t& due : due_) due += stream.size();
  if (server_.tongue().exact) crowd_.expect(readers_, std::make_shared<const std::string>(std::move(stream)));
}

void Listeners::await_heard(std::size_t bytes) {
  const auto late = crowd_.await(readers_, Crowd::Count::kBytes, heard_before_ + bytes, kMostWaiting);
  if (late.empty()) return;
  give_up(server_.name() + ": " + std::to_string(late.size()) + " clients have not got everything; client " +
          std::to_string(late.front()) + " has " + std::to_string(crowd_[late.front()].bytes() - heard_before_) +
          " of " + std::to_string(bytes) + " bytes");
}

void Listeners::check_exact() {
  if (!server_.tongue().exact) return;
  crowd_.run_for({});
  for (std::size_t i = 0; i < readers_.size(); ++i) {
    const auto& reader = crowd_[readers_[i]];
    if (reader.bytes() == due_[i] && !reader.differs()) continue;
    give_up(server_.name() + ": client " + std::to_string(i) + " got other bytes than were sent, or in another order");
  }
}

Listeners::Cost Listeners::cost() const { return {cpu_seconds(server_.pid()), own_cpu_seconds(), Clock::now()}; }

SpreadFigures Listeners::figures(const Cost& before, std::size_t lines) const {
  const Cost after = cost();
  const double count = static_cast<double>(lines * readers_.size());
  SpreadFigures figures;
  figures.deliveries_per_second = count / std::chrono::duration<double>(after.time - before.time).count();
  figures.server_cpu_per_million = (after.server - before.server) / count * 1e6;
  figures.client_cpu_per_million = (after.clients - before.clients) / count * 1e6;
  return figures;
}

SpreadFigures Listeners::all_at_once(const std::vector<std::string>& lines) {
  begin(lines);
  std::string said;
  std::size_t bytes = 0;
  for (const std::string& line : lines) {
    said += server_.tongue().said(line);
    bytes += server_.tongue().heard(line).size();
  }
  const Cost before = cost();
  crowd_.send(sender_, said);
  await_heard(bytes);
  const SpreadFigures figures = this->figures(before, lines.size());
  check_exact();
  return figures;
}

SpreadFigures Listeners::one_at_a_time(const std::vector<std::string>& lines) {
  begin(lines);
  std::vector<float> took_ms;
  std::size_t bytes = 0;
  const Cost before = cost();
  for (const std::string& line : lines) {
    const auto sent = Clock::now();
    crowd_.send(sender_, server_.tongue().said(line));
    bytes += server_.tongue().heard(line).size();
    await_heard(bytes);
    took_ms.push_back(std::chrono::duration<float, std::milli>(Clock::now() - sent).count());
  }
  SpreadFigures figures = this->figures(before, lines.size());
  figures.p50_ms = percentile(took_ms, 0.5);
  figures.p99_ms = percentile(took_ms, 0.99);
  check_exact();
  return figures;
}

}  // namespace buzzer::bench
