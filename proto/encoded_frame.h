// A frame's bytes, encoded once and shared by the queues of all the links it goes to.
#pragma once

#include <memory>
#include <string>

#include "proto/link.pb.h"

namespace buzzer::proto {

// The payload, without the length that precedes it on a link. Never null.
using EncodedFrame = std::shared_ptr<const std::string>;

[[nodiscard]] inline EncodedFrame encode_frame(const LinkFrame& frame) {
  return std::make_shared<const std::string>(frame.SerializeAsString());
}

}  // namespace buzzer::proto
