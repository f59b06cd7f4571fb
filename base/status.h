// How functions of ours fail: by value. Exceptions of libraries stop where the library is called.
#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace buzzer::base {

// Says what is wrong in a sentence for a person: it names the input and the limit.
struct Error {
  std::string message;
};

template <class Value>
using Result = tl::expected<Value, Error>;

[[nodiscard]] inline tl::unexpected<Error> fail(std::string message) {
  return tl::unexpected<Error>(Error{std::move(message)});
}

}  // namespace buzzer::base
