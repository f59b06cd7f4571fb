// Reports as one line of JSON each; docs/protocols/control-port.md says what the members mean.
#pragma once

#include <cstdint>
#include <string>

#include "node/inspection/report.h"

namespace buzzer::inspection {

// `nodes`: of the grid, by which it says where a shard is at home.
[[nodiscard]] std::string to_json(const AuditReport& report, std::uint32_t nodes);
// Of one without an error.
[[nodiscard]] std::string to_json(const TraceReport& report, std::uint32_t nodes);

}  // namespace buzzer::inspection
