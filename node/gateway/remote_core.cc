#include "node/gateway/remote_core.h"

#include "base/check.h"
#include "base/overloaded.h"
#include "proto/errors.h"

namespace buzzer::gateway {
namespace {

// A look at the grid is a second old anyway; this keeps thousands who look from talking to the core each by themselves.
constexpr base::Duration kGridKept = std::chrono::milliseconds(250);

constexpr const char* kTooBusy = "this node has too much to do at the moment: ask again";

template <class Answer>
Answer unavailable() {
  Answer answer;
  answer.set_error(static_cast<std::uint32_t>(proto::ErrorCode::kUnavailable));
  answer.set_message(kTooBusy);
  return answer;
}

// Of what protobuf says it takes; what the message is kept in comes on top.
constexpr std::size_t kMessageOverhead = 128;

}  // namespace

RemoteCore::RemoteCore(std::uint32_t worker, base::EventLoop& loop, CoreInbox& core, std::size_t most_subscriptions)
    : worker_(worker), loop_(loop), core_(core), most_subscriptions_(most_subscriptions) {
  BUZZER_CHECK(most_subscriptions <= std::size_t{1} << kSlotBits);
}

void RemoteCore::execute(proto::Command command, ReplyCallback callback) {
  const std::uint64_t number = ++last_number_;
  const std::size_t weight = command.ByteSizeLong() + kMessageOverhead;
  replies_.emplace(number, std::move(callback));
  if (core_.push({worker_, ExecuteCommand{number, loop_.now(), std::move(command)}}, weight)) return;
  loop_.post([this, number, here = std::weak_ptr<const char>(here_)] {
    if (!here.expired()) take(CommandReplied{number, unavailable<proto::Reply>()});
  });
}

void RemoteCore::query(proto::Query query, AnswerCallback callback) {
  const std::uint64_t number = ++last_number_;
  const std::size_t weight = query.ByteSizeLong() + kMessageOverhead;
  answers_.emplace(number, std::move(callback));
  if (core_.push({worker_, AskQuery{number, std::move(query)}}, weight)) return;
  loop_.post([this, number, here = std::weak_ptr<const char>(here_)] {
    if (!here.expired()) take(QueryAnswered{number, unavailable<proto::Answer>()});
  });
}

void RemoteCore::grid(GridCallback callback) {
  grid_waiting_.push_back(std::move(callback));
  if (grid_waiting_.size() > 1) return;
  const bool is_fresh = grid_ != nullptr && loop_.now() - grid_told_ < kGridKept;
  if (!is_fresh) {
    grid_ = nullptr;
    if (core_.push({worker_, AskGrid{}}, kMessageOverhead)) return;
  }
  loop_.post([this, here = std::weak_ptr<const char>(here_)] {
    if (!here.expired()) tell_grid();
  });
}

void RemoteCore::tell_grid() {
  const auto grid = grid_;
  for (const GridCallback& callback : std::exchange(grid_waiting_, {})) callback(grid);
}

std::uint64_t RemoteCore::subscribe(Wire wire, const proto::Feed& feed, const std::optional<proto::Position>& after,
                                    FeedListener& listener) {
  if (free_.empty()) {
    if (slots_.size() == most_subscriptions_) return refuse_subscription(listener);
    free_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const std::uint32_t place = free_.back();
  free_.pop_back();
  const std::uint64_t number = ++last_number_ << kSlotBits | place;
  slots_[place] = {&listener, number};
  ++subscriptions_;
  // Must not be lost; bounded as the slots are.
  core_.push_always({worker_, OpenFeed{number, wire, feed, after}});
  return number;
}

std::uint64_t RemoteCore::refuse_subscription(FeedListener& listener) {
  const std::uint64_t number = ++last_number_ << kSlotBits;
  refused_.emplace(number, &listener);
  loop_.post([this, number, here = std::weak_ptr<const char>(here_)] {
    if (here.expired()) return;
    const auto found = refused_.extract(number);
    if (found.empty()) return;  // it was closed meanwhile
    found.mapped()->on_push(number, {proto::Pushes::REFUSED, {}, 0, nullptr, proto::ErrorCode::kTooManySubscriptions});
  });
  return number;
}

void RemoteCore::unsubscribe(std::uint64_t subscription) {
  if (refused_.erase(subscription) > 0) return;
  Slot* slot = slot_of(subscription);
  if (slot == nullptr) return;
  free(*slot);
  core_.push_always({worker_, CloseFeed{subscription}});
}

void RemoteCore::taken(std::uint64_t subscription, std::uint64_t position) {
  if (taken_.positions.empty()) {
    loop_.post([this, here = std::weak_ptr<const char>(here_)] {
      if (!here.expired()) flush_taken();
    });
  }
  taken_.positions.emplace_back(subscription, position);
}

void RemoteCore::flush_taken() {
  // Bounded: a subscription gets no more than its window before this.
  core_.push_always({worker_, std::exchange(taken_, {})});
}

void RemoteCore::take(FromCore&& message) {
  const auto call = [](auto& waiting, std::uint64_t number, const auto& answer) {
    auto found = waiting.extract(number);
    if (!found.empty()) found.mapped()(answer);
  };
  std::visit(base::Overloaded{[&](const CommandReplied& replied) { call(replies_, replied.number, replied.reply); },
                              [&](const QueryAnswered& answered) { call(answers_, answered.number, answered.answer); },
                              [&](GridTold&& told) {
                                grid_ = std::move(told.grid);
                                grid_told_ = loop_.now();
                                tell_grid();
                              },
                              [&](const FeedPushes& pushes) { push(pushes); }},
             std::move(message));
}

void RemoteCore::push(const FeedPushes& pushes) {
  const FeedPushes::Envelope* envelope = pushes.envelopes.data();
  for (const FeedPushes::Told& told : pushes.told) {
    FeedPush push{told.kind, told.position, 0, told.body, told.error};
    for (const FeedPushes::Envelope* const end = envelope + told.envelopes; envelope != end; ++envelope) {
      Slot* slot = slot_of(envelope->number);
      if (slot == nullptr) continue;  // it was closed meanwhile
      FeedListener& listener = *slot->listener;
      if (told.kind == proto::Pushes::REFUSED) free(*slot);
      push.prev = envelope->prev;
      listener.on_push(envelope->number, push);
    }
  }
}

RemoteCore::Slot* RemoteCore::slot_of(std::uint64_t subscription) {
  const std::uint64_t place = subscription & ((std::uint64_t{1} << kSlotBits) - 1);
  if (place >= slots_.size() || slots_[place].number != subscription) return nullptr;
  return &slots_[place];
}

void RemoteCore::free(Slot& slot) {
  slot = {};
  free_.push_back(static_cast<std::uint32_t>(&slot - slots_.data()));
  --subscriptions_;
}

}  // namespace buzzer::gateway
