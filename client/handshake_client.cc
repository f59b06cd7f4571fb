#include <algorithm>
#include <array>
#include <utility>

#include "client/handshake.h"

namespace buzzer::client {
namespace {

constexpr std::string_view kHttp = "HTTP/1.1 ";

// Headers that the handshake writes itself.
bool is_own(std::string_view name) {
  constexpr std::array<std::string_view, 5> kOwn = {"Host", "Upgrade", "Connection", "Content-Length",
                                                    "Transfer-Encoding"};
  constexpr std::string_view kPrefix = "Sec-WebSocket-";
  return std::any_of(kOwn.begin(), kOwn.end(), [&](std::string_view own) { return equal_in_any_case(own, name); }) ||
         equal_in_any_case(name.substr(0, kPrefix.size()), kPrefix);
}

// Visible ASCII, so no space that would end it.
bool is_target(std::string_view target) {
  return target.substr(0, 1) == "/" &&
         std::all_of(target.begin(), target.end(), [](char c) { return c > ' ' && c < 0x7f && c != '#'; });
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

base::Result<std::string> upgrade_request(const UpgradeOffer& offer) {
  if (!is_target(offer.target)) {
    return base::fail("the target of a WebSocket must begin with \"/\" and hold visible ASCII alone, without \"#\"");
  }
  if (offer.host.empty() || !is_header_value(offer.host)) return base::fail("the host must be a name or an address");
  for (const std::string& name : offer.subprotocols) {
    if (!is_token(name))
      return base::fail("the name of a subprotocol must be a token: letters, digits, \".\" and so on");
  }
  std::string request = "GET " + offer.target + " HTTP/1.1\r\nHost: " + offer.host +
                        "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: " + offer.key +
                        "\r\nSec-WebSocket-Version: 13\r\n";
  if (!offer.subprotocols.empty()) request += "Sec-WebSocket-Protocol: " + joined(offer.subprotocols) + "\r\n";
  for (const OwnedHeader& header : offer.headers) {
    if (!is_token(header.name) || is_own(header.name) || !is_header_value(header.value)) {
      return base::fail("the header \"" + header.name + "\" cannot be added: its name is none, or belongs to the " +
                        "handshake, or its value holds a control character");
    }
    request += header.name + ": " + header.value + "\r\n";
  }
  return request += "\r\n";
}

base::Result<std::string> judge_answer(std::string_view head, const UpgradeOffer& offer) {
  const auto parsed = parse_head(head);
  if (!parsed) return base::fail("the server's answer is no HTTP: " + parsed.error().message);
  if (parsed->start.substr(0, kHttp.size()) != kHttp) return base::fail("the server's answer is not of HTTP/1.1");
  const std::string_view status = parsed->start.substr(kHttp.size());
  if (status != "101" && status.substr(0, 4) != "101 ") {
    return base::fail("the server refused the upgrade: " + std::string(status));
  }
  const HeaderList headers(parsed->headers);
  if (!equal_in_any_case(headers.only("Upgrade").value_or(""), "websocket")) {
    return base::fail("the server did not upgrade to \"websocket\"");
  }
  if (!headers.has_element("Connection", "upgrade"))
    return base::fail("the server's answer lacks \"Connection: Upgrade\"");
  if (headers.only("Sec-WebSocket-Accept") != accept_key(offer.key)) {
    return base::fail("the server's Sec-WebSocket-Accept does not belong to the key that it was sent");
  }
  if (!headers.elements("Sec-WebSocket-Extensions").empty()) {
    return base::fail("the server chose an extension; none was offered");
  }
  if (headers.count("Sec-WebSocket-Protocol") == 0) return std::string();
  const std::string chosen(headers.only("Sec-WebSocket-Protocol").value_or(""));
  if (std::find(offer.subprotocols.begin(), offer.subprotocols.end(), chosen) == offer.subprotocols.end()) {
    return base::fail("the server chose a subprotocol that was not offered");
  }
  return chosen;
}

}  // namespace buzzer::client
