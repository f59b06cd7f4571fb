#include "node/node_options.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "base/check.h"

namespace buzzer::node {
namespace {

constexpr std::size_t kMostGridName = 64;
// Fewer heartbeats within the timeout, and one that is late takes a healthy peer down.
constexpr std::uint32_t kLeastHeartbeatsInTimeout = 3;

bool is_grid_name(const std::string& name) {
  if (name.empty() || name.size() > kMostGridName || name.front() == '.') return false;
  return name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") ==
         std::string::npos;
}

struct PeerEntry {
  base::NodeId id;
  base::Endpoint endpoint;
};

base::Result<PeerEntry> parse_peer(const std::string& text) {
  std::uint32_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc{} || end == text.data() + text.size() || *end != '=') {
    return base::fail("--peer: \"" + text + "\": expected id=host:port, for example 1=10.0.0.2:3001");
  }
  auto endpoint = base::parse_endpoint(std::string_view(text).substr(static_cast<std::size_t>(end + 1 - text.data())));
  if (!endpoint) return base::fail("--peer: \"" + text + "\": " + endpoint.error().message);
  return PeerEntry{base::NodeId(id), std::move(*endpoint)};
}

constexpr std::size_t kMostUrl = 256;

base::Result<std::map<base::NodeId, std::string>> named_urls(const NodeOptions& options) {
  std::map<base::NodeId, std::string> urls;
  for (const std::string& text : options.client_urls) {
    const std::string named = "--client-url: \"" + text + "\"";
    std::uint32_t id = 0;
    const char* const all = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), all, id);
    const std::string url = error == std::errc{} && end != all && *end == '=' ? std::string(end + 1, all) : "";
    const auto begins = [&](std::string_view scheme) {
      return url.size() > scheme.size() && url.rfind(scheme, 0) == 0;
    };
    const bool plain =
        std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c <= '~' && c != '"' && c != '\\'; });
    if ((!begins("ws://") && !begins("wss://")) || !plain || url.size() > kMostUrl) {
      return base::fail(named + ": expected id=url, for example 1=wss://buzz.example/ws, of at most " +
                        std::to_string(kMostUrl) + " printable characters");
    }
    if (id >= options.grid_size) {
      return base::fail(named + ": the nodes of this grid are 0 to " + std::to_string(options.grid_size - 1));
    }
    if (!urls.emplace(base::NodeId(id), url).second) {
      return base::fail(named + ": node " + std::to_string(id) + " is named twice");
    }
  }
  return urls;
}

std::string others(const NodeOptions& options) {
  return "0 to " + std::to_string(options.grid_size - 1) + ", not " + std::to_string(options.id) + " itself";
}

base::Result<std::map<base::NodeId, base::Endpoint>> peers_of(const NodeOptions& options) {
  std::map<base::NodeId, base::Endpoint> peers;
  for (const std::string& text : options.peers) {
    auto peer = parse_peer(text);
    if (!peer) return tl::unexpected(peer.error());
    if (peer->id.value() >= options.grid_size || peer->id.value() == options.id) {
      return base::fail("--peer: \"" + text + "\": the peers of this node are " + others(options));
    }
    if (!peers.emplace(peer->id, peer->endpoint).second) {
      return base::fail("--peer: \"" + text + "\": node " + std::to_string(peer->id.value()) + " is named twice");
    }
  }
  for (std::uint32_t id = 0; id < options.grid_size; ++id) {
    if (id == options.id) continue;
    peers.try_emplace(base::NodeId(id), base::Endpoint{"127.0.0.1", static_cast<std::uint16_t>(kFirstMeshPort + id)});
  }
  return peers;
}

