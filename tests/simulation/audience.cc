#include "tests/simulation/audience.h"

#include <algorithm>

#include "tests/simulation/subscriber_check.h"

namespace buzzer::simulation {

Audience::Audience(const SubscriberWorld& world, std::uint64_t seed) : random_(seed), world_(world) {
  const std::uint64_t many = random_.next() % 7;
  for (std::uint32_t number = 0; number < many; ++number) {
    subscribers_.push_back(std::make_unique<Subscriber>(number, world_));
  }
}

void Audience::begin() {
  for (const auto& subscriber : subscribers_) subscriber->begin();
}

void Audience::settle() {
  for (const auto& subscriber : subscribers_) subscriber->settle();
}

MonotonicTime Audience::last_stirred() const {
  MonotonicTime last = MonotonicTime::min();
  for (const auto& subscriber : subscribers_) last = std::max(last, subscriber->last_stirred());
  return last;
}

void Audience::stop() {
  for (const auto& subscriber : subscribers_) subscriber->stop();
}

std::size_t Audience::given() const {
  std::size_t entries = 0;
  for (const auto& subscriber : subscribers_) {
    for (const Stretch& stretch : subscriber->given()) entries += stretch.entries.size();
  }
  return entries;
}

void Audience::judge(const GridRecords& records) {
  for (const auto& subscriber : subscribers_) check_subscriber(*subscriber, records, world_.history);
}

}  // namespace buzzer::simulation
