#include "node/gateway/login.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "base/secret.h"
#include "node/gateway/token.h"
#include "node/kernel/text.h"

namespace buzzer::gateway {
namespace {

using proto::ErrorCode;

// One answer for all that may be wrong: which of the two is nobody's business.
const Refusal kWrong{ErrorCode::kInvalidCredentials, "there is no such user, or the password is another", {}};
const Refusal kNoSession{ErrorCode::kSessionEnded, "that token opens nothing, or nothing any more: log in", {}};

// Whatever bytes they are: of those that begin a character, and of all.
bool may_be_password(std::string_view password) {
  constexpr std::size_t kMostBytesOfOne = 4;
  const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80; };
  const auto characters = std::count_if(password.begin(), password.end(), begins);
  return !password.empty() && static_cast<std::size_t>(characters) <= kMostPasswordCharacters &&
         password.size() <= kMostBytesOfOne * kMostPasswordCharacters;
}

bool is_unknown_user(const proto::Answer& answer) {
  return answer.error() == static_cast<std::uint32_t>(ErrorCode::kUnknownUser);
}

}  // namespace

CommandKey make_key(base::Random& random, const base::EventLoop& loop) {
  std::array<std::uint8_t, 16> key{};
  random.fill(key);
  return {base::to_hex(key), loop.wall_now().time_since_epoch()};
}

Login::Login(const LoginOptions& options, Core& core, PasswordPool& passwords, base::Random& random,
             base::EventLoop& loop)
    : options_(options), core_(core), passwords_(passwords), random_(random), loop_(loop) {}

template <class Function>
auto Login::while_here(Function function) {
  return [here = std::weak_ptr<const char>(here_), function = std::move(function)](auto&&... given) mutable {
    if (!here.expired()) function(std::forward<decltype(given)>(given)...);
  };
}

template <class Value>
void Login::refuse(const Callback<Value>& done, Refusal refusal) {
  loop_.post(while_here([done, refusal = std::move(refusal)] { done(tl::unexpected(refusal)); }));
}

proto::Command Login::make_command(std::string_view user) {
  CommandKey key = make_key(random_, loop_);
  proto::Command command;
  command.mutable_account()->assign(user);
  command.set_key(std::move(key.key));
  command.set_key_created_ms(key.created.count());
  return command;
}

void Login::register_user(std::string_view name, std::string password, const CommandKey& key,
                          Callback<std::string> done) {
  Password secret(password);
  if (!kernel::is_name(name)) {
    return refuse(done, {ErrorCode::kInvalidName, "a name is 1 to 30 of A-Z a-z 0-9 _", {}});
  }
  if (!may_be_password(secret.view())) {
    return refuse(done, {ErrorCode::kInvalidPassword,
                         "a password has 1 to " + std::to_string(kMostPasswordCharacters) + " characters",
                         {}});
  }
  proto::Command command;
  command.mutable_account()->assign(name);
  command.set_key(key.key);
  command.set_key_created_ms(key.created.count());
  command.mutable_register_account()->mutable_name()->assign(name);
  const Salt salt = registration_salt(kernel::lower_name(name), key.key);
  passwords_.hash(
      std::move(secret), salt, loop_,
      while_here([this, command = std::move(command), done = std::move(done)](Outcome<std::string> kept) mutable {
        if (!kept) return done(tl::unexpected(kept.error()));
        command.mutable_register_account()->set_password_hash(*std::move(kept));
        const std::string user = command.account();
        core_.execute(std::move(command), while_here([user, done](const proto::Reply& reply) {
                        if (reply.error() != 0) return done(tl::unexpected(refusal_of(reply)));
                        done(user);
                      }));
      }));
}

void Login::check_password(std::string_view name, std::string password, Callback<std::string> done) {
  const auto secret = std::make_shared<Password>(password);
  // Nobody has such a name or such a password, which says nothing about who there is.
  if (!kernel::is_name(name) || !may_be_password(secret->view())) return refuse(done, kWrong);
  proto::Query query;
  query.mutable_credential()->mutable_name()->assign(name);
  core_.query(std::move(query), while_here([this, secret, done = std::move(done)](const proto::Answer& answer) {
                verify(answer, std::move(*secret), done);
              }));
}

void Login::verify(const proto::Answer& answer, Password password, Callback<std::string> done) {
  if (answer.error() != 0 && !is_unknown_user(answer)) return done(tl::unexpected(refusal_of(answer)));
  // Of an unknown user nothing is kept, as of one without a password: the pool does the same work.
  passwords_.verify(answer.credential().password_hash(), std::move(password), loop_,
                    while_here([user = answer.credential().name(), done = std::move(done)](const Outcome<bool>& same) {
                      if (!same) return done(tl::unexpected(same.error()));
                      if (!*same) return done(tl::unexpected(kWrong));
                      done(user);
                    }));
}

void Login::log_in(std::string_view name, std::string password, Callback<LoggedIn> done) {
  check_password(name, std::move(password), [this, done = std::move(done)](const Outcome<std::string>& user) {
    if (!user) return done(tl::unexpected(user.error()));
    open_session(*user, done);
  });
}

void Login::open_session(const std::string& user, const Callback<LoggedIn>& done) {
  LoggedIn opened;
  opened.user = user;
  opened.token = make_token(kernel::lower_name(user), random_);
  opened.expires = loop_.wall_now().time_since_epoch() + options_.session_lifetime;
  proto::Command command = make_command(user);
  command.mutable_open_session()->set_token_hash(hash_token(opened.token));
  command.mutable_open_session()->set_expires_ms(opened.expires.count());
  core_.execute(std::move(command), while_here([opened = std::move(opened), done](const proto::Reply& reply) {
                  if (reply.error() != 0) return done(tl::unexpected(refusal_of(reply)));
                  done(opened);
                }));
}

void Login::authenticate(std::string token, Callback<LoggedIn> done) {
  const auto user = token_user(token);
  if (!user) return refuse(done, kNoSession);
  proto::Query query;
  query.mutable_session()->mutable_user()->assign(*user);
  query.mutable_session()->set_token_hash(hash_token(token));
  core_.query(std::move(query),
              while_here([this, token = std::move(token), done = std::move(done)](const proto::Answer& answer) {
                if (answer.error() != 0 && !is_unknown_user(answer)) return done(tl::unexpected(refusal_of(answer)));
                LoggedIn who{answer.session().name(), token, std::chrono::milliseconds(answer.session().expires_ms())};
                // The clock of a shard to which nothing happens stands still.
                if (!answer.has_session() || who.expires <= loop_.wall_now().time_since_epoch()) {
                  return done(tl::unexpected(kNoSession));
                }
                done(std::move(who));
              }));
}

void Login::log_out(const std::string& token, Callback<std::string> done) {
  const auto user = token_user(token);
  if (!user) return refuse(done, kNoSession);
  proto::Command command = make_command(*user);
  command.mutable_close_session()->set_token_hash(hash_token(token));
  core_.execute(std::move(command),
                while_here([user = std::string(*user), done = std::move(done)](const proto::Reply& reply) {
                  if (reply.error() != 0) return done(tl::unexpected(refusal_of(reply)));
                  done(user);
                }));
}

}  // namespace buzzer::gateway
