#include "tests/simulation/crowd.h"

#include <algorithm>
#include <iterator>

#include "tests/simulation/door_check.h"
#include "tests/simulation/final_check.h"
#include "tests/simulation/gossip_check.h"

namespace buzzer::simulation {
namespace {

using std::chrono::milliseconds;

// Once all is well every command is answered definitely within this.
constexpr Duration kSettled = std::chrono::seconds(10);

}  // namespace

Crowd::Crowd(Service& service, const Vocabulary& vocabulary, VirtualTime& time, Trace& trace, History& history,
             std::uint64_t seed)
    : service_(service),
      time_(time),
      trace_(trace),
      history_(history),
      random_(seed),
      vocabulary_(vocabulary),
      wishes_(random_, vocabulary_, static_cast<std::uint32_t>(2 + random_.next() % 7)) {
  history_.set_service(service);
  constexpr int kPauses[] = {30, 100, 500};
  const Duration pause = milliseconds(kPauses[random_.next() % std::size(kPauses)]);
  const std::uint64_t clients = 2 + random_.next() % 7;
  const ClientWorld world{service, time, random_, trace, history, wishes_, pause};
  for (std::uint32_t number = 0; number < clients; ++number) {
    clients_.push_back(std::make_unique<Client>(number, wishes_.draw_account(), world));
  }
  service_.on_closed([this](std::uint32_t door) {
    for (const auto& client : clients_) client->door_closed(door);
  });
}

void Crowd::begin() {
  for (const auto& client : clients_) client->begin();
}

void Crowd::settle() {
  trace_.note([] { return std::string("all is well from now on"); });
  for (const auto& client : clients_) client->stop();
  const MonotonicTime until = time_.now() + kSettled;
  const auto idle = [](const auto& client) { return client->idle(); };
  while (time_.now() < until && !std::all_of(clients_.begin(), clients_.end(), idle)) time_.run_for(milliseconds(10));
}

void Crowd::judge() {
  for (std::uint32_t door = 0; door < service_.doors(); ++door) {
    Reader reader(service_, time_, history_, door);
    const Finding finding = read_everything(reader, history_);
    if (door == 0) {
      std::string unreadable;
      records_ = service_.read_records(index_keys(history_, vocabulary_), unreadable);
      if (!unreadable.empty()) history_.problem("in the end not all is on the disks: " + unreadable);
      if (!history_.lossy()) check_finding(finding, records_, history_);
    }
    check_door(reader, records_, history_, door == 0);
  }
  check_gossip(records_, history_);
}

RunResult Crowd::result(MonotonicTime begun) const {
  RunResult result;
  result.problems = history_.problems();
  result.trace = trace_.text();
  result.simulated = time_.now() - begun;
  result.nodes = service_.doors();
  result.done = static_cast<std::size_t>(std::count_if(history_.deeds().begin(), history_.deeds().end(),
                                                       [](const Deed& deed) { return deed.fate == Fate::kDone; }));
  return result;
}

}  // namespace buzzer::simulation
