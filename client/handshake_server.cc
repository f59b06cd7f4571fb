#include <algorithm>
#include <set>
#include <utility>

#include "client/handshake.h"

namespace buzzer::client {
namespace {

constexpr std::size_t kKeyCharacters = 22;  // of 16 bytes in base64, and two "=" more

bool is_base64(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
}

// The RFC wants the key back, not decoded, so the four bits that no byte needs are not looked at.
bool is_key(std::string_view text) {
  return text.size() == kKeyCharacters + 2 && std::all_of(text.begin(), text.begin() + kKeyCharacters, is_base64) &&
         text.substr(kKeyCharacters) == "==";
}

UpgradeVerdict refuse(int status, std::string reason, std::vector<OwnedHeader> headers = {}) {
  UpgradeVerdict verdict;
  verdict.status = status;
  verdict.reason = std::move(reason);
  verdict.headers = std::move(headers);
  return verdict;
}

UpgradeVerdict want_websocket(std::string reason) {
  return refuse(426, std::move(reason),
                {{"Upgrade", "websocket"}, {"Connection", "Upgrade"}, {"Sec-WebSocket-Version", "13"}});
}

// A body would be taken for frames.
bool has_body(const HeaderList& headers) {
  if (headers.count("Transfer-Encoding") > 0) return true;
  return headers.count("Content-Length") > 0 && headers.only("Content-Length") != "0";
}

bool are_subprotocols(const std::vector<std::string_view>& names) {
  return std::all_of(names.begin(), names.end(), is_token) &&
         std::set<std::string_view>(names.begin(), names.end()).size() == names.size();
}

}  // namespace

UpgradeVerdict judge_upgrade(const UpgradeRequest& request, std::span<const std::string_view> spoken) {
  const HeaderList& headers = request.headers;
  if (request.method != "GET") return refuse(405, "a WebSocket begins with a GET", {{"Allow", "GET"}});
  if (std::pair(request.http_major, request.http_minor) < std::pair(1, 1)) {
    return refuse(505, "a WebSocket begins with a request of HTTP/1.1");
  }
  if (!headers.has_element("Upgrade", "websocket")) {
    return want_websocket("this is a WebSocket endpoint: the request must say \"Upgrade: websocket\"");
  }
  if (!headers.has_element("Connection", "upgrade")) {
    return refuse(400, "\"Connection: Upgrade\" is missing, without which the upgrade is not meant for this server");
  }
  if (headers.only("Host").value_or("").empty()) return refuse(400, "there must be one Host header");
  if (has_body(headers)) return refuse(400, "a request that begins a WebSocket has no body");
  const auto version = headers.only("Sec-WebSocket-Version");
  if (version != "13") return want_websocket("Sec-WebSocket-Version must be there once, and be 13");
  const auto key = headers.only("Sec-WebSocket-Key");
  if (!key || !is_key(*key)) {
    return refuse(400, "Sec-WebSocket-Key must be there once, and be 16 bytes in base64");
  }
  const auto offered = headers.elements("Sec-WebSocket-Protocol");
  if (!are_subprotocols(offered)) {
    return refuse(400, "Sec-WebSocket-Protocol must hold tokens, each of them once");
  }

  UpgradeVerdict verdict;
  verdict.headers = {{"Upgrade", "websocket"}, {"Connection", "Upgrade"}, {"Sec-WebSocket-Accept", accept_key(*key)}};
  verdict.offered_subprotocols = !offered.empty();
  const auto agreed = std::find_first_of(offered.begin(), offered.end(), spoken.begin(), spoken.end());
  if (agreed != offered.end()) {
    verdict.subprotocol = *agreed;
    verdict.headers.push_back({"Sec-WebSocket-Protocol", verdict.subprotocol});
  }
  return verdict;
}

std::string upgrade_answer(const UpgradeVerdict& verdict) {
  std::string answer = "HTTP/1.1 101 Switching Protocols\r\n";
  for (const OwnedHeader& header : verdict.headers) answer += header.name + ": " + header.value + "\r\n";
  return answer += "\r\n";
}

}  // namespace buzzer::client
