#include "node/http/message.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <utility>

#include <nlohmann/json.hpp>

namespace buzzer::http {
namespace {

constexpr std::array<std::pair<int, std::string_view>, 27> kReasons{{
    {200, "OK"},
    {201, "Created"},
    {204, "No Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {411, "Length Required"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {426, "Upgrade Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {505, "HTTP Version Not Supported"},
}};

// As RFC 9110 wants it: "Tue, 23 Jun 2026 13:30:00 GMT", whatever the locale.
std::string date(base::WallTime now) {
  static constexpr std::array<const char*, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                kDays.at(static_cast<std::size_t>(utc.tm_wday)), utc.tm_mday,
                kMonths.at(static_cast<std::size_t>(utc.tm_mon)), utc.tm_year + 1900, utc.tm_hour, utc.tm_min,
                utc.tm_sec);
  return text.data();
}

bool is_writable(const Response& response) {
  return client::is_header_value(response.content_policy) &&
         std::all_of(response.headers.begin(), response.headers.end(), [](const client::OwnedHeader& header) {
           return client::is_token(header.name) && client::is_header_value(header.value);
         });
}

void append(std::string& to, std::string_view name, std::string_view value) {
  to.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::string_view reason_phrase(int status) {
  const auto* const found =
      std::find_if(kReasons.begin(), kReasons.end(), [&](const auto& reason) { return reason.first == status; });
  return found == kReasons.end() ? "Status" : found->second;
}

Response make_response(int status, std::string_view content_type, std::string body) {
  Response response;
  response.status = status;
  response.headers.push_back({"Content-Type", std::string(content_type)});
  response.body = std::make_shared<const std::string>(std::move(body));
  return response;
}

Response redirect(std::string_view location) {
  Response response;
  response.status = 308;
  response.headers.push_back({"Location", std::string(location)});
  return response;
}

Response problem(int status, std::string_view code, std::string_view detail, bool definite) {
  const nlohmann::ordered_json body{{"type", "urn:buzzer:error:" + std::string(code)},
                                    {"title", reason_phrase(status)},
                                    {"status", status},
                                    {"detail", detail},
                                    {"code", code},
                                    {"definite", definite}};
  Response response = make_response(status, "application/problem+json",
                                    body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
  response.headers.push_back({"Cache-Control", "no-store"});
  return response;
}

std::string encode_head(const Response& response, bool close, base::WallTime now) {
  const bool writable = is_writable(response);
  const int status = writable ? response.status : 500;
  std::string head = "HTTP/1.1 " + std::to_string(status) + " " + std::string(reason_phrase(status)) + "\r\n";
  append(head, "Date", date(now));
  if (writable) {
    for (const client::OwnedHeader& header : response.headers) append(head, header.name, header.value);
  }
  append(head, "X-Content-Type-Options", "nosniff");
  append(head, "Referrer-Policy", "no-referrer");
  append(head, "X-Frame-Options", "DENY");
  if (writable && !response.content_policy.empty()) append(head, "Content-Security-Policy", response.content_policy);
  // These two have no body by definition, whatever a length would say.
  if (status != 204 && status != 304) {
    append(head, "Content-Length", std::to_string(response.body ? response.body->size() : 0));
  }
  if (close) append(head, "Connection", "close");
  return head += "\r\n";
}

}  // namespace buzzer::http
