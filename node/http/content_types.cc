#include "node/http/content_types.h"

#include <algorithm>
#include <array>
#include <utility>

#include "client/http_head.h"

namespace buzzer::http {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 27> kTypes{{
    {"avif", "image/avif"},
    {"css", "text/css; charset=utf-8"},
    {"csv", "text/csv; charset=utf-8"},
    {"gif", "image/gif"},
    {"htm", "text/html; charset=utf-8"},
    {"html", "text/html; charset=utf-8"},
    {"ico", "image/x-icon"},
    {"jpeg", "image/jpeg"},
    {"jpg", "image/jpeg"},
    {"js", "text/javascript; charset=utf-8"},
    {"json", "application/json"},
    {"map", "application/json"},
    {"md", "text/markdown; charset=utf-8"},
    {"mjs", "text/javascript; charset=utf-8"},
    {"mp3", "audio/mpeg"},
    {"mp4", "video/mp4"},
    {"otf", "font/otf"},
    {"pdf", "application/pdf"},
    {"png", "image/png"},
    {"svg", "image/svg+xml"},
    {"ttf", "font/ttf"},
    {"txt", "text/plain; charset=utf-8"},
    {"wasm", "application/wasm"},
    {"webmanifest", "application/manifest+json"},
    {"webp", "image/webp"},
    {"woff", "font/woff"},
    {"woff2", "font/woff2"},
}};

}  // namespace

std::string_view content_type_of(std::string_view name) {
  const std::size_t dot = name.find_last_of("./");
  const std::string_view extension =
      dot == std::string_view::npos || name[dot] == '/' ? std::string_view() : name.substr(dot + 1);
  const auto* const found = std::find_if(
      kTypes.begin(), kTypes.end(), [&](const auto& type) { return client::equal_in_any_case(type.first, extension); });
  return found == kTypes.end() ? "application/octet-stream" : found->second;
}

}  // namespace buzzer::http
