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

}  // namespace buzzer::gateway
