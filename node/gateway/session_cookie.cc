#include "node/gateway/session_cookie.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "client/http_head.h"
#include "proto/v1/problems.h"

namespace buzzer::gateway {
namespace {

constexpr std::string_view kCookie = "buzzer_session=";

// What "Authorization: Bearer ..." shows; none if there is no such header.
std::optional<std::string> bearer(const http::Request& request) {
  constexpr std::string_view kScheme = "Bearer ";
  const auto shown = request.headers.only("Authorization");
  if (!shown || !client::equal_in_any_case(shown->substr(0, kScheme.size()), kScheme)) return std::nullopt;
  return std::string(shown->substr(kScheme.size()));
}

// Whether the browser speaks TLS with a proxy before this node. Who pretends to only gets a cookie that it never sends.
bool came_over_tls(const http::Request& request) {
  const auto schemes = request.headers.elements("X-Forwarded-Proto");
  return !schemes.empty() && client::equal_in_any_case(schemes.front(), "https");
}

http::Response with_cookie(std::string_view token, std::chrono::seconds lasts, bool is_secure) {
  http::Response response;
  response.status = 204;
  response.headers.push_back({"Cache-Control", "no-store"});
  response.headers.push_back({"Set-Cookie", std::string(kCookie)
                                                .append(token)
                                                .append("; HttpOnly; SameSite=Strict; Path=/; Max-Age=")
                                                .append(std::to_string(lasts.count()))
                                                .append(is_secure ? "; Secure" : "")});
  return response;
}

// As a WebSocket would have it answered.
http::Response refused(const Refusal& refusal) {
  const auto problem = proto::v1::problem(refusal.code, refusal.message);
  std::string text;
  proto::v1::append(text, problem);
  const auto status = static_cast<int>(problem.status);
  http::Response response = http::make_response(status, "application/problem+json", text + "\n");
  response.headers.push_back({"Cache-Control", "no-store"});
  if (status == 401) response.headers.push_back({"WWW-Authenticate", "Bearer"});
  return response;
}

}  // namespace

std::string token_in_cookie(const http::Request& request) {
  const auto cookies = request.headers.only("Cookie");
  std::string_view rest = cookies.value_or("");
  while (!rest.empty()) {
    const std::string_view cookie = rest.substr(0, rest.find(';'));
    if (cookie.substr(0, kCookie.size()) == kCookie) return std::string(cookie.substr(kCookie.size()));
    rest.remove_prefix(std::min(rest.size(), cookie.size() + 1));
    while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
  }
  return {};
}

void answer_session(const http::Request& request, const http::Answer& answer, Login& login, base::EventLoop& loop) {
  const bool is_secure = came_over_tls(request);
  if (request.method == "DELETE") return answer.respond(with_cookie("", std::chrono::seconds(0), is_secure));
  auto token = bearer(request);
  if (!token) {
    const std::string wanted = "show the token of a login: `Authorization: Bearer` and the token";
    return answer.respond(refused({proto::ErrorCode::kUnauthorized, wanted, {}}));
  }
  login.authenticate(*std::move(token), [answer, is_secure, &loop](const Outcome<LoggedIn>& who) {
    if (!who) return answer.respond(refused(who.error()));
    const auto lasts = who->expires - loop.wall_now().time_since_epoch();
    answer.respond(with_cookie(who->token, std::chrono::ceil<std::chrono::seconds>(lasts), is_secure));
  });
}

}  // namespace buzzer::gateway
