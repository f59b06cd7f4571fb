// Registering, logging in and out, for both protocols. Passwords are hashed and verified by this node's password pool
// (password_pool.h); what is kept of them, and the sessions that tokens open, is kept at the user's home.
//
// A user who is unknown, one without a password, and a wrong password get the same answer by the same road: the work of
// one verification, and one question to a home.
//
// Belongs to one gateway worker's thread. Callbacks come once, never from within the call, and not after destruction.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/event_loop.h"
#include "base/random.h"
#include "node/gateway/core.h"
#include "node/gateway/password_pool.h"
#include "node/gateway/refusal.h"

namespace buzzer::gateway {

// A command's key, and when it was made.
struct CommandKey {
  std::string key;
  std::chrono::milliseconds created{0};  // since 1970-01-01 UTC
};

// One for a command whose client has given none: 32 hexadecimal digits, made now.
[[nodiscard]] CommandKey make_key(base::Random& random, const base::EventLoop& loop);

struct LoggedIn {
  std::string user;                      // as registered
  std::string token;                     // never logged
  std::chrono::milliseconds expires{0};  // since 1970-01-01 UTC
};

inline constexpr std::size_t kMostPasswordCharacters = 128;  // Unicode code points

struct LoginOptions {
  std::chrono::hours session_lifetime{24 * 30};
};

class Login {
 public:
  template <class Value>
  using Callback = std::function<void(Outcome<Value>)>;

  // All must outlive it.
  Login(const LoginOptions& options, Core& core, PasswordPool& passwords, base::Random& random, base::EventLoop& loop);

  // The user as registered. `invalid_name`, `invalid_password`, `name_taken`, `too_many_requests`, `unavailable`; with
  // the same key again the same answer. A password has 1 to kMostPasswordCharacters.
  void register_user(std::string_view name, std::string password, const CommandKey& key, Callback<std::string> done);
  // The user as registered, if that is the password. `invalid_credentials`, `too_many_requests`, `unavailable`.
  void check_password(std::string_view name, std::string password, Callback<std::string> done);
  // Likewise, and opens a session that lasts until it expires or is logged out, or until the user has opened too many
  // others since (kernel::kMostSessions). After `unavailable` one may be open whose token nobody has.
  void log_in(std::string_view name, std::string password, Callback<LoggedIn> done);
  // Who holds the token. `invalid_credentials`: nobody, or not any more; `unavailable`.
  void authenticate(std::string token, Callback<LoggedIn> done);
  // The token opens nothing from now on; its user, in lower case. `invalid_credentials` for what is no token,
  // `unavailable`.
  void log_out(const std::string& token, Callback<std::string> done);

 private:
  // The function, which does nothing once this is gone.
  template <class Function>
  auto while_here(Function function);
  template <class Value>
  void refuse(const Callback<Value>& done, Refusal refusal);
  void verify(const proto::Answer& answer, Password password, Callback<std::string> done);
  void open_session(const std::string& user, const Callback<LoggedIn>& done);
  // A command of that user's with a key of our own.
  [[nodiscard]] proto::Command make_command(std::string_view user);

  const LoginOptions options_;
  Core& core_;
  PasswordPool& passwords_;
  base::Random& random_;
  base::EventLoop& loop_;
  const std::shared_ptr<const char> here_ = std::make_shared<const char>();
};

}  // namespace buzzer::gateway
