// A broken invariant of our own ends the process; input never does.
#pragma once

namespace buzzer::base {

[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace buzzer::base

#define BUZZER_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::buzzer::base::check_failed(#condition, __FILE__, __LINE__))
