// What sessions of both protocols stand on.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "base/event_loop.h"
#include "base/ids.h"
#include "base/random.h"
#include "node/gateway/core.h"
#include "node/gateway/login.h"
#include "node/gateway/ws_connection.h"

namespace buzzer::gateway {

// Of one gateway worker. All outlive its sessions.
struct SessionServices {
  Core& core;
  Login& login;
  base::EventLoop& loop;
  base::Random& random;
  base::NodeId self;
  std::uint32_t nodes = 1;
};

// A logged-in (or not yet logged-in) client's conversation; lives as long as its connection, and is its WsSession.
class Session : public WsSession {
 public:
  // Told once, when the connection is over; may destroy the session.
  using ClosedCallback = std::function<void(Session&)>;

  [[nodiscard]] virtual WsConnection& connection() = 0;
};

// Calls the function, with the session before what else it is given, only if that is still there and its connection
// open: what a client is told to repeat elsewhere must not go on here.
template <class SessionType, class Function>
[[nodiscard]] auto while_open(std::weak_ptr<SessionType> session, Function function) {
  return [weak = std::move(session), function = std::move(function)](auto&&... arguments) {
    if (const auto self = weak.lock(); self != nullptr && !self->connection().is_closing()) {
      function(*self, std::forward<decltype(arguments)>(arguments)...);
    }
  };
}

// Pushes are said to have been taken so many at a time: less talk between threads, and far below the window.
inline constexpr std::uint32_t kTakenEvery = 64;

}  // namespace buzzer::gateway
