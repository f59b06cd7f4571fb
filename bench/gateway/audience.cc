#include "bench/gateway/audience.h"

#include <algorithm>
#include <utility>

namespace buzzer::bench {

void await_ready(BenchLoop& bench, const std::vector<std::unique_ptr<LoadClient>>& clients, std::string_view what) {
  auto next = clients.begin();
  const auto all_ready = [&] {
    while (next != clients.end() && (*next)->is_ready()) ++next;
    return next == clients.end();
  };
  bench.run_until(all_ready, what);
}

std::string credentials(const std::string& name) { return R"("name":")" + name + R"(","password":"pw")"; }

Audience::Audience(BenchLoop& bench, const std::vector<std::uint16_t>& ports, std::size_t followers,
                   std::size_t authors)
    : bench_(bench) {
  deliveries_.authors = authors;
  for (std::size_t author = 0; author < authors; ++author) {
    const std::string who = credentials("author" + std::to_string(author));
    authors_.push_back({std::make_unique<LoadClient>(
        bench_.services(), ports[author % ports.size()],
        std::vector<std::string>{R"("type":"register",)" + who, R"("type":"login",)" + who}, deliveries_)});
    next_numbers_.push_back(authors + author);
    bench_.run_until([&] { return authors_.back().client->is_ready(); }, "an author");
  }
  while (followers_.size() < followers) {
    const std::size_t most = std::min(followers_.size() + kConnectingAtOnce, followers);
    while (followers_.size() < most) add_follower(ports[followers_.size() % ports.size()]);
    await_ready(bench_, followers_, "followers");
  }
}

void Audience::add_follower(std::uint16_t port) {
  const std::string name = "reader" + std::to_string(followers_.size());
  const std::string who = credentials(name);
  std::vector<std::string> script{R"("type":"register",)" + who, R"("type":"login",)" + who};
  for (std::size_t author = 0; author < authors_.size(); ++author) {
    script.push_back(R"("type":"follow","name":"author)" + std::to_string(author) + '"');
  }
  script.push_back(R"("type":"subscribe","feed":{"kind":"home","of":")" + name + "\"}");
  followers_.push_back(std::make_unique<LoadClient>(bench_.services(), port, std::move(script), deliveries_));
}

void Audience::begin(bool wants_times) {
  deliveries_.count = 0;
  deliveries_.bytes = 0;
  deliveries_.took_ms.clear();
  deliveries_.wants_times = wants_times;
  expected_ = 0;
}

void Audience::post(std::size_t author, std::string_view text) {
  const std::uint64_t number = next_numbers_[author];
  next_numbers_[author] += authors_.size();
  if (deliveries_.sent.size() <= number) deliveries_.sent.resize(number + authors_.size());
  deliveries_.sent[number] = bench_.now();
  ++authors_[author].under_way;
  expected_ += followers_.size() - stalled_;
  expected_by_stalled_ += stalled_;
  std::string numbered = std::to_string(number) + ' ';
  numbered += text;
  authors_[author].client->post(numbered, [this, author] { --authors_[author].under_way; });
}

void Audience::await_room(std::size_t author) {
  bench_.run_until([&] { return authors_[author].under_way < kMostInFlight; }, "answers to posts");
}

void Audience::post_all(std::size_t posts, std::string_view text) {
  for (std::size_t i = 0; i < posts; ++i) {
    await_room(0);
    post(0, text);
  }
}

void Audience::await_deliveries() {
  bench_.run_until([&] { return deliveries_.count >= expected_; }, "deliveries");
}

void Audience::stall(std::size_t count) {
  stalled_ = count;
  for (std::size_t i = 0; i < count; ++i) followers_[i]->stall();
}

std::size_t Audience::recover() {
  for (std::size_t i = 0; i < stalled_; ++i) followers_[i]->recover();
  const auto dropped = [&] {
    return static_cast<std::size_t>(std::count_if(followers_.begin(),
                                                  followers_.begin() + static_cast<std::ptrdiff_t>(stalled_),
                                                  [](const auto& follower) { return follower->was_dropped(); }));
  };
  bench_.run_until([&] { return deliveries_.to_stalled >= expected_by_stalled_ || dropped() > 0; },
                   "what the stalled have missed");
  return dropped();
}

}  // namespace buzzer::bench
