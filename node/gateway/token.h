// What a client shows instead of a password once it has logged in, for as long as its session lasts.
//
//   token = "bz1." name "." secret       at most 78 bytes
//   name = the user's, in lower case: so whoever gets a token knows at whose home to ask
//   secret = 32 random bytes, in base64url without padding
//
// Example: bz1.bob.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8
//
// Only its hash is kept or sent to other nodes; a token itself is never logged. Which session a token opens is found by
// the hash of what was shown, so how long that takes says nothing about the tokens that there are.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"

namespace buzzer::gateway {

inline constexpr std::size_t kMostTokenBytes = 78;

// `lower_name` is a name in lower case.
[[nodiscard]] std::string make_token(std::string_view lower_name, base::Random& random);

// Whose it says it is, in lower case; none if the text is no token. Points into `token`.
[[nodiscard]] std::optional<std::string_view> token_user(std::string_view token);

// BLAKE2b of the whole token: 32 bytes of any value.
[[nodiscard]] std::string hash_token(std::string_view token);

}  // namespace buzzer::gateway
