// Content-Type by the name's extension, for what web pages are made of.
#pragma once

#include <string_view>

namespace buzzer::http {

// application/octet-stream for a file of no known kind; so is one without extension.
[[nodiscard]] std::string_view content_type_of(std::string_view name);

}  // namespace buzzer::http