// The lab's links know no key and no proof: whoever reaches them can be any node.
base::Result<void> check_link_format(const NodeOptions& options) {
  if (options.link_format != linkmgr::LinkFormat::kLab) return {};
  const std::string loopback = " leaves loopback: with --link-format lab nobody proves who he is";
  if (!base::is_loopback(options.bind)) return base::fail("--bind: \"" + options.bind + '"' + loopback);
  const auto peers = peers_of(options);
  if (!peers) return tl::unexpected(peers.error());
  for (const auto& [id, endpoint] : *peers) {
    if (base::is_loopback(endpoint.host)) continue;
    return base::fail("--peer: \"" + std::to_string(id.value()) + '=' + base::to_string(endpoint) + '"' + loopback);
  }
  if (options.encryption == linkmgr::LinkEncryption::kAlways) {
    return base::fail("--link-encryption: always: with --link-format lab nothing is encrypted");
  }
  return {};
}

}  // namespace

base::Result<NodeOptions> complete(NodeOptions options) {
  if (options.id >= options.grid_size) {
    return base::fail("--id: " + std::to_string(options.id) + " is no node of a grid of " +
                      std::to_string(options.grid_size) + ": allowed are 0 to " +
                      std::to_string(options.grid_size - 1) + " (--grid-size)");
  }
  if (!is_grid_name(options.grid)) {
    return base::fail("--grid: \"" + options.grid +
                      "\": 1 to 64 letters, digits, '.', '_' or '-', not beginning with '.'");
  }
  if (options.heartbeat_timeout_ms < kLeastHeartbeatsInTimeout * options.heartbeat_interval_ms) {
    return base::fail("--heartbeat-timeout: " + std::to_string(options.heartbeat_timeout_ms) +
                      ": allowed is at least three times the heartbeat interval, here " +
                      std::to_string(kLeastHeartbeatsInTimeout * options.heartbeat_interval_ms));
  }
  if (!base::is_address(options.bind)) {
    return base::fail("--bind: \"" + options.bind + "\": an IPv4 or IPv6 address is expected, for example 127.0.0.1");
  }
  if (auto fits = check_link_format(options); !fits) return tl::unexpected(fits.error());
  if (!base::is_loopback(options.bind) && options.grid_key_file.empty()) {
    return base::fail("--bind: \"" + options.bind +
                      "\" can be reached from other machines: name a --grid-key-file with the key that the nodes of "
                      "this grid share");
  }
  if (options.mesh_port == 0) options.mesh_port = static_cast<std::uint16_t>(kFirstMeshPort + options.id);
  if (options.control_port == 0) options.control_port = static_cast<std::uint16_t>(kFirstControlPort + options.id);
  if (options.mesh_port == options.control_port) {
    return base::fail("--control-port: " + std::to_string(options.control_port) + " is the mesh's port already");
  }
  if (options.client_port == 0) options.client_port = static_cast<std::uint16_t>(kFirstClientPort + options.id);
  if (!options.no_clients &&
      (options.client_port == options.mesh_port || options.client_port == options.control_port)) {
    return base::fail("--client-port: " + std::to_string(options.client_port) +
                      " is the mesh's port or the control port already");
  }
  if (options.room_port == 0) options.room_port = static_cast<std::uint16_t>(kFirstRoomPort + options.id);
  if (!options.no_room && (options.room_port == options.mesh_port || options.room_port == options.control_port ||
                           (!options.no_clients && options.room_port == options.client_port))) {
    return base::fail("--room-port: " + std::to_string(options.room_port) +
                      " is the mesh's port, the control port or the client port already");
  }
  if (options.run_folder.empty()) {
    options.run_folder = std::filesystem::path("run") / options.grid / ("node-" + std::to_string(options.id));
  }
  if (options.grid_key_file.empty()) {
    options.grid_key_file = options.run_folder.parent_path() / "grid.key";
    options.make_grid_key = true;
  }
  if (auto peers = peers_of(options); !peers) return tl::unexpected(peers.error());
  if (auto urls = named_urls(options); !urls) return tl::unexpected(urls.error());
  return options;
}

