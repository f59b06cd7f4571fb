// A client's place in a crowd: for crowd.cc and crowd_connecting.cc alone.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include "base/owned_socket.h"
#include "client/crowd.h"

namespace buzzer::client {

struct Crowd::Seat {
  Seat(Client client, const CrowdMember::Looks& looks, base::OwnedSocket connection)
      : number(client), member(looks), socket(std::move(connection)) {}

  const Client number;
  CrowdMember member;
  base::OwnedSocket socket;
  std::uint32_t watched = 0;  // what epoll reports of it
  bool stalled = false;
  std::string unsent;
  std::size_t sent = 0;  // of unsent
};

// Rounded up, so that no wait ends before its time.
inline int milliseconds_until(std::chrono::steady_clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 1'000));
}

}  // namespace buzzer::client
