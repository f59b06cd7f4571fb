#include "node/gateway/json_grid.h"

#include <algorithm>
#include <string>
#include <utility>

#include "node/gateway/grid_view.h"
#include "node/gateway/json_session.h"
#include "node/grid/placement.h"
#include "node/kernel/home_shard.h"
#include "node/kernel/text.h"
#include "proto/v1/messages.h"

namespace buzzer::gateway {
namespace {

namespace v1 = proto::v1;
using proto::ErrorCode;

constexpr base::Duration kBetween = std::chrono::seconds(1);
// While more than this waits for the client, it is told nothing.
constexpr std::size_t kMostWaiting = 64UL << 10;

}  // namespace

JsonGrid::JsonGrid(Core& core, base::EventLoop& loop, WsConnection& connection,
                   std::function<std::optional<std::uint32_t>()> home)
    : core_(core), loop_(loop), connection_(connection), home_(std::move(home)) {}

void JsonGrid::get(GridCallback callback) {
  core_.grid([this, here = std::weak_ptr<const char>(here_),
              callback = std::move(callback)](const std::shared_ptr<const v1::Grid>& grid) {
    if (here.expired()) return;
    if (grid == nullptr) return callback(std::nullopt);
    v1::Grid own = *grid;
    own.home = home_();
    callback(std::move(own));
  });
}

void JsonGrid::open(std::uint32_t number) {
  open_.push_back({number, std::nullopt, {}});
  look();
}

bool JsonGrid::close(std::uint32_t number) {
  const auto is_it = [&](const Open& open) { return open.number == number; };
  if (std::erase_if(open_, is_it) == 0) return false;
  if (open_.empty()) timer_.reset();
  return true;
}

void JsonGrid::close_all() {
  open_.clear();
  timer_.reset();
}

void JsonGrid::look_later() {
  timer_ = loop_.call_after(kBetween, [this] { look(); });
}

void JsonGrid::look() {
  if (std::exchange(looks_, true)) return;
  get([this](const std::optional<v1::Grid>& grid) {
    looks_ = false;
    if (open_.empty()) return;
    if (grid && connection_.queued_bytes() <= kMostWaiting) tell(*grid);
    look_later();
  });
}

void JsonGrid::tell(const v1::Grid& grid) {
  const base::MonotonicTime now = loop_.now();
  for (Open& open : open_) {
    if (open.told && (now - open.told_at < kBetween || !is_news(*open.told, grid))) continue;
    open.told = grid;
    open.told_at = now;
    std::string text;
    v1::append(text, v1::GridChanged{open.number, grid});
    connection_.send(std::move(text));
  }
}

// What the session answers with it.

bool JsonSession::may_see_grid(Id id) { return limits_.grid_is_public || is_logged_in(id); }

std::optional<std::uint32_t> JsonSession::home() const {
  if (who_.user.empty()) return std::nullopt;
  return grid::node_of_shard(kernel::shard_of_user(kernel::lower_name(who_.user)), services_.nodes).value();
}

void JsonSession::take(Id id, const v1::GetGridRequest& /*request*/) {
  if (!may_see_grid(id)) return;
  grid_.get([this, id](std::optional<v1::Grid> grid) {
    if (connection_->is_closing()) return;
    if (!grid) return refuse(id, {ErrorCode::kUnavailable, "this node has too much to do at the moment: ask again"});
    answer(v1::GridAnswer{id, *std::move(grid)});
  });
}

void JsonSession::take(Id id, const v1::SubscribeGridRequest& /*request*/) {
  if (!may_see_grid(id) || !has_room_for_subscription(id)) return;
  const std::uint32_t number = feeds_.next_number();
  answer(v1::SubscribedAnswer{id, number});
  grid_.open(number);
}

}  // namespace buzzer::gateway