std::string to_config_text(const NodeOptions& options) {
  std::string text = "[node]\n";
  const auto number = [&](const char* key, std::uint64_t value) {
    text += std::string(key) + " = " + std::to_string(value) + '\n';
  };
  const auto quoted = [&](const char* key, const std::string& value) {
    text += std::string(key) + " = \"" + value + "\"\n";
  };
  number("id", options.id);
  number("grid-size", options.grid_size);
  quoted("grid", options.grid);
  quoted("run-folder", options.run_folder.string());
  quoted("bind", options.bind);
  number("mesh-port", options.mesh_port);
  number("control-port", options.control_port);
  number("client-port", options.client_port);
  text += std::string("no-clients = ") + (options.no_clients ? "true" : "false") + '\n';
  number("room-port", options.room_port);
  text += std::string("no-room = ") + (options.no_room ? "true" : "false") + '\n';
  if (!options.web_root.empty()) quoted("web-root", options.web_root.string());
  if (!options.static_root.empty()) quoted("static-root", options.static_root.string());
  std::string names;
  for (const std::string& name : options.host_names) names += (names.empty() ? "\"" : ", \"") + name + '"';
  if (!names.empty()) text += "host-name = [" + names + "]\n";
  std::string urls;
  for (const std::string& url : options.client_urls) urls += (urls.empty() ? "\"" : ", \"") + url + '"';
  if (!urls.empty()) text += "client-url = [" + urls + "]\n";
  text += std::string("public-grid = ") + (options.public_grid ? "true" : "false") + '\n';
  text += std::string("test-echo = ") + (options.echo ? "true" : "false") + '\n';
  text += std::string("test-cheap-passwords = ") + (options.cheap_passwords ? "true" : "false") + '\n';
  if (options.lose_unsynced != 0) number("test-lose-unsynced", options.lose_unsynced);
  std::string peers;
  const auto endpoints = peers_of(options);
  BUZZER_CHECK(endpoints.has_value());
  for (const auto& [id, endpoint] : *endpoints) {
    peers += (peers.empty() ? "\"" : ", \"") + std::to_string(id.value()) + '=' + base::to_string(endpoint) + '"';
  }
  if (!peers.empty()) text += "peer = [" + peers + "]\n";
  number("heartbeat-interval", options.heartbeat_interval_ms);
  number("heartbeat-timeout", options.heartbeat_timeout_ms);
  // The default file is made if it is not there, one that is named must exist: so the default is not named.
  if (!options.make_grid_key) quoted("grid-key-file", options.grid_key_file.string());
  quoted("link-encryption", options.encryption == linkmgr::LinkEncryption::kAlways ? "always" : "auto");
  quoted("link-format", options.link_format == linkmgr::LinkFormat::kLab ? "lab" : "buzzer");
  text += std::string("ephemeral = ") + (options.ephemeral ? "true" : "false") + '\n';
  quoted("log-level", base::to_string(options.log_level));
  quoted("log-format", options.log_format == base::LogFormat::kJson ? "json" : "text");
  return text;
}

std::map<base::NodeId, std::string> client_urls(const NodeOptions& options) {
  auto urls = named_urls(options);
  BUZZER_CHECK(urls.has_value());
  if (!options.no_clients) {
    urls->try_emplace(base::NodeId(options.id), "ws://127.0.0.1:" + std::to_string(options.client_port) + "/ws");
  }
  return *std::move(urls);
}

linkmgr::LinkOptions link_options(const NodeOptions& options, const linkmgr::GridKey& key) {
  linkmgr::LinkOptions link;
  link.self = base::NodeId(options.id);
  link.grid_size = options.grid_size;
  link.grid_id = options.grid;
  link.grid_key = key;
  link.listen = {options.bind, options.mesh_port};
  auto peers = peers_of(options);
  BUZZER_CHECK(peers.has_value());
  link.peers = std::move(*peers);
  link.heartbeat_interval = std::chrono::milliseconds(options.heartbeat_interval_ms);
  link.heartbeat_timeout = std::chrono::milliseconds(options.heartbeat_timeout_ms);
  link.encryption = options.encryption;
  link.format = options.link_format;
  return link;
}

}  // namespace buzzer::node
