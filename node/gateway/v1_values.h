// The core's records as buzzer.v1.json has them, and the other way round. Pure; any thread.
#pragma once

#include <optional>
#include <string>

#include "node/gateway/refusal.h"
#include "proto/commands.pb.h"
#include "proto/link.pb.h"
#include "proto/queries.pb.h"
#include "proto/records.pb.h"
#include "proto/v1/messages.h"
#include "proto/v1/requests.h"

namespace buzzer::gateway {

[[nodiscard]] proto::v1::Buzz to_v1(const proto::Buzz& buzz);
[[nodiscard]] proto::v1::User to_v1(const proto::Account& account);
[[nodiscard]] proto::v1::Entry to_v1(const proto::FeedEntry& entry);
[[nodiscard]] proto::v1::Problem to_v1(const Refusal& refusal);
[[nodiscard]] proto::Feed to_core(const proto::v1::Feed& feed);
[[nodiscard]] proto::Feed to_core(const proto::v1::PagedFeed& feed);

// Why a feed cannot be followed, with words of our own.
[[nodiscard]] Refusal refusal_of_feed(const proto::Feed& feed, proto::ErrorCode why);

// Of an answer of another node without error, and without what was asked for.
[[nodiscard]] Refusal nothing_found();

// Whose home feed it is; null if it is none.
[[nodiscard]] const std::string* owner_of_home(const proto::Feed& feed);

// The second part of a push (proto/v1/messages.h), the same for all whom it is for. None of a follow that has changed
// nothing.
[[nodiscard]] std::optional<std::string> encode_push_body(const proto::Position& position,
                                                          const proto::FeedEntry& entry);

// What that has given, at another position.
[[nodiscard]] std::string at_position(std::string push_body, const proto::Position& position);

}  // namespace buzzer::gateway
