// Requests and answers of HTTP/1.1 as plain values, and whoever answers them. server.h serves them on real connections;
// nothing here does I/O.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/event_loop.h"
#include "base/transport.h"
#include "client/handshake.h"
#include "client/http_head.h"

namespace buzzer::http {

// Views live as long as the call that a request is given to.
struct Request {
  std::string_view method;
  std::string path;        // decoded (%41 is A), begins with "/"; or "*", of the server as a whole
  std::string_view query;  // behind the "?", as it came
  int minor_version = 1;   // of HTTP/1
  client::HeaderList headers;
  std::string_view body;
  std::string_view peer;  // address and port
  bool is_from_loopback = false;
};

// Content-Security-Policy for an answer that is no page: it loads nothing and is in nobody's frame.
inline constexpr std::string_view kNothingAllowed = "default-src 'none'; frame-ancestors 'none'";

// The server itself adds Date, Content-Length, Connection and the headers that every answer has for safety.
struct Response {
  int status = 200;
  std::vector<client::OwnedHeader> headers;
  std::shared_ptr<const std::string> body;      // may be shared by many; null: empty
  std::string content_policy{kNothingAllowed};  // empty: no such header
};

[[nodiscard]] Response make_response(int status, std::string_view content_type, std::string body);

// 308 to a path of this server.
[[nodiscard]] Response redirect(std::string_view location);

// A request that fails (RFC 9457, application/problem+json):
//   {"type":"urn:buzzer:error:not_found","title":"Not Found","status":404,"detail":"...","code":"not_found",
//    "definite":true}
// `code`: lower case with underscores; `detail`: a sentence for a person. Definite: what was asked for did not happen.
[[nodiscard]] Response problem(int status, std::string_view code, std::string_view detail, bool definite = true);

// "Not Found"; "Status" for a number without a name.
[[nodiscard]] std::string_view reason_phrase(int status);

// The head of an answer as bytes, up to the empty line. `now`: for Date. An answer with a header that cannot be written
// becomes a 500. The answer may be to a HEAD: the same, its body left out by whoever writes it.
[[nodiscard]] std::string encode_head(const Response& response, bool close, base::WallTime now);

// A connection that was HTTP's and is the taker's from now on.
struct HandedOver {
  std::unique_ptr<base::Connection> connection;
  std::string early;  // bytes that had come behind the request
  // One of the server's connections as long as somebody holds it. May be let go of on any thread, and after the server.
  std::shared_ptr<const void> seat;
};

// Must give the connection another handler, or release its socket (base::AsioTransport::release), before it returns.
using Taker = std::function<void(HandedOver)>;

// The way back to who asked: one of the two once, at once or later, on the server's thread. Further calls, and calls
// after the connection is gone, do nothing. Copyable. What is not answered in time is answered with 503.
struct Answer {
  std::function<void(const Response&)> respond;
  // Writes `head` (a whole one, of an answer 101), then hands the connection over.
  std::function<void(std::string head, Taker taker)> hand_over;
};

using Handler = std::function<void(const Request&, const Answer&)>;

}  // namespace buzzer::http
