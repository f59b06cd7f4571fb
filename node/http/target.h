// What a request asks for, and of whom: its target (RFC 9112, section 3.2) and its Host. Pure.
//
//   target    = path ["?" query]  |  "http://" authority [path] ["?" query]  |  "*"
//   authority = host [":" port]                 Host: 127.0.0.1:8080, [::1]:8080, buzzer.example
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buzzer::http {

struct Target {
  std::string path;            // decoded; "/" at the least, or "*"
  std::string_view query;      // of the text that was parsed
  std::string_view authority;  // likewise; empty unless the target names one
};

// None: it is no target, names another scheme, or holds a NUL, a control character or a "%" that encodes nothing.
[[nodiscard]] std::optional<Target> parse_target(std::string_view target);

// The host of an authority, without port and brackets; empty if it is none.
[[nodiscard]] std::string_view host_of(std::string_view authority);

// The names by which a node may be called. Asking for another one is how a foreign web page reaches a server on the
// reader's own machine (DNS rebinding), so they get no answer but 421.
class HostNames {
 public:
  // `configured`: names and addresses besides loopback's and the machine's own; compared without regard to case.
  explicit HostNames(std::vector<std::string> configured) : configured_(std::move(configured)) {}

  // `host` as of host_of(). Asks the system for the machine's addresses when it is an unknown one.
  [[nodiscard]] bool allow(std::string_view host);

 private:
  const std::vector<std::string> configured_;
  std::vector<std::string> addresses_;  // of this machine, as last seen
};

}  // namespace buzzer::http
