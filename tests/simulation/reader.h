// Reads at one door of a service until it has been told everything, page by page; runs virtual time meanwhile. Every
// answer is judged by the history; what cannot be read is a problem.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/simulation/history.h"
#include "tests/simulation/service.h"

namespace buzzer::simulation {

class Reader {
 public:
  Reader(Service& service, VirtualTime& time, History& history, std::uint32_t door)
      : service_(service), time_(time), history_(history), door_(door) {}

  // Empty, and a problem, if there is no answer.
  [[nodiscard]] proto::Answer ask(const proto::Query& query);

  [[nodiscard]] std::vector<proto::Account> users();
  // Followers of a user, or whom they follow.
  [[nodiscard]] std::vector<std::string> followers(const std::string& user, std::uint32_t limit);
  [[nodiscard]] std::vector<std::string> followees(const std::string& user, std::uint32_t limit);
  [[nodiscard]] std::vector<proto::Buzz> author_feed(const std::string& author, bool newer, std::uint32_t limit);
  // A home, topic or mentions feed.
  [[nodiscard]] std::vector<proto::Buzz> feed(const proto::Feed& feed, bool newer, std::uint32_t limit);

  struct Thread {
    std::vector<proto::Buzz> path;
    std::vector<proto::Buzz> replies;
  };
  [[nodiscard]] Thread thread(std::uint64_t id, std::uint32_t limit);

 private:
  Service& service_;
  VirtualTime& time_;
  History& history_;
  const std::uint32_t door_;
};

}  // namespace buzzer::simulation
