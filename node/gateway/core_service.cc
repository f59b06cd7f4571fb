#include "node/gateway/core_service.h"

#include <algorithm>
#include <utility>

#include "base/overloaded.h"
#include "node/gateway/awake_core.h"

namespace buzzer::gateway {
namespace {

constexpr std::size_t kMostInBatch = 4096;

}  // namespace

CoreService::CoreService(const CoreParts& parts, std::vector<WorkerInbox*> workers, EntryCodec codec)
    : parts_(parts),
      workers_(std::move(workers)),
      codec_(std::move(codec)),
      open_(workers_.size()),
      batches_(workers_.size()) {}

CoreService::~CoreService() {
  for (const auto& numbers : open_) {
    for (const auto& [number, in_grid] : numbers) parts_.subscriptions.close(in_grid);
  }
}

void CoreService::take(std::uint32_t worker, ToCore&& message) {
  std::visit(base::Overloaded{[&](const ExecuteCommand& wish) { execute(worker, wish); },
                              [&](const AskQuery& wish) { query(worker, wish); },
                              [&](const AskGrid& /*wish*/) {
                                parts_.grid.get([&inbox = *workers_[worker]](const auto& grid) {
                                  inbox.push_always(GridTold{grid});  // bounded: one at a time is asked for
                                });
                              },
                              [&](OpenFeed&& wish) { open(worker, std::move(wish)); },
                              [&](const CloseFeed& wish) { close(worker, wish.number); },
                              [&](const TakenPushes& taken) {
                                for (const auto& [number, position] : taken.positions) {
                                  const auto found = open_[worker].find(number);
                                  if (found != open_[worker].end()) parts_.subscriptions.taken(found->second, position);
                                }
                              }},
             std::move(message));
}

// What is answered is bounded by what was let in.
void CoreService::execute(std::uint32_t worker, const ExecuteCommand& wish) {
  if (parts_.loop.now() - wish.asked > kMostAsleep) {
    proto::Reply reply;
    reply.set_error(static_cast<std::uint32_t>(proto::ErrorCode::kUnavailable));
    reply.set_message("this node stood still for a while: ask again with the same key");
    return workers_[worker]->push_always(CommandReplied{wish.number, reply});
  }
  const bool is_post = wish.command.has_post_buzz();
  parts_.router.execute(wish.command, [this, &inbox = *workers_[worker], number = wish.number, is_post,
                                       began = parts_.loop.now()](const proto::Reply& reply) {
    parts_.counts.commands.add(reply.error(), parts_.loop.now() - began);
    if (is_post && reply.error() == 0) ++parts_.counts.posts;
    inbox.push_always(CommandReplied{number, reply});
  });
}

void CoreService::query(std::uint32_t worker, const AskQuery& wish) {
  parts_.router.query(wish.query, [this, &inbox = *workers_[worker], number = wish.number,
                                   began = parts_.loop.now()](const proto::Answer& answer) {
    parts_.counts.reads.add(answer.error(), parts_.loop.now() - began);
    inbox.push_always(QueryAnswered{number, answer});
  });
}

void CoreService::open(std::uint32_t worker, OpenFeed&& wish) {
  const std::uint64_t number = wish.number;
  const Wire wire = wish.wire;
  open_[worker][number] = parts_.subscriptions.open(
      wish.feed, wish.after,
      [this, worker, wire, number](const grid::Push& push) { pushed(worker, wire, number, push); });
}

void CoreService::close(std::uint32_t worker, std::uint64_t number) {
  const auto found = open_[worker].extract(number);
  if (!found.empty()) parts_.subscriptions.close(found.mapped());
}

void CoreService::pushed(std::uint32_t worker, Wire wire, std::uint64_t number, const grid::Push& push) {
  if (push.kind == proto::Pushes::REFUSED) open_[worker].erase(number);
  if (push.kind == proto::Pushes::ENTRY) ++parts_.counts.pushes;
  Batch& batch = batches_[worker];
  FeedPushes& pushes = batch.pushes;
  const FeedPosition position = to_feed_position(push.position);
  const bool is_same = !pushes.told.empty() && batch.wire == wire && pushes.told.back().position == position &&
                       pushes.told.back().kind == push.kind && pushes.told.back().error == push.error;
  if (!is_same) {
    batch.wire = wire;
    pushes.told.push_back(
        {push.kind, position, push.kind == proto::Pushes::ENTRY ? body(wire, push) : nullptr, push.error, 0});
  }
  ++pushes.told.back().envelopes;
  pushes.envelopes.push_back({number, push.prev});
  if (pushes.envelopes.size() >= kMostInBatch) return flush(worker);
  flush_soon();
}

void CoreService::flush_soon() {
  if (std::exchange(flushes_, true)) return;
  parts_.loop.post([this, here = std::weak_ptr<const char>(here_)] {
    if (here.expired()) return;
    flushes_ = false;
    for (std::size_t worker = 0; worker < workers_.size(); ++worker) flush(worker);
  });
}

std::shared_ptr<const std::string> CoreService::body(Wire wire, const grid::Push& push) {
  Recent::Body& body = recent(*push.body).bodies[static_cast<std::size_t>(wire)];
  const FeedPosition position = to_feed_position(push.position);
  if (!std::exchange(body.is_encoded, true)) {
    proto::FeedEntry entry;
    auto encoded = entry.ParseFromString(*push.body) ? codec_.encode(wire, push.position, entry) : std::nullopt;
    if (encoded) body.text = std::make_shared<const std::string>(*std::move(encoded));
  } else if (body.text != nullptr && body.position != position) {
    body.text = codec_.move(wire, body.text, push.position);
  }
  body.position = position;
  return body.text;
}

CoreService::Recent& CoreService::recent(const std::string& entry) {
  if (last_recent_ < recent_.size() && recent_[last_recent_].entry == entry) return recent_[last_recent_];
  const auto found =
      std::find_if(recent_.begin(), recent_.end(), [&](const Recent& one) { return one.entry == entry; });
  if (found != recent_.end()) {
    last_recent_ = static_cast<std::size_t>(found - recent_.begin());
    return *found;
  }
  last_recent_ = next_recent_++ % kMostRecent;
  if (last_recent_ == recent_.size()) recent_.emplace_back();
  recent_[last_recent_] = {entry, {}};
  return recent_[last_recent_];
}

void CoreService::flush(std::size_t worker) {
  FeedPushes& pushes = batches_[worker].pushes;
  if (pushes.told.empty()) return;
  const std::size_t told = pushes.told.size();
  const std::size_t envelopes = pushes.envelopes.size();
  // Bounded: a subscription gets no more than its window before it says that it has taken some.
  workers_[worker]->push_always(std::exchange(pushes, {}));
  // The next is likely to be as large.
  pushes.told.reserve(told);
  pushes.envelopes.reserve(envelopes);
}

}  // namespace buzzer::gateway
