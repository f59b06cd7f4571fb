// What a line on the control port means. Pure. docs/protocols/control-port.md is its manual.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/ids.h"
#include "node/control/buzz_command.h"

namespace buzzer::control {

// The lab's own commands, which anybody on the machine may give.
struct Get {};
struct Alive {};
struct Broadcast {
  std::string text;
};

// Those that want `auth` first.
struct Auth {
  std::string token;
};
struct Status {};
struct BlockPeer {
  base::NodeId peer;
  bool in = true;
  bool out = true;
};
struct UnblockPeer {
  base::NodeId peer;
};
struct Mark {};
struct Stop {};
struct Wish {
  proto::Command command;
};
struct Read {
  proto::Query query;
};
struct HomeOf {
  std::string user;
};
struct Settle {
  std::chrono::milliseconds most;
};
struct TraceBuzz {
  std::uint64_t id = 0;
  bool json = false;
};
struct AuditGrid {
  std::optional<base::ShardId> shard;  // none: all
  bool json = false;
};

// Not a command: the answer that says why.
struct Rejected {
  std::string answer;
};

using ControlCommand = std::variant<Get, Alive, Broadcast, Auth, Status, BlockPeer, UnblockPeer, Mark, Stop, Wish, Read,
                                    HomeOf, Settle, TraceBuzz, AuditGrid, Rejected>;

[[nodiscard]] ControlCommand parse_command(std::string_view line);

// Whether the command is one of the lab's, or `auth` itself, or no command at all.
[[nodiscard]] bool open_to_all(const ControlCommand& command);

}  // namespace buzzer::control
