#include "node/status_json.h"

#include <unistd.h>

#include <array>
#include <cstdio>

#include <nlohmann/json.hpp>

namespace buzzer::node {
namespace {

using Json = nlohmann::ordered_json;
using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::milliseconds;

const char* name_of(linkmgr::PeerState state) {
  switch (state) {
    case linkmgr::PeerState::kDown:
      return "down";
    case linkmgr::PeerState::kConnecting:
      return "connecting";
    case linkmgr::PeerState::kProven:
      return "proven";
    case linkmgr::PeerState::kUp:
      return "up";
  }
  return "down";
}

const char* name_of(linkmgr::Block block) {
  if (block.in && block.out) return "both";
  if (block.in) return "in";
  return block.out ? "out" : "none";
}

// As text: a number of 64 bits is more than many JSON readers keep.
std::string boot_in_hex(base::BootId boot) {
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(boot.value()));
  return text.data();
}

template <class Unit, class Value>
Json count_or_null(const std::optional<Value>& duration) {
  return duration ? Json(duration_cast<Unit>(*duration).count()) : Json(nullptr);
}

Json link_to_json(const linkmgr::PeerStatus& peer) {
  return {{"peer", peer.peer.value()},
          {"state", name_of(peer.state)},
          {"blocked", name_of(peer.block)},
          {"rtt_us", count_or_null<microseconds>(peer.round_trip)},
          {"silent_ms", count_or_null<milliseconds>(peer.silence)},
          {"clock_offset_ms", count_or_null<milliseconds>(peer.clock_offset)},
          {"worker_idle_ms", peer.worker_idle_ms},
          {"journal_reachable", peer.journal_reachable},
          {"encrypted", peer.encrypted},
          {"queued_bytes", peer.queued_bytes},
          {"last_error", peer.last_error.empty() ? Json(nullptr) : Json(peer.last_error)},
          {"dropped_frames", peer.refused_frames},
          {"strange_lines", peer.strange_lines}};
}

}  // namespace

std::string to_json(const StatusFacts& facts) {
  Json alive = Json::array();
  for (const base::NodeId id : facts.alive) alive.push_back(id.value());
  Json links = Json::array();
  for (const auto& peer : facts.mesh.peers) links.push_back(link_to_json(peer));
  const Json status{{"version", BUZZER_VERSION},
                    {"id", facts.options.id},
                    {"grid", facts.options.grid},
                    {"grid_size", facts.options.grid_size},
                    {"pid", ::getpid()},
                    {"boot_id", boot_in_hex(facts.mesh.boot)},
                    {"uptime_ms", duration_cast<milliseconds>(facts.uptime).count()},
                    {"ephemeral", facts.options.ephemeral},
                    {"clock_offset_ms", count_or_null<milliseconds>(facts.mesh.clock_offset)},
                    {"alive", std::move(alive)},
                    {"links", std::move(links)},
                    {"homes",
                     {{"store_open", facts.core.store_open},
                      {"shards", facts.core.shards},
                      {"serving", facts.core.serving},
                      {"requests_under_way", facts.core.requests_under_way}}},
                    {"room",
                     {{"lines", facts.room_lines},
                      {"dropped_lines", facts.room_dropped_lines},
                      {"clients", facts.room_clients.clients},
                      {"client_dropped_lines", facts.room_clients.dropped_lines}}}};
  return status.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace buzzer::node
