// Why a session's request is refused, for both protocols.
#pragma once

#include <chrono>
#include <string>

#include <tl/expected.hpp>

#include "proto/errors.h"

namespace buzzer::gateway {

struct Refusal {
  proto::ErrorCode code = proto::ErrorCode::kNone;
  std::string message;                       // for people: names the input and the limit
  std::chrono::milliseconds retry_after{0};  // 0: not said
};

template <class Value>
using Outcome = tl::expected<Value, Refusal>;

// Of a reply or an answer of the core with an error. A code that a newer node has made is kept as it is.
template <class Message>
[[nodiscard]] Refusal refusal_of(const Message& message) {
  return {static_cast<proto::ErrorCode>(message.error()), message.message(), {}};
}

}  // namespace buzzer::gateway
