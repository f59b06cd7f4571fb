// How a connection becomes a WebSocket: one request and one answer of HTTP/1.1 (RFC 6455, section 4). Pure rules.
//
//   GET /ws HTTP/1.1                            HTTP/1.1 101 Switching Protocols
//   Host: 127.0.0.1:8080                        Upgrade: websocket
//   Upgrade: websocket                          Connection: Upgrade
//   Connection: Upgrade                         Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
//   Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ== Sec-WebSocket-Protocol: buzzer.v1.json
//   Sec-WebSocket-Version: 13
//   Sec-WebSocket-Protocol: buzzer.v1.json
//
// No extension is spoken: a server leaves offers (permessage-deflate) unanswered, which declines them; a client offers
// none, and takes an answer that names one for a mistake.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/status.h"
#include "client/http_head.h"

namespace buzzer::client {

// What Sec-WebSocket-Accept must hold for a Sec-WebSocket-Key.
[[nodiscard]] std::string accept_key(std::string_view key);

struct OwnedHeader {
  std::string name;
  std::string value;
};

// The server's side. ---------------------------------------------------------------------------------------------

// A request that is whole and well-formed. Which target it asks for, and from which Origin, is for the caller to judge.
struct UpgradeRequest {
  std::string_view method;
  int http_major = 1;
  int http_minor = 1;
  HeaderList headers;
};

struct UpgradeVerdict {
  int status = 101;                   // of the answer; anything else is a refusal
  std::string reason;                 // of a refusal: a sentence for a person
  std::vector<OwnedHeader> headers;   // of the answer, refusals too
  std::string subprotocol;            // agreed upon, or empty
  bool offered_subprotocols = false;  // by the client; without agreement the RFC lets the connection go on, and a
                                      // browser then ends it

  [[nodiscard]] bool is_accepted() const { return status == 101; }
};

// Of the subprotocols that the client offers, in its order, the first that is spoken is taken.
//   405 another method than GET; 505 an older HTTP; 426 not an upgrade to WebSocket (and with which version it can be);
//   400 anything else that is missing, double or malformed.
[[nodiscard]] UpgradeVerdict judge_upgrade(const UpgradeRequest& request, std::span<const std::string_view> spoken);

// The bytes of an accepting answer, after which frames follow.
[[nodiscard]] std::string upgrade_answer(const UpgradeVerdict& verdict);

// The client's side. ---------------------------------------------------------------------------------------------

struct UpgradeOffer {
  std::string host;  // as in a URL: with the port unless it is 80
  std::string target = "/";
  std::string key;                        // of make_key, new for each connection
  std::vector<std::string> subprotocols;  // the one liked best first
  std::vector<OwnedHeader> headers;       // more of them: Origin, Cookie
};

[[nodiscard]] std::string make_key(base::Random& random);

// Errors name what cannot stand in a request: a line break in a value, a name of the handshake's own.
[[nodiscard]] base::Result<std::string> upgrade_request(const UpgradeOffer& offer);

// Judges the head of the answer. The subprotocol agreed upon, or an empty one; errors say what the server did wrong,
// or why it refused.
[[nodiscard]] base::Result<std::string> judge_answer(std::string_view head, const UpgradeOffer& offer);

}  // namespace buzzer::client
