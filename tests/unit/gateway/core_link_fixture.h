// Both ends of the way from sessions to the core, with real inboxes between them; threads are a test's to turn.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "node/gateway/core_service.h"
#include "node/gateway/remote_core.h"
#include "tests/support/manual_loop.h"

namespace buzzer::gateway {

// The only node: its shards are a test's to play.
struct Shards final : grid::Homes, grid::FeedHomes, grid::MeshSender, GridSource {
  void execute(base::ShardId /*shard*/, const proto::Command& command, ReplyCallback callback) override {
    executed.push_back(command.post_buzz().text());
    waiting.push_back(std::move(callback));
  }
  void query(base::ShardId /*shard*/, const proto::Query& query, AnswerCallback callback) override {
    proto::Answer answer;
    answer.add_users()->set_name(query.user().name());
    callback(answer);
  }
  void query_all(const proto::Query& /*query*/, AnswerCallback /*callback*/) override {}
  [[nodiscard]] proto::Answer owed() const override { return {}; }
  void subscribe(base::ShardId shard, base::NodeId /*node*/, const proto::Subscribe& wish) override {
    wishes.push_back(wish);
    shard_of_wishes = shard;
  }
  void unsubscribe(base::ShardId /*shard*/, base::NodeId /*node*/, std::uint64_t number) override {
    left.push_back(number);
  }
  void taken(base::ShardId /*shard*/, base::NodeId /*node*/, std::uint64_t /*number*/,
             std::uint64_t position) override {
    took.push_back(position);
  }
  void node_gone(base::NodeId /*node*/) override {}
  bool send_to(base::NodeId /*peer*/, proto::EncodedFrame /*frame*/) override { return false; }
  void look(std::function<void(NodeFacts)> callback) override { callback({}); }

  std::vector<std::string> executed;
  std::vector<ReplyCallback> waiting;
  std::vector<proto::Subscribe> wishes;
  base::ShardId shard_of_wishes;
  std::vector<std::uint64_t> left;
  std::vector<std::uint64_t> took;
};

struct Listener final : FeedListener {
  void on_push(std::uint64_t subscription, const FeedPush& push) override {
    told.push_back(std::to_string(subscription == own) + proto::Pushes::Kind_Name(push.kind) + ' ' +
                   std::to_string(push.prev) + '-' + std::to_string(push.position.number) +
                   (push.body == nullptr ? "" : ' ' + *push.body));
    if (push.body != nullptr) bodies.push_back(push.body.get());
    error = push.error;
    if (then) then();
  }
  std::vector<std::string> take() { return std::exchange(told, {}); }

  std::uint64_t own = 0;
  std::vector<std::string> told;
  std::vector<const std::string*> bodies;
  proto::ErrorCode error = proto::ErrorCode::kNone;  // of what was told last
  std::function<void()> then;
};

class CoreLinkTest : public testing::Test {
 protected:
  CoreLinkTest() {
    grid::SubscriptionsOptions options;
    options.first_number = 100;
    subscriptions_ = std::make_unique<grid::Subscriptions>(options, core_loop_, shards_, shards_);
    service_ = std::make_unique<CoreService>(
        CoreParts{core_loop_, router_, *subscriptions_, view_, counts_},
        std::vector<WorkerInbox*>{&to_worker_, &to_other_},
        EntryCodec{
            [this](Wire wire, const proto::Position&, const proto::FeedEntry& entry) -> std::optional<std::string> {
              ++encoded_;
              if (entry.author() == "nobody" && wire == Wire::kText) return std::nullopt;
              return (wire == Wire::kText ? "text " : "json ") + entry.author();
            },
            [](Wire wire, const std::shared_ptr<const std::string>& body, const proto::Position& position) {
              if (wire == Wire::kText) return body;
              const std::string entry = body->substr(0, body->find('@'));
              return std::make_shared<const std::string>(entry + '@' + std::to_string(position.number()));
            }});
  }
  ~CoreLinkTest() override { service_.reset(); }

  // Both threads take their turns until nothing is left.
  void settle() {
    for (int i = 0; i < 4; ++i) {
      core_loop_.settle();
      worker_loop_.settle();
      other_loop_.settle();
    }
  }
  void open(Listener& listener, Wire wire = Wire::kJson, RemoteCore* core = nullptr) {
    proto::Feed feed;
    feed.set_author("bob");
    listener.own = (core == nullptr ? worker_ : *core).subscribe(wire, feed, std::nullopt, listener);
  }
  // The shard tells all its subscribers.
  void tell(proto::Pushes::Kind kind, std::uint64_t prev, std::uint64_t position, const std::string& author = {}) {
    proto::Pushes pushes;
    pushes.set_kind(kind);
    pushes.set_shard(shards_.shard_of_wishes.value());
    pushes.mutable_position()->set_number(position);
    proto::FeedEntry entry;
    entry.set_author(author);
    if (kind == proto::Pushes::ENTRY) pushes.set_body(entry.SerializeAsString());
    for (const proto::Subscribe& wish : shards_.wishes) {
      pushes.add_numbers(wish.number());
      pushes.add_prevs(prev);
    }
    subscriptions_->own_shard_pushed(pushes);
  }
  // One of each protocol, which have been told from where.
  void open_both(Listener& json, Listener& text) {
    open(json);
    open(text, Wire::kText);
    begin();
    json.take();
    text.take();
  }
  void begin() {
    settle();
    tell(proto::Pushes::MARK, 0, 10);
    settle();
  }
  static proto::Command post(std::string text) {
    proto::Command command;
    command.set_account("bob");
    command.mutable_post_buzz()->set_text(std::move(text));
    return command;
  }

  template <class Take>
  static std::function<void()> wake(tests::ManualLoop& loop, Take take) {
    return [&loop, take] { loop.post(take); };
  }

  tests::ManualLoop core_loop_;
  tests::ManualLoop worker_loop_;
  tests::ManualLoop other_loop_;
  Shards shards_;
  grid::Router router_{{base::NodeId(0)}, core_loop_, shards_, shards_};
  std::unique_ptr<grid::Subscriptions> subscriptions_;
  CoreCounts counts_;
  GridView view_{GridViewOptions(), core_loop_, router_, shards_, counts_};
  int encoded_ = 0;
  int messages_ = 0;  // that came to the first worker
  std::unique_ptr<CoreService> service_;
  CoreInbox to_core_{"core", {4, 1UL << 20}, wake(core_loop_, [this] {
                       to_core_.drain([this](auto&& one) { service_->take(one.first, std::move(one.second)); });
                     })};
  WorkerInbox to_worker_{"worker", {}, wake(worker_loop_, [this] {
                           to_worker_.drain([this](FromCore&& one) {
                             ++messages_;
                             worker_.take(std::move(one));
                           });
                         })};
  WorkerInbox to_other_{"other", {}, wake(other_loop_, [this] {
                          to_other_.drain([this](FromCore&& one) { other_.take(std::move(one)); });
                        })};
  RemoteCore worker_{0, worker_loop_, to_core_};
  static constexpr std::size_t kMostOfOther = 64;
  RemoteCore other_{1, other_loop_, to_core_, kMostOfOther};
};

}  // namespace buzzer::gateway
