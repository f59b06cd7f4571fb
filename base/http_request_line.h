// Tells a web page's request from a line of text, for ports that speak lines. Pure.
#pragma once

#include <string_view>

namespace buzzer::base {

// Whether a first line looks like an HTTP request ("POST / HTTP/1.1"): a web page must not speak to such a port.
[[nodiscard]] bool is_http_request(std::string_view line);

// Whether a line of which only the beginning is known may become one that a web page can send.
[[nodiscard]] bool may_become_http_request(std::string_view beginning);

}  // namespace buzzer::base
