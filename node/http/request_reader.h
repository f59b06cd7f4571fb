// Bytes of a connection in, requests out (RFC 9112): a head of bounded size, and a body whose length it names. Pure.
//
// What is unclear is refused, since where it ends would be a guess: several Hosts or lengths, a body in chunks (411), a
// transfer coding (501). After a refusal nothing more can be read from the connection.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "client/http_head.h"
#include "node/http/target.h"

namespace buzzer::http {

struct Limits {
  std::size_t most_head_bytes = client::kMostHeadBytes;  // with the request's line; headers are client::kMostHeaders
  std::size_t most_body_bytes = 64UL << 10;
};

struct Refusal {
  int status = 400;
  std::string_view code;
  std::string detail;
};

class RequestReader {
 public:
  enum class Progress : std::uint8_t { kMore, kWhole, kRefused };

  explicit RequestReader(const Limits& limits) : limits_(limits), head_reader_(limits.most_head_bytes) {}

  // Takes bytes from the front of `input`, of one request at most. After kWhole or kRefused: next() first.
  [[nodiscard]] Progress read(std::span<const std::uint8_t>& input);

  // Forgets the request, for the one behind it.
  void next() { *this = RequestReader(limits_); }

  // Whether a part of a request is there.
  [[nodiscard]] bool has_begun() const { return !head_reader_.text().empty(); }

  // The client has sent the head and waits for "100 Continue" before it sends the body. Told once.
  [[nodiscard]] bool take_wish_to_continue() { return std::exchange(wants_to_continue_, false); }

  [[nodiscard]] const Refusal& refusal() const { return refusal_; }

  // Of a whole request, until next().
  [[nodiscard]] std::string_view method() const { return method_; }
  [[nodiscard]] const Target& target() const { return target_; }
  [[nodiscard]] client::HeaderList headers() const { return client::HeaderList(head_.headers); }
  [[nodiscard]] std::string_view body() const { return body_; }
  [[nodiscard]] int minor_version() const { return minor_version_; }
  // Of the target if that names one, else of the Host header; without port; empty if it is none.
  [[nodiscard]] std::string_view host() const { return host_; }
  [[nodiscard]] bool keeps_alive() const { return keeps_alive_; }

 private:
  Progress refuse(int status, std::string_view code, std::string detail);
  Progress take_head();
  Progress take_start();
  Progress take_host();
  Progress take_length();

  Limits limits_;
  client::HeadReader head_reader_;
  client::Head head_;
  Target target_;
  std::string_view method_;
  std::string_view host_;
  std::string body_;
  Refusal refusal_;
  std::size_t body_size_ = 0;
  int minor_version_ = 1;
  bool head_is_whole_ = false;
  bool keeps_alive_ = true;
  bool wants_to_continue_ = false;
};

}  // namespace buzzer::http
