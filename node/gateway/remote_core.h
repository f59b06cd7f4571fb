// A gateway worker's end of its way to the core, which lives on another thread; core_service.h is the other end.
//
// Belongs to the worker's thread.
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/event_loop.h"
#include "node/gateway/core.h"
#include "node/gateway/core_messages.h"

namespace buzzer::gateway {

class RemoteCore final : public Core {
 public:
  static constexpr unsigned kSlotBits = 20;

  // `worker`: the index of this one. `loop` and `core` must outlive it. `most_subscriptions`: at once, up to
  // 2^kSlotBits.
  RemoteCore(std::uint32_t worker, base::EventLoop& loop, CoreInbox& core,
             std::size_t most_subscriptions = std::size_t{1} << kSlotBits);

  // A command or query that finds the core's inbox full is answered `unavailable`, unexecuted.
  void execute(proto::Command command, ReplyCallback callback) override;
  void query(proto::Query query, AnswerCallback callback) override;
  // Asks the core at most every quarter of a second, however many ask here.
  void grid(GridCallback callback) override;
  // One too many is told REFUSED, with too_many_subscriptions.
  std::uint64_t subscribe(Wire wire, const proto::Feed& feed, const std::optional<proto::Position>& after,
                          FeedListener& listener) override;
  void unsubscribe(std::uint64_t subscription) override;
  void taken(std::uint64_t subscription, std::uint64_t position) override;

  // What has come from the core.
  void take(FromCore&& message);

  [[nodiscard]] std::size_t under_way() const { return replies_.size() + answers_.size(); }
  [[nodiscard]] std::size_t subscriptions() const { return subscriptions_; }

 private:
  // Subscriptions are looked up for each push: by their place in a table, which their number names.
  struct Slot {
    FeedListener* listener = nullptr;
    std::uint64_t number = 0;  // of who has it now; 0: nobody
  };
  [[nodiscard]] Slot* slot_of(std::uint64_t subscription);

  void push(const FeedPushes& pushes);
  [[nodiscard]] std::uint64_t refuse_subscription(FeedListener& listener);
  void tell_grid();
  void free(Slot& slot);
  void flush_taken();

  const std::uint32_t worker_;
  base::EventLoop& loop_;
  CoreInbox& core_;
  const std::size_t most_subscriptions_;
  std::uint64_t last_number_ = 0;
  std::unordered_map<std::uint64_t, ReplyCallback> replies_;
  std::unordered_map<std::uint64_t, AnswerCallback> answers_;
  std::shared_ptr<const proto::v1::Grid> grid_;  // as it was told last
  base::MonotonicTime grid_told_;
  std::vector<GridCallback> grid_waiting_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;                           // of slots_
  std::unordered_map<std::uint64_t, FeedListener*> refused_;  // without a slot; to be told
  std::size_t subscriptions_ = 0;
  TakenPushes taken_;  // of this turn
  const std::shared_ptr<const char> here_ = std::make_shared<const char>();
};

}  // namespace buzzer::gateway
