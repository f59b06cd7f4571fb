// The one registry of what can go wrong with a command, for the wire, Python and the web client alike.
//
// *Definite*: it did not happen, and will not. *Indefinite*: it may have happened; ask again with the same key.
// Numbers are fixed: codes may be added, never renumbered.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace buzzer::proto {

enum class ErrorCode : std::uint16_t {
  kNone = 0,
  kBadRequest = 1,
  kInvalidName = 2,
  kNameTaken = 3,
  kUnknownUser = 4,
  kUnknownBuzz = 5,
  kNotYours = 6,
  kTextEmpty = 7,
  kTextTooLong = 8,
  kTextInvalid = 9,
  kKeyReused = 10,
  kKeyFromTheFuture = 11,
  kOwnAccount = 12,
  kTooManyFollowed = 13,
  kKeyExpired = 100,
  kUnavailable = 101,
  // What the gateway alone says; proto/v1/buzzer.v1.asyncapi.json describes these and the others.
  kUnauthorized = 200,
  kInvalidCredentials = 201,
  kInvalidPassword = 202,
  kTooManyRequests = 203,
  kTooManySubscriptions = 204,
  kUnknownSubscription = 205,
  kMessageTooLarge = 206,
  kUnknownType = 207,
  kSessionEnded = 208,
};

struct ErrorInfo {
  ErrorCode code;
  std::string_view name;  // on the wire, in lower case with underscores
  bool definite;
};

inline constexpr std::array<ErrorInfo, 25> kErrors{{
    {ErrorCode::kNone, "none", true},
    {ErrorCode::kBadRequest, "bad_request", true},
    {ErrorCode::kInvalidName, "invalid_name", true},
    {ErrorCode::kNameTaken, "name_taken", true},
    {ErrorCode::kUnknownUser, "unknown_user", true},
    {ErrorCode::kUnknownBuzz, "unknown_buzz", true},
    {ErrorCode::kNotYours, "not_yours", true},
    {ErrorCode::kTextEmpty, "text_empty", true},
    {ErrorCode::kTextTooLong, "text_too_long", true},
    {ErrorCode::kTextInvalid, "text_invalid", true},
    {ErrorCode::kKeyReused, "key_reused", true},
    {ErrorCode::kKeyFromTheFuture, "key_from_the_future", true},
    {ErrorCode::kOwnAccount, "own_account", true},
    {ErrorCode::kTooManyFollowed, "too_many_followed", true},
    {ErrorCode::kKeyExpired, "key_expired", false},
    {ErrorCode::kUnavailable, "unavailable", false},
    {ErrorCode::kUnauthorized, "unauthorized", true},
    {ErrorCode::kInvalidCredentials, "invalid_credentials", true},
    {ErrorCode::kInvalidPassword, "invalid_password", true},
    {ErrorCode::kTooManyRequests, "too_many_requests", true},
    {ErrorCode::kTooManySubscriptions, "too_many_subscriptions", true},
    {ErrorCode::kUnknownSubscription, "unknown_subscription", true},
    {ErrorCode::kMessageTooLarge, "message_too_large", true},
    {ErrorCode::kUnknownType, "unknown_type", true},
    {ErrorCode::kSessionEnded, "session_ended", true},
}};

// Never fails: an unknown code, from a newer peer, is an indefinite one.
[[nodiscard]] constexpr ErrorInfo error_info(ErrorCode code) {
  for (const ErrorInfo& info : kErrors) {
    if (info.code == code) return info;
  }
  return {code, "unknown_error", false};
}

}  // namespace buzzer::proto
