#include "node/gateway/json_feeds.h"

#include <algorithm>
#include <utility>

#include "node/gateway/session.h"
#include "node/gateway/v1_values.h"

namespace buzzer::gateway {
namespace {

namespace v1 = proto::v1;

template <class Message>
std::string encode(const Message& message) {
  std::string text;
  v1::append(text, message);
  return text;
}

}  // namespace

JsonFeeds::~JsonFeeds() { close_all(); }

std::uint32_t JsonFeeds::open(const proto::Feed& feed, const std::optional<FeedPosition>& after) {
  Open& open = open_.emplace_back();
  open.number = next_number();
  open.feed = feed;
  open.last = after;
  subscribe(open);
  return open.number;
}

bool JsonFeeds::close(std::uint32_t number) {
  const auto at = find(number);
  if (at == open_.end()) return false;
  if (at->in_core != 0) core_.unsubscribe(at->in_core);
  open_.erase(at);
  return true;
}

void JsonFeeds::close_all() {
  for (const Open& open : open_) {
    if (open.in_core != 0) core_.unsubscribe(open.in_core);
  }
  open_.clear();
}

void JsonFeeds::subscribe(Open& open) {
  open.untaken = 0;
  const auto after = open.last ? std::optional(to_proto(*open.last)) : std::nullopt;
  open.in_core = core_.subscribe(Wire::kJson, open.feed, after, *this);
}

void JsonFeeds::fall_behind(Open& open) {
  core_.unsubscribe(std::exchange(open.in_core, 0));
  any_behind_ = true;
}

void JsonFeeds::drained() {
  if (!std::exchange(any_behind_, false)) return;
  for (Open& open : open_) {
    if (open.in_core == 0) subscribe(open);
  }
}

void JsonFeeds::push_written(const PushHead& head) {
  const auto at = find(static_cast<std::uint32_t>(head.subscription));
  if (at == open_.end() || at->in_core == 0 || ++at->untaken < kTakenEvery) return;
  at->untaken = 0;
  core_.taken(at->in_core, head.position);
}

void JsonFeeds::on_push(std::uint64_t subscription, const FeedPush& push) {
  const auto at =
      std::find_if(open_.begin(), open_.end(), [&](const Open& open) { return open.in_core == subscription; });
  if (at == open_.end()) return;
  if (push.kind == proto::Pushes::REFUSED) {
    connection_.send(encode(v1::SubscriptionEnded{at->number, to_v1(refusal_of_feed(at->feed, push.error))}));
    open_.erase(at);
    return;
  }
  tell(*at, push);
}

void JsonFeeds::tell(Open& open, const FeedPush& push) {
  const FeedPosition& position = push.position;
  if (push.kind == proto::Pushes::ENTRY && push.body != nullptr) {
    const PushHead head{open.number, open.last.value_or(FeedPosition()), position.number};
    if (!connection_.push(head, push.body)) return fall_behind(open);
  } else if (connection_.queued_bytes() > connection_.limits().most_queued) {
    return fall_behind(open);
  } else if (push.kind == proto::Pushes::GAP) {
    connection_.send(encode(v1::Gap{open.number, encode_position(position)}));
  } else {
    const auto prev = open.last ? std::optional(encode_position(*open.last)) : std::nullopt;
    connection_.send(encode(v1::Mark{open.number, prev, encode_position(position)}));
  }
  open.last = position;
  // An entry of which this protocol says nothing has been passed on with that.
  if (push.kind == proto::Pushes::ENTRY && push.body == nullptr) push_written({open.number, {}, position.number});
}

std::vector<JsonFeeds::Open>::iterator JsonFeeds::find(std::uint32_t number) {
  return std::find_if(open_.begin(), open_.end(), [&](const Open& open) { return open.number == number; });
}

}  // namespace buzzer::gateway
