// The one place where Asio's own sources are compiled (ASIO_SEPARATE_COMPILATION).

// Before Asio here as in every file that includes it: its configuration asks what the C and C++ libraries have defined
// so far, and must come to the same answers everywhere (whether memory is aligned_alloc's or operator new's).
#include <memory>

#include <asio/impl/src.hpp>
