#include "node/shard/subscriber_index.h"

#include <algorithm>
#include <utility>

#include "node/shard/feed_filter.h"

namespace buzzer::shard {

using Kind = FeedName::Kind;

SubscriberIndex::Set& SubscriberIndex::set_of(const FeedName& feed) {
  switch (feed.kind) {
    case Kind::kHome:
      return person(feed.name).home;
    case Kind::kAuthor:
      return person(feed.name).author;
    case Kind::kMentions:
      return person(feed.name).mentions;
    case Kind::kTopic:
      return topics_[feed.name];
    case Kind::kThread:
      break;
  }
  return threads_[feed.thread.value()];
}

void SubscriberIndex::add(Subscription& subscription) {
  set_of(subscription.feed).insert(&subscription);
  home_changed(subscription.feed);
}

void SubscriberIndex::remove(Subscription& subscription) {
  const FeedName& feed = subscription.feed;
  Set& set = set_of(feed);
  set.erase(&subscription);
  home_changed(feed);
  if (!set.empty()) return;
  if (feed.kind == Kind::kTopic) {
    topics_.erase(feed.name);
  } else if (feed.kind == Kind::kThread) {
    threads_.erase(feed.thread.value());
  } else {
    Person& named = person(feed.name);
    if (feed.kind == Kind::kHome) drop_edges(named);
    forget_if_idle(named);
  }
}

SubscriberIndex::Person& SubscriberIndex::person(const std::string& name) {
  const auto at = people_.try_emplace(name).first;
  at->second.name = &at->first;
  return at->second;
}

void SubscriberIndex::forget_if_idle(const Person& person) {
  if (person.home.empty() && person.author.empty() && person.mentions.empty() && person.readers.empty()) {
    people_.erase(people_.find(*person.name));
  }
}

void SubscriberIndex::home_changed(const FeedName& feed) {
  if (feed.kind != Kind::kHome) return;
  for (Person* author : person(feed.name).follows) author->has_audience = false;
}

const std::vector<SubscriberIndex::Follower>& SubscriberIndex::audience_of(Person& author) {
  if (std::exchange(author.has_audience, true)) return author.audience;
  author.audience.clear();
  for (const auto& [reader, since] : author.readers) {
    for (Subscription* home : reader->home) author.audience.push_back({home, since});
  }
  // In the order in which frames name them.
  std::sort(author.audience.begin(), author.audience.end(),
            [](const Follower& one, const Follower& other) { return one.home->key < other.home->key; });
  return author.audience;
}

void SubscriberIndex::find(std::uint64_t position, const proto::Arrival& arrival, std::vector<Subscription*>& found) {
  const std::size_t before = found.size();
  std::size_t sources = 0;  // of what is found
  const auto consider_one = [&](Subscription* subscription, std::uint64_t since) {
    if (subscription->joined && passes(subscription->feed, position, arrival, since)) found.push_back(subscription);
  };
  const auto consider = [&](const Set& set, std::uint64_t since) {
    sources += set.empty() ? 0 : 1;
    for (Subscription* subscription : set) consider_one(subscription, since);
  };
  if (!tells_of_buzz(arrival)) {
    if (const Person* const follower = find_person(arrival.follower())) consider(follower->home, 0);
    return;
  }
  if (Person* const author = find_person(arrival.author())) {
    consider(author->author, 0);
    consider(author->home, 0);
    const std::vector<Follower>& audience = audience_of(*author);
    sources += audience.empty() ? 0 : 1;
    for (const Follower& follower : audience) consider_one(follower.home, follower.since);
  }
  for (const std::string& name : arrival.mentioned()) {
    const Person* mentioned = find_person(name);
    if (mentioned == nullptr) continue;
    consider(mentioned->mentions, 0);
    consider(mentioned->home, 0);
  }
  if (!topics_.empty()) {
    for (const std::string& topic : arrival.topics()) {
      if (const auto at = topics_.find(topic); at != topics_.end()) consider(at->second, 0);
    }
  }
  if (const auto at = threads_.find(arrival.root()); at != threads_.end()) consider(at->second, 0);
  if (sources < 2) return;
  // Who follows may be mentioned too.
  const auto first = found.begin() + static_cast<std::ptrdiff_t>(before);
  std::sort(first, found.end());
  found.erase(std::unique(first, found.end()), found.end());
}

void SubscriberIndex::learn(std::uint64_t position, const proto::Arrival& arrival) {
  if (tells_of_buzz(arrival) || arrival.unchanged()) return;
  const auto at = people_.find(arrival.follower());
  if (at == people_.end() || !at->second.has_edges) return;
  Person& follower = at->second;
  Person& author = person(arrival.author());
  if (arrival.kind() == proto::Arrival::FOLLOWED) {
    add_edge(follower, author, position);
  } else if (author.readers.erase(&follower) > 0) {
    author.has_audience = false;
    follower.follows.erase(std::find(follower.follows.begin(), follower.follows.end(), &author));
    --edges_;
  }
  forget_if_idle(author);
}

bool SubscriberIndex::has_edges(const std::string& reader) const {
  const Person* person = find_person(reader);
  return person != nullptr && person->has_edges;
}

void SubscriberIndex::load_edges(const std::string& reader, const kernel::StateView& state) {
  const auto at = people_.find(reader);
  if (at == people_.end() || at->second.has_edges) return;
  Person& person = at->second;
  person.has_edges = true;
  state.visit_edges(reader, {}, [&](std::string_view author, const proto::FollowEdge& edge) {
    if (!edge.pending()) add_edge(person, this->person(std::string(author)), edge.position());
    return true;
  });
}

void SubscriberIndex::drop_edges(const std::string& reader) {
  if (const auto at = people_.find(reader); at != people_.end()) drop_edges(at->second);
}

std::uint64_t SubscriberIndex::edge_since(const std::string& reader, const std::string& author) const {
  const Person* from = find_person(reader);
  const Person* to = find_person(author);
  if (from == nullptr || to == nullptr) return 0;
  const auto edge = to->readers.find(from);
  return edge == to->readers.end() ? 0 : edge->second;
}

const SubscriberIndex::Person* SubscriberIndex::find_person(const std::string& name) const {
  const auto at = people_.find(name);
  return at == people_.end() ? nullptr : &at->second;
}

SubscriberIndex::Person* SubscriberIndex::find_person(const std::string& name) {
  const auto at = people_.find(name);
  return at == people_.end() ? nullptr : &at->second;
}

void SubscriberIndex::add_edge(Person& reader, Person& author, std::uint64_t since) {
  author.has_audience = false;
  // One that stands is replaced: it took effect anew.
  if (!author.readers.insert_or_assign(&reader, since).second) return;
  reader.follows.push_back(&author);
  ++edges_;
}

void SubscriberIndex::drop_edges(Person& reader) {
  edges_ -= reader.follows.size();
  for (Person* author : reader.follows) {
    author->readers.erase(&reader);
    author->has_audience = false;
    if (author != &reader) forget_if_idle(*author);
  }
  reader.follows.clear();
  reader.has_edges = false;
}

}  // namespace buzzer::shard
