// The process's descriptors, of which each connection takes one: connections leave some for what must not fail.
#pragma once

#include <cstddef>

namespace buzzer::base {

// That whoever accepts leaves free. The files of the store, and connections of our own making.
inline constexpr std::size_t kSpareForFiles = 32;
// That clients leave free beside: for other nodes, masters, and those that only claim to be either.
inline constexpr std::size_t kSpareForAllButClients = 256;

// Whether so many descriptors (or, of a low limit, a quarter of them) stay free when one more is taken: the numbers up
// to the limit, since the lowest free one is always taken first. Any thread; costs three short system calls.
[[nodiscard]] bool has_spare_descriptors(std::size_t count);

// As many as the machine allows: the soft limit is often 1,024, far below that. Without effect where it cannot be
// raised.
void allow_all_descriptors();

}  // namespace buzzer::base
