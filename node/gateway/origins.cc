#include "node/gateway/origins.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string_view>

#include "base/transport.h"
#include "client/http_head.h"
#include "node/http/target.h"

namespace buzzer::gateway {
namespace {

struct Site {
  bool is_secure = false;
  std::string host;  // in lower case; an IPv6 address with its brackets
  std::string port;  // with its ":"; empty if it is the scheme's own
};

// None if it is not as a URL of a browser would be.
std::optional<Site> site_of(std::string_view url) {
  Site site;
  site.is_secure = url.substr(0, 6) == "wss://";
  const std::size_t authority = url.find("://");
  if (authority == std::string_view::npos) return std::nullopt;
  url.remove_prefix(authority + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  const std::string_view host = http::host_of(url);
  const bool plain = std::all_of(host.begin(), host.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-' || c == '_' || c == ':';
  });
  if (host.empty() || !plain) return std::nullopt;
  const bool bracketed = url.front() == '[';
  site.host = url.substr(0, host.size() + (bracketed ? 2 : 0));
  std::transform(site.host.begin(), site.host.end(), site.host.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  site.port = url.substr(site.host.size());
  if (site.port == (site.is_secure ? ":443" : ":80")) site.port.clear();
  return site;
}

}  // namespace

Origins::Origins(const std::map<base::NodeId, std::string>& urls) {
  static constexpr std::array<std::string_view, 3> kLoopback{"127.0.0.1", "localhost", "[::1]"};
  std::vector<std::string> sockets;
  const auto add = [&](const Site& site, std::string_view host) {
    pages_.push_back((site.is_secure ? "https://" : "http://") + std::string(host) + site.port);
    if (host.front() == '[') return;
    std::string socket = (site.is_secure ? "wss://" : "ws://") + std::string(host) + site.port;
    if (std::find(sockets.begin(), sockets.end(), socket) != sockets.end()) return;
    connect_to_ += (connect_to_.empty() ? "" : " ") + socket;
    sockets.push_back(std::move(socket));
  };
  for (const auto& [node, url] : urls) {
    const auto site = site_of(url);
    if (!site) continue;
    add(*site, site->host);
    if (std::find(kLoopback.begin(), kLoopback.end(), site->host) == kLoopback.end()) continue;
    for (const std::string_view host : kLoopback) add(*site, host);
  }
}

bool Origins::is_foreign(const http::Request& request) const {
  if (request.headers.count("Origin") == 0) return false;  // no browser
  const auto origin = request.headers.only("Origin");
  if (!origin) return true;
  if (std::find(pages_.begin(), pages_.end(), *origin) != pages_.end()) return false;
  const auto host = request.headers.only("Host");
  if (!host) return true;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (origin->substr(0, scheme.size()) != scheme) continue;
    return !client::equal_in_any_case(origin->substr(scheme.size()), *host);
  }
  return true;
}

}  // namespace buzzer::gateway
