#include "node/http/request_reader.h"

#include <algorithm>
#include <charconv>

namespace buzzer::http {
namespace {

constexpr std::string_view kVersion = "HTTP/";

std::string text_of(std::size_t limit) { return std::to_string(limit) + " bytes"; }

}  // namespace

RequestReader::Progress RequestReader::refuse(int status, std::string_view code, std::string detail) {
  refusal_ = {status, code, std::move(detail)};
  return Progress::kRefused;
}

RequestReader::Progress RequestReader::read(std::span<const std::uint8_t>& input) {
  if (!head_is_whole_) {
    // Some clients end a body with a line end too many.
    while (!has_begun() && !input.empty() && (input.front() == '\r' || input.front() == '\n')) input = input.subspan(1);
    const auto whole = head_reader_.read(input);
    if (!whole) {
      if (head_reader_.text().find("\r\n") == std::string::npos) {
        return refuse(414, "target_too_long",
                      "the request's first line and headers may have at most " + text_of(limits_.most_head_bytes));
      }
      return refuse(431, "headers_too_large",
                    "the request's first line and headers may have at most " + text_of(limits_.most_head_bytes));
    }
    if (!*whole) return Progress::kMore;
    head_is_whole_ = true;
    if (const Progress progress = take_head(); progress != Progress::kWhole) return progress;
  }
  const std::size_t taken = std::min(body_size_ - body_.size(), input.size());
  body_.append(reinterpret_cast<const char*>(input.data()), taken);
  input = input.subspan(taken);
  if (body_.size() == body_size_) return Progress::kWhole;
  return Progress::kMore;
}

RequestReader::Progress RequestReader::take_head() {
  // Each line has its end, and so has the empty one.
  const std::string& text = head_reader_.text();
  if (static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) > client::kMostHeaders + 2) {
    return refuse(431, "headers_too_large",
                  "a request may have at most " + std::to_string(client::kMostHeaders) + " headers");
  }
  auto head = client::parse_head(text);
  if (!head) return refuse(400, "bad_request", head.error().message);
  head_ = *std::move(head);
  if (const Progress progress = take_start(); progress != Progress::kWhole) return progress;
  if (const Progress progress = take_host(); progress != Progress::kWhole) return progress;
  keeps_alive_ = minor_version_ >= 1 && !headers().has_element("Connection", "close");
  return take_length();
}

// method SP target SP "HTTP/1." digit
RequestReader::Progress RequestReader::take_start() {
  const std::string_view start = head_.start;
  const std::size_t first = start.find(' ');
  const std::size_t last = start.rfind(' ');
  const auto malformed = [&] {
    return refuse(400, "bad_request", "the first line must read: method, target and HTTP/1.1, with one space between");
  };
  if (first == std::string_view::npos || first == last) return malformed();
  method_ = start.substr(0, first);
  const std::string_view version = start.substr(last + 1);
  if (!client::is_token(method_) || version.substr(0, kVersion.size()) != kVersion) return malformed();
  const std::string_view number = version.substr(kVersion.size());
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (number.size() != 3 || !is_digit(number[0]) || number[1] != '.' || !is_digit(number[2])) return malformed();
  if (number[0] != '1') return refuse(505, "http_version", "only HTTP/1.1 and HTTP/1.0 are spoken here");
  minor_version_ = number[2] == '0' ? 0 : 1;  // a higher one is taken for ours (RFC 9110, 2.5)
  auto target = parse_target(start.substr(first + 1, last - first - 1));
  if (!target) {
    return refuse(400, "bad_request", "the target must be a path, or an http URL, with proper percent encoding");
  }
  target_ = *std::move(target);
  return Progress::kWhole;
}

RequestReader::Progress RequestReader::take_host() {
  const auto host = headers().only("Host");
  if (!host) return refuse(400, "bad_request", "there must be one Host header");
  host_ = host_of(target_.authority.empty() ? *host : target_.authority);
  return Progress::kWhole;
}

RequestReader::Progress RequestReader::take_length() {
  const client::HeaderList headers = this->headers();
  const std::size_t lengths = headers.count("Content-Length");
  if (const auto codings = headers.elements("Transfer-Encoding"); headers.count("Transfer-Encoding") > 0) {
    if (lengths > 0) return refuse(400, "bad_request", "Content-Length and Transfer-Encoding exclude each other");
    if (codings.size() == 1 && client::equal_in_any_case(codings.front(), "chunked")) {
      return refuse(411, "length_required", "a body must come with its Content-Length, not in chunks");
    }
    return refuse(501, "not_implemented", "no Transfer-Encoding is spoken here");
  }
  if (lengths > 0) {
    const std::string_view text = headers.only("Content-Length").value_or("");
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), body_size_);
    const bool is_number = !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
    if (!is_number) return refuse(400, "bad_request", "Content-Length must be there once, and be a number");
    if (error != std::errc{} || body_size_ > limits_.most_body_bytes) {
      return refuse(413, "body_too_large", "a request's body may have at most " + text_of(limits_.most_body_bytes));
    }
  }
  if (headers.count("Expect") > 0) {
    if (!client::equal_in_any_case(headers.only("Expect").value_or(""), "100-continue")) {
      return refuse(417, "expectation_failed", "only \"Expect: 100-continue\" is understood");
    }
    wants_to_continue_ = minor_version_ >= 1 && body_size_ > 0;
  }
  return Progress::kWhole;
}

}  // namespace buzzer::http
