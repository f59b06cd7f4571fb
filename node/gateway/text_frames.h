// What the original text protocol says of buzzes and follows (docs/protocols/text.md). Pure; any thread.
#pragma once

#include <optional>
#include <string>

#include "proto/link.pb.h"
#include "proto/records.pb.h"

namespace buzzer::gateway {

// `buzz {"id":42,"text":"I do!","poster":{"username":"taeber"},"posted":"2026-06-23T13:30:00Z",...}`, written as Go's
// encoding/json writes it, which the first server used. `mentions` and `tags` are left out when there are none.
[[nodiscard]] std::string format_text_buzz(const proto::Buzz& buzz);

// What a session is told of an entry of its own feed: a buzz that is new there, `follow <user>`, `unfollow <user>`.
// None for an edit or a deletion: the protocol has no word for them.
[[nodiscard]] std::optional<std::string> format_text_entry(const proto::FeedEntry& entry);

}  // namespace buzzer::gateway
