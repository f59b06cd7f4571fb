#include "node/room/message_log.h"

#include <utility>

namespace buzzer::room {

void MessageLog::append(std::string line) {
  bytes_ += line.size();
  lines_.push_back(std::move(line));
  while (lines_.size() > limits_.lines || bytes_ > limits_.bytes) {
    bytes_ -= lines_.front().size();
    lines_.pop_front();
  }
}

}  // namespace buzzer::room
