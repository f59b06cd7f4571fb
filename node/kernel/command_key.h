// How a command takes effect once: the key that it carries, judged by its age. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "proto/commands.pb.h"
#include "proto/errors.h"

namespace buzzer::kernel {

struct KeyJudgement {
  proto::ErrorCode code = proto::ErrorCode::kNone;
  std::string message;
};

// Refuses a key that is missing or too long, older than kKeyLifeMs, or from a clock too far ahead.
[[nodiscard]] KeyJudgement judge_key(const proto::Command& command, std::int64_t clock_ms);

// Whether a command with a key of that age would be refused: only then may the key be forgotten.
[[nodiscard]] bool is_expired(std::int64_t created_ms, std::int64_t clock_ms);

// Of what the command wishes, without its key and without what the grid has added to it (PostBuzz.root): a key that
// comes again with another content was reused by mistake. XXH64, seed 0, over the serialized body; kept on disk with
// the key.
[[nodiscard]] std::uint64_t content_hash(const proto::Command& command);

}  // namespace buzzer::kernel
