// How often this process has asked for memory: every malloc, calloc, realloc and aligned allocation, by whatever
// library and so by every `new` as well. A program that links this file's other half has its allocations counted; not
// under a sanitizer, which has an allocator of its own.
#pragma once

#include <cstdint>

namespace buzzer::bench {

// Of the calling thread, since it began.
[[nodiscard]] std::uint64_t allocations();

}  // namespace buzzer::bench
