// Where to reach a peer, as people write it: "host:port", "[::1]:port".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"

namespace buzzer::base {

struct Endpoint {
  std::string host;  // a name or an address, without brackets
  std::uint16_t port = 0;

  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

// Errors name the text and what is expected.
[[nodiscard]] Result<Endpoint> parse_endpoint(std::string_view text);

[[nodiscard]] std::string to_string(const Endpoint& endpoint);

// Whether the text is an IPv4 or IPv6 address, without brackets.
[[nodiscard]] bool is_address(std::string_view host);

// Whether the address is of 127.0.0.0/8, ::1, or the name "localhost".
[[nodiscard]] bool is_loopback(std::string_view host);

}  // namespace buzzer::base
