// The words of a client that the gateway reads beside its commands: positions, cursors, tokens, cookies, the page that
// a request is made from, and how a connection becomes a WebSocket, at either end.
//   input = which, then the text
#include <optional>

#include "base/check.h"
#include "client/handshake.h"
#include "node/gateway/cursor.h"
#include "node/gateway/origins.h"
#include "node/gateway/session_cookie.h"
#include "node/gateway/token.h"
#include "tests/fuzz/fuzz_input.h"

namespace buzzer::fuzz {
namespace {

constexpr std::string_view kPage = "http://buzz.example:8080";
constexpr std::string_view kSpoken[] = {"buzzer.v1.json", "buzzer.v0"};

// What was not made here is refused: what is taken is written the same again.
void check_position(std::string_view text) {
  const auto position = gateway::parse_position(text);
  BUZZER_CHECK(!position || gateway::encode_position(*position) == text);
}

void check_cursor(std::string_view text) {
  const auto cursor = gateway::parse_cursor(text);
  BUZZER_CHECK(!cursor || gateway::encode_cursor(*cursor) == text);
}

void check_token(std::string_view text) {
  const auto user = gateway::token_user(text);
  BUZZER_CHECK(gateway::hash_token(text).size() == 32);
  if (!user) return;
  BUZZER_CHECK(text.size() <= gateway::kMostTokenBytes && !user->empty());
  const std::string beginning = "bz1." + std::string(*user) + ".";
  BUZZER_CHECK(text.substr(0, beginning.size()) == beginning && text.find('.', beginning.size()) == std::string::npos);
  for (const char c : *user) BUZZER_CHECK(c >= '0' && c <= 'z' && !(c >= 'A' && c <= 'Z'));
}

http::Request request_with(const std::vector<client::Header>& headers) {
  return {"GET", "/", "", 1, client::HeaderList(headers), "", "127.0.0.1:50000", true};
}

// text = *(cookie header LF)
void check_cookie(std::string_view text) {
  std::vector<client::Header> headers;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    headers.push_back({"Cookie", line});
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
  }
  const std::string token = gateway::token_in_cookie(request_with(headers));
  BUZZER_CHECK(token.empty() || (headers.size() == 1 && text.find("=" + token) != std::string_view::npos));
  BUZZER_CHECK(token.find(';') == std::string::npos);
}

// text = Host LF Origin [LF Origin]
void check_origin(std::string_view text) {
  static const gateway::Origins kOrigins(
      {{base::NodeId(0), "ws://buzz.example:8080/ws"}, {base::NodeId(1), "wss://[::1]:443/ws"}});
  const std::size_t end = text.find('\n');
  const std::string_view host = text.substr(0, end);
  std::vector<client::Header> headers{{"Host", host}};
  std::string_view origin = end == std::string_view::npos ? "" : text.substr(end + 1);
  const std::size_t second = origin.find('\n');
  if (second != std::string_view::npos) headers.push_back({"Origin", origin.substr(second + 1)});
  origin = origin.substr(0, second);
  headers.push_back({"Origin", origin});
  if (kOrigins.is_foreign(request_with(headers))) return;
  // Ours: one Origin, of a page that we serve, or of the host that is asked.
  BUZZER_CHECK(headers.size() == 2);
  const std::size_t authority = origin.find("://");
  BUZZER_CHECK(authority == 4 || authority == 5);
  const std::string_view from = origin.substr(authority + 3);
  BUZZER_CHECK(origin == kPage || from == "[::1]" || from == "localhost" || from == "127.0.0.1" ||
               client::equal_in_any_case(from, host));
}

// text = the head of a request. Who is let in can tell: its client's own end takes the answer.
void check_upgrade(std::string_view text) {
  const auto head = client::parse_head(text);
  if (!head) return;
  const std::string_view method = head->start.substr(0, head->start.find(' '));
  const client::UpgradeRequest request{method, 1, 1, client::HeaderList(head->headers)};
  const auto verdict = client::judge_upgrade(request, kSpoken);
  if (!verdict.is_accepted()) {
    BUZZER_CHECK(verdict.status >= 400 && verdict.status < 600 && !verdict.reason.empty());
    return;
  }
  client::UpgradeOffer offer;
  offer.key = request.headers.only("Sec-WebSocket-Key").value();
  for (const std::string_view each : request.headers.elements("Sec-WebSocket-Protocol")) {
    offer.subprotocols.emplace_back(each);
  }
  BUZZER_CHECK(method == "GET" && request.headers.has_element("Connection", "Upgrade"));
  const auto agreed = client::judge_answer(client::upgrade_answer(verdict), offer);
  BUZZER_CHECK(agreed && *agreed == verdict.subprotocol);
}

// text = the head of an answer
void check_answer(std::string_view text) {
  client::UpgradeOffer offer;
  offer.key = "dGhlIHNhbXBsZSBub25jZQ==";
  offer.subprotocols = {"buzzer.v1.json"};
  const auto agreed = client::judge_answer(text, offer);
  if (!agreed) return;
  BUZZER_CHECK(agreed->empty() || *agreed == offer.subprotocols.front());
  BUZZER_CHECK(text.find(client::accept_key(offer.key)) != std::string_view::npos && text.substr(9, 3) == "101");
}

}  // namespace
}  // namespace buzzer::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace buzzer::fuzz;
  constexpr void (*kChecks[])(std::string_view) = {check_position, check_cursor,  check_token, check_cookie,
                                                   check_origin,   check_upgrade, check_answer};
  Input input(data, size);
  const auto check = kChecks[input.below(std::size(kChecks))];
  const Exactly text(input.rest());
  check(text.text());
  return 0;
}
