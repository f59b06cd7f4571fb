// Everything a node can be told, as plain data. cli.h fills it from the command line, a file and the environment.
#pragma once

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

struct NodeOptions {
  std::uint32_t id = 0;
  std::uint32_t grid_size = 1;
  std::string grid = "local";        // the grid's name: letters, digits, '.', '_', '-'; at most 64
  std::filesystem::path run_folder;  // empty: run/<grid>/node-<id>
  std::string bind = "127.0.0.1";    // the mesh's address
  std::uint16_t mesh_port = 0;       // 0: kFirstMeshPort + id
  std::uint16_t control_port = 0;    // 0: kFirstControlPort + id
  std::vector<std::string> peers;    // "id=host:port"; who is not named is at 127.0.0.1:(kFirstMeshPort + id)
  std::uint32_t heartbeat_interval_ms = 100;
  std::uint32_t heartbeat_timeout_ms = 500;
  std::filesystem::path grid_key_file;  // empty: grid.key beside the run folder
  bool make_grid_key = false;           // make that file if it is not there; set by complete() for the default file
  linkmgr::LinkEncryption encryption = linkmgr::LinkEncryption::kOffLoopback;
  bool ephemeral = false;  // keep what users do in memory only
  base::LogLevel log_level = base::LogLevel::kInfo;
  base::LogFormat log_format = base::LogFormat::kText;
};

// Checks what no option can tell by itself, and fills in the defaults that rest on other options. Errors name the
// option, its value and what is allowed.
[[nodiscard]] base::Result<NodeOptions> complete(NodeOptions options);

// Completed options as a file for --config would say them.
[[nodiscard]] std::string to_config_text(const NodeOptions& options);

// The mesh's part of completed options; the key comes from its file.
[[nodiscard]] linkmgr::LinkOptions link_options(const NodeOptions& options, const linkmgr::GridKey& key);

}  // namespace buzzer::node
