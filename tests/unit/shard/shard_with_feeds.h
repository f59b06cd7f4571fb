// A shard as a publisher sees it: a log of arrivals over plain maps, of which a test says when it has become durable.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/event_loop.h"
#include "node/kernel/buzz_id.h"
#include "node/kernel/home_shard.h"
#include "node/shard/publisher.h"
#include "tests/unit/kernel/map_state.h"

namespace buzzer::tests {

inline constexpr base::ShardId kShard{6};

// The users and topics of that shard are not many: "<word><n>" for some n.
inline std::string name_at_home(const std::string& word, base::ShardId shard = kShard) {
  for (int n = 0;; ++n) {
    if (std::string name = word + std::to_string(n); kernel::shard_of_user(name) == shard) return name;
  }
}
inline std::string topic_at_home(const std::string& word, base::ShardId shard = kShard) {
  for (int n = 0;; ++n) {
    if (std::string topic = word + std::to_string(n); kernel::shard_of_topic(topic) == shard) return topic;
  }
}

class ShardWithFeeds {
 public:
  // Both must outlive it.
  ShardWithFeeds(const shard::PublisherOptions& options, base::EventLoop& loop, shard::PushSender& sender)
      : options_(options), loop_(loop), sender_(sender) {
    options_.shard = kShard;
    make_publisher();
  }

  void add_user(const std::string& name) {
    proto::Account account;
    account.set_name(name);
    state.put_account(name, account);
  }

  void start() {
    life_ += 1;
    durable_ = entry_;
    const std::uint64_t last = state.arrivals().last;
    const proto::Arrival* there = state.arrival(last);
    publisher->start(incarnation, last, there == nullptr ? 0 : there->life());
    serves_ = true;
  }
  void stop() {
    serves_ = false;
    publisher->stop();
    for (auto& [entry, told] : std::exchange(waiting_, {})) {
      loop_.post([told = std::move(told)] { told(false); });
    }
  }
  // Ends without a word.
  void crash() {
    serves_ = false;
    waiting_.clear();
    make_publisher();
  }

  // One entry of the journal. The arrival's life is filled in.
  std::uint64_t append(proto::Arrival arrival) {
    const std::uint64_t position = state.arrivals().last + 1;
    arrival.set_life(life_);
    if (arrival.unchanged()) {
      // It is so already.
    } else if (arrival.kind() == proto::Arrival::FOLLOWED) {
      proto::FollowEdge edge;
      edge.set_author(arrival.author());
      edge.set_position(position);
      state.put_edge(arrival.follower(), arrival.author(), edge);
    } else if (arrival.kind() == proto::Arrival::UNFOLLOWED) {
      state.erase_edge(arrival.follower(), arrival.author());
    }
    state.append_arrival(position, arrival);
    ++entry_;
    if (serves_) publisher->noted(journal::EntryNumber(entry_), position, arrival, state);
    return position;
  }
  // With the buzz that it tells of, of this shard or a copy.
  std::uint64_t append(const proto::Arrival& arrival, const proto::Buzz& buzz) {
    if (kernel::id_shard(base::BuzzId(buzz.id())) == kShard) {
      state.put_buzz(buzz);
    } else {
      proto::Copy copy;
      *copy.mutable_buzz() = buzz;
      state.put_copy(arrival.author(), copy);
    }
    return append(arrival);
  }

  // What has been appended is durable, and what waits for it is told: as a shard does it, entry by entry.
  void sync() { sync(entry_); }
  void sync(std::uint64_t upto) {
    while (durable_ < upto) {
      ++durable_;
      if (tells_first) tell();
      publisher->durable(journal::EntryNumber(durable_));
      tell();
    }
    tell();
  }
  // The last.
  [[nodiscard]] std::uint64_t entry() const { return entry_; }
  [[nodiscard]] std::uint64_t life() const { return life_; }

  std::uint64_t incarnation = 99;
  kernel::MapState state;
  std::unique_ptr<shard::Publisher> publisher;
  bool syncs_by_itself = true;  // what waits for nothing that is under way is told in the next turn
  bool tells_first = false;     // what waits for an entry, before it says that it is durable
  int unreadable = 0;           // so many readings fail, and see what is not so
  int readings = 0;

 private:
  void make_publisher() {
    publisher = std::make_unique<shard::Publisher>(
        options_, loop_, sender_, [this](const auto& read, auto told) { this->read(read, std::move(told)); });
  }
  void read(const std::function<void(const kernel::StateView&)>& read, std::function<void(bool)> told) {
    ++readings;
    const kernel::MapState nothing;
    read(unreadable > 0 ? nothing : state);
    if (unreadable > 0) {
      --unreadable;
      loop_.post([told = std::move(told)] { told(false); });
      return;
    }
    waiting_.emplace_back(entry_, std::move(told));
    if (syncs_by_itself) loop_.post([this] { tell(); });
  }
  void tell() {
    while (!waiting_.empty() && waiting_.front().first <= durable_) {
      const auto told = std::move(waiting_.front().second);
      waiting_.pop_front();
      told(true);
    }
  }

  shard::PublisherOptions options_;
  base::EventLoop& loop_;
  shard::PushSender& sender_;
  bool serves_ = false;
  std::uint64_t life_ = 1000;
  std::uint64_t entry_ = 0;
  std::uint64_t durable_ = 0;
  std::deque<std::pair<std::uint64_t, std::function<void(bool)>>> waiting_;
};

inline proto::Arrival arrival_of(proto::Arrival::Kind kind, const std::string& author, std::uint64_t id) {
  proto::Arrival arrival;
  arrival.set_kind(kind);
  arrival.set_author(author);
  arrival.set_id(id);
  arrival.set_version(1);
  return arrival;
}
inline proto::Arrival follow_of(proto::Arrival::Kind kind, const std::string& follower, const std::string& author) {
  proto::Arrival arrival;
  arrival.set_kind(kind);
  arrival.set_follower(follower);
  arrival.set_author(author);
  return arrival;
}

}  // namespace buzzer::tests
