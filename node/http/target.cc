#include "node/http/target.h"

#include <arpa/inet.h>
#include <ifaddrs.h>

#include <algorithm>
#include <array>

#include "base/endpoint.h"
#include "client/http_head.h"

namespace buzzer::http {
namespace {

constexpr std::string_view kScheme = "http://";

std::optional<int> hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

std::optional<std::string> decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const auto high = hex_digit(text[i + 1]);
      const auto low = hex_digit(text[i + 2]);
      if (!high || !low) return std::nullopt;
      c = static_cast<char>(*high * 16 + *low);
      i += 2;
    }
    if (is_control(c)) return std::nullopt;
    decoded.push_back(c);
  }
  return decoded;
}

// One text for each address, however it was written.
std::optional<std::string> canonical(int family, const void* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (::inet_ntop(family, address, text.data(), text.size()) == nullptr) return std::nullopt;
  return std::string(text.data());
}

std::optional<std::string> canonical(std::string_view host) {
  const std::string text(host);
  in6_addr address{};
  for (const int family : {AF_INET, AF_INET6}) {
    if (::inet_pton(family, text.c_str(), &address) == 1) return canonical(family, &address);
  }
  return std::nullopt;
}

std::vector<std::string> addresses_of_this_machine() {
  std::vector<std::string> addresses;
  ifaddrs* all = nullptr;
  if (::getifaddrs(&all) != 0) return addresses;
  for (const ifaddrs* one = all; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr == nullptr) continue;
    std::optional<std::string> text;
    if (one->ifa_addr->sa_family == AF_INET) {
      text = canonical(AF_INET, &reinterpret_cast<const sockaddr_in*>(one->ifa_addr)->sin_addr);
    } else if (one->ifa_addr->sa_family == AF_INET6) {
      text = canonical(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(one->ifa_addr)->sin6_addr);
    }
    if (text) addresses.push_back(*std::move(text));
  }
  ::freeifaddrs(all);
  return addresses;
}

}  // namespace

std::optional<Target> parse_target(std::string_view target) {
  Target parsed;
  if (target == "*") {
    parsed.path = "*";
    return parsed;
  }
  if (client::equal_in_any_case(target.substr(0, kScheme.size()), kScheme)) {
    target.remove_prefix(kScheme.size());
    parsed.authority = target.substr(0, target.find_first_of("/?"));
    if (parsed.authority.empty()) return std::nullopt;
    target.remove_prefix(parsed.authority.size());
  } else if (target.substr(0, 1) != "/") {
    return std::nullopt;
  }
  // A fragment is the client's own affair and never sent.
  if (target.find_first_of(" #") != std::string_view::npos) return std::nullopt;
  const std::string_view path = target.substr(0, target.find('?'));
  if (path.size() < target.size()) parsed.query = target.substr(path.size() + 1);
  auto decoded = decode(path);
  if (!decoded || std::any_of(parsed.query.begin(), parsed.query.end(), is_control)) return std::nullopt;
  parsed.path = decoded->empty() ? "/" : *std::move(decoded);
  return parsed;
}

std::string_view host_of(std::string_view authority) {
  const bool bracketed = authority.substr(0, 1) == "[";
  const std::size_t end = bracketed ? authority.find(']') : authority.find(':');
  if (bracketed && end == std::string_view::npos) return {};
  const std::string_view host = bracketed ? authority.substr(1, end - 1) : authority.substr(0, end);
  std::string_view port = authority.substr(std::min(authority.size(), bracketed ? end + 1 : host.size()));
  if (!port.empty()) {
    if (port.front() != ':') return {};
    port.remove_prefix(1);
    if (port.size() > 5 || port.find_first_not_of("0123456789") != std::string_view::npos) return {};
  }
  // What is written in brackets is an IPv6 address, and only that.
  if (bracketed != (host.find(':') != std::string_view::npos)) return {};
  return host;
}

bool HostNames::allow(std::string_view host) {
  if (host.empty()) return false;
  if (client::equal_in_any_case(host, "localhost") || base::is_loopback(host)) return true;
  if (std::any_of(configured_.begin(), configured_.end(),
                  [&](const std::string& name) { return client::equal_in_any_case(name, host); })) {
    return true;
  }
  const auto address = canonical(host);
  if (!address) return false;
  const auto known = [&] { return std::find(addresses_.begin(), addresses_.end(), *address) != addresses_.end(); };
  if (known()) return true;
  addresses_ = addresses_of_this_machine();
  return known();
}

}  // namespace buzzer::http
