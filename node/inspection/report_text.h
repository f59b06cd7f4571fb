// Reports in one line each, as the control port answers; docs/protocols/control-port.md is their manual. Nothing in
// them depends on the time, so that scenarios can compare them.
#pragma once

#include <string>

#include "node/inspection/report.h"

namespace buzzer::inspection {

[[nodiscard]] std::string to_line(const AuditReport& report);
// Of one without an error.
[[nodiscard]] std::string to_line(const TraceReport& report);

[[nodiscard]] const char* name_of(AuditReport::Verdict verdict);
[[nodiscard]] const char* name_of(BrokenThing::Kind kind);
[[nodiscard]] const char* name_of(TraceReport::Shard::State state);

}  // namespace buzzer::inspection
