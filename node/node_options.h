// Everything a node can be told, as plain data. cli.h fills it from the command line, a file and the environment.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/endpoint.h"
#include "base/ids.h"
#include "base/log.h"
#include "base/status.h"
#include "linkmgr/link_options.h"

namespace buzzer::node {

inline constexpr std::uint16_t kFirstMeshPort = 3000;
inline constexpr std::uint16_t kFirstControlPort = 10000;
inline constexpr std::uint16_t kFirstClientPort = 8080;
inline constexpr std::uint16_t kFirstRoomPort = 4000;

struct NodeOptions {
  std::uint32_t id = 0;
  std::uint32_t grid_size = 1;
  std::string grid = "local";            // the grid's name: letters, digits, '.', '_', '-'; at most 64
  std::filesystem::path run_folder;      // empty: run/<grid>/node-<id>
  std::string bind = "127.0.0.1";        // the mesh's address
  std::uint16_t mesh_port = 0;           // 0: kFirstMeshPort + id
  std::uint16_t control_port = 0;        // 0: kFirstControlPort + id
  std::uint16_t client_port = 0;         // 0: kFirstClientPort + id
  bool no_clients = false;               // HTTP and WebSocket are not served
  std::uint16_t room_port = 0;           // 0: kFirstRoomPort + id
  bool no_room = false;                  // the room has no TCP clients
  std::filesystem::path web_root;        // the folder of our own web client; empty: none
  std::filesystem::path static_root;     // a folder served below /static/; empty: none
  std::vector<std::string> host_names;   // by which clients may call this node, besides its addresses
  std::vector<std::string> client_urls;  // "id=url": where clients reach a node; this one is known by its port
  bool public_grid = false;              // who is not logged in may see how the grid is
  bool echo = false;                     // for tests: /echo says back what it is told
  bool cheap_passwords = false;          // for tests: a hash that costs next to nothing to make, and to guess
  std::uint32_t lose_unsynced = 0;       // for tests: a seed for the disk of store/killable_disk.h; 0: the real one
  std::vector<std::string> peers;        // "id=host:port"; who is not named is at 127.0.0.1:(kFirstMeshPort + id)
  std::uint32_t heartbeat_interval_ms = 100;
  std::uint32_t heartbeat_timeout_ms = 500;
  std::filesystem::path grid_key_file;  // empty: grid.key beside the run folder
  bool make_grid_key = false;           // make that file if it is not there; set by complete() for the default file
  linkmgr::LinkEncryption encryption = linkmgr::LinkEncryption::kOffLoopback;
  linkmgr::LinkFormat link_format = linkmgr::LinkFormat::kBuzzer;
  bool ephemeral = false;  // keep what users do in memory only
  base::LogLevel log_level = base::LogLevel::kInfo;
  base::LogFormat log_format = base::LogFormat::kText;
};

// Checks what no option can tell by itself, and fills in the defaults that rest on other options. Errors name the
// option, its value and what is allowed.
[[nodiscard]] base::Result<NodeOptions> complete(NodeOptions options);

// Completed options as a file for --config would say them.
[[nodiscard]] std::string to_config_text(const NodeOptions& options);

// Where clients reach the nodes, as far as completed options tell: this one, if it serves clients, and those named.
[[nodiscard]] std::map<base::NodeId, std::string> client_urls(const NodeOptions& options);

// The mesh's part of completed options; the key comes from its file.
[[nodiscard]] linkmgr::LinkOptions link_options(const NodeOptions& options, const linkmgr::GridKey& key);

}  // namespace buzzer::node
