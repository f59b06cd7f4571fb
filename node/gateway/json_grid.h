// The grid as one JSON session follows it: told at once as it is, then when there is news (grid_view.h), at most once a
// second. A client that reads too slowly is told less often, and always the present.
//
// Belongs to one gateway worker's thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/event_loop.h"
#include "node/gateway/core.h"
#include "node/gateway/ws_connection.h"
#include "proto/v1/parts.h"

namespace buzzer::gateway {

class JsonGrid {
 public:
  // `home`: the node where who is logged in is at home; none if nobody is. All must outlive it.
  JsonGrid(Core& core, base::EventLoop& loop, WsConnection& connection,
           std::function<std::optional<std::uint32_t>()> home);

  // Under that number for the client, from the next turn on.
  void open(std::uint32_t number);
  // False: there is no such subscription.
  [[nodiscard]] bool close(std::uint32_t number);
  void close_all();
  [[nodiscard]] std::size_t count() const { return open_.size(); }

  using GridCallback = std::function<void(std::optional<proto::v1::Grid>)>;
  // How it is now, for this session; none when the node is too busy. Not after this object is gone.
  void get(GridCallback callback);

 private:
  struct Open {
    std::uint32_t number;
    std::optional<proto::v1::Grid> told;
    base::MonotonicTime told_at{};
  };

  void look();
  void look_later();
  void tell(const proto::v1::Grid& grid);

  Core& core_;
  base::EventLoop& loop_;
  WsConnection& connection_;
  const std::function<std::optional<std::uint32_t>()> home_;
  std::vector<Open> open_;
  std::unique_ptr<base::Timer> timer_;  // while there are any, and no look is under way
  bool looks_ = false;
  const std::shared_ptr<const char> here_ = std::make_shared<const char>();
};

}  // namespace buzzer::gateway
