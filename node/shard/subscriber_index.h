// Whom an entry of the arrival log concerns: found by what the entry names, not by going through the subscriptions.
//
// Home feeds are found by their readers' edges, which are held in memory: loaded from the state when the first
// subscription to a reader's home is read for, then kept up to date by what the log says of follows.
//
// Part of a shard, on its thread.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "node/kernel/state.h"
#include "node/shard/subscription.h"

namespace buzzer::shard {

class SubscriberIndex {
 public:
  // Before it is destroyed, or its feed changed, a subscription must be removed.
  void add(Subscription& subscription);
  void remove(Subscription& subscription);

  // Adds the subscriptions that have joined and whose feed the entry passes; each once, in no order.
  void find(std::uint64_t position, const proto::Arrival& arrival, std::vector<Subscription*>& found);
  // Takes note of a follow or unfollow.
  void learn(std::uint64_t position, const proto::Arrival& arrival);

  // The edges of somebody whose home is subscribed to. A pending edge is none.
  [[nodiscard]] bool has_edges(const std::string& reader) const;
  void load_edges(const std::string& reader, const kernel::StateView& state);
  void drop_edges(const std::string& reader);
  // The position at which the edge took effect; 0: there is none.
  [[nodiscard]] std::uint64_t edge_since(const std::string& reader, const std::string& author) const;
  // Of all readers.
  [[nodiscard]] std::size_t edges() const { return edges_; }

 private:
  using Set = std::unordered_set<Subscription*>;
  // A follower's home feed, and since which position it has what the author posts.
  struct Follower {
    Subscription* home = nullptr;
    std::uint64_t since = 0;
  };
  // Somebody whose feeds are subscribed to, or whom a reader follows.
  struct Person {
    const std::string* name = nullptr;  // its key
    Set home;
    Set author;
    Set mentions;
    bool has_edges = false;
    std::vector<Person*> follows;                              // of a reader
    std::unordered_map<const Person*, std::uint64_t> readers;  // who follow: at which position it took effect
    // What these come to, side by side, since an author's every buzz goes through it. Gathered when it is needed.
    std::vector<Follower> audience;
    bool has_audience = false;
  };

  [[nodiscard]] static const std::vector<Follower>& audience_of(Person& author);
  // Whoever subscribes to the reader's home feed is not the same any more.
  void home_changed(const FeedName& feed);
  [[nodiscard]] Set& set_of(const FeedName& feed);
  [[nodiscard]] const Person* find_person(const std::string& name) const;
  [[nodiscard]] Person* find_person(const std::string& name);
  [[nodiscard]] Person& person(const std::string& name);
  void add_edge(Person& reader, Person& author, std::uint64_t since);
  void drop_edges(Person& reader);
  void forget_if_idle(const Person& person);

  std::unordered_map<std::string, Person> people_;  // its values stay where they are
  std::unordered_map<std::string, Set> topics_;
  std::unordered_map<std::uint64_t, Set> threads_;
  std::size_t edges_ = 0;
};

}  // namespace buzzer::shard
