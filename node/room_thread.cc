#include "node/room_thread.h"

#include <future>
#include <utility>

namespace buzzer::node {
namespace {

// As many as come while the room waits for clients that are behind for a moment.
constexpr base::InboxLimits kMostShown{262'144, 16UL << 20};

std::size_t cost(const room::LineBatch& batch) { return batch.bytes().size() + batch.lines() * room::line_cost(0); }

}  // namespace

RoomThread::RoomThread(const room::RoomServerOptions& options, base::AsioEventLoop& home, base::Log& log, TakeLine take,
                       std::function<bool()> mesh_is_busy, std::shared_ptr<const linkmgr::Backlogs> unsent)
    : home_(home),
      take_(std::move(take)),
      shown_("room", kMostShown, [this] { worker_.loop().post([this] { show_waiting(); }); }),
      said_("worker-0", {}, [this] { home_.post([this] { take_said(); }); }),
      mesh_is_busy_(std::move(mesh_is_busy)),
      unsent_(std::move(unsent)),
      server_(options, worker_.loop(), log, *this) {}

RoomThread::~RoomThread() { stop(); }

base::Result<void> RoomThread::start() {
  if (auto listening = server_.start(); !listening) return listening;
  worker_.start();
  started_ = true;
  return {};
}

void RoomThread::show(std::string_view line) {
  const std::size_t clients = server_.clients();
  if (clients > 0 && !shown_.push(std::string(line), line.size())) not_shown_ += clients;
}

room::RoomClientCounts RoomThread::counts() const {
  return {server_.clients(), server_.dropped_lines() + not_shown_.load()};
}

// Lets them wait in the inbox, which is bounded, while earlier ones wait for clients.
void RoomThread::show_waiting() {
  if (server_.all_shown()) shown_.drain([this](const std::string& line) { server_.show(line); });
}

void RoomThread::on_lines(const room::SharedBatch& batch) {
  said_bytes_ += cost(*batch);
  said_.push_always(batch);
}

void RoomThread::take_said() {
  said_.drain([this](const room::SharedBatch& batch) {
    for (std::uint32_t line = 0; line < batch->lines(); ++line) take_(batch->line(line));
    const std::size_t size = cost(*batch);
    const std::size_t before = said_bytes_.fetch_sub(size);
    if (before >= kMostSaidBytes && before - size < kMostSaidBytes) {
      worker_.loop().post([this] { server_.go_on(); });
    }
  });
}

void RoomThread::let_clients_go() {
  if (!std::exchange(started_, false)) return;
  std::promise<void> gone;
  auto done = gone.get_future();
  worker_.loop().post([&] {
    server_.stop();
    gone.set_value();
  });
  done.wait();
}

}  // namespace buzzer::node
