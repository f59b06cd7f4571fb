// How the program ends, besides 0 for what is in order.
#pragma once

namespace buzzer::node {

inline constexpr int kExitWrong = 1;      // a node could not go on; what was looked at is damaged or inconsistent
inline constexpr int kExitBadOption = 2;  // the command line, the environment or the file is wrong
// Of a tool: it could not look, or could not begin; nothing is known to be wrong.
inline constexpr int kExitCannotTell = 3;

}  // namespace buzzer::node
