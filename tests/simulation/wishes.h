// What simulated clients wish for and ask, drawn from a seed: the whole command set, right and wrong, for few accounts
// whose names come in several spellings, so that clients meet; and every kind of query (questions.cc).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/random.h"
#include "proto/commands.pb.h"
#include "proto/errors.h"
#include "proto/queries.pb.h"
#include "tests/simulation/vocabulary.h"

namespace buzzer::simulation {

struct Wish {
  proto::Command command;
  // The definite answers that may be right, whatever the state: bit n for the error of number n, bit 0 for "done".
  std::uint32_t may_be = 0;
};

[[nodiscard]] constexpr std::uint32_t answer_bit(proto::ErrorCode code) { return 1U << static_cast<unsigned>(code); }

// Shared by all clients of a run.
class Wishes {
 public:
  Wishes(base::Random& random, const Vocabulary& vocabulary, std::uint32_t accounts)
      : random_(random), vocabulary_(vocabulary), accounts_(accounts), newcomer_(accounts) {}

  // One of the spellings of an account's name.
  [[nodiscard]] std::string draw_name(std::uint32_t account);
  [[nodiscard]] std::uint32_t draw_account() { return draw(accounts_); }

  // The next wish of a client of that account, with a new key (or one that it has used before, by mistake).
  [[nodiscard]] Wish draw_wish(std::uint32_t account, std::int64_t now_ms);
  [[nodiscard]] proto::Query draw_query();
  // A feed that somebody may want to subscribe to.
  [[nodiscard]] proto::Feed draw_feed();

  // What clients learn from answers, and refer to later.
  void done(const proto::Command& command, const proto::Reply& reply);
  void seen(const proto::Buzz& buzz);

 private:
  [[nodiscard]] std::uint32_t draw(std::uint64_t below) { return static_cast<std::uint32_t>(random_.next() % below); }
  [[nodiscard]] bool one_in(std::uint32_t many) { return draw(many) == 0; }
  void draw_body(std::uint32_t account, std::int64_t now_ms, Wish& wish);
  void draw_post(Wish& wish);
  void draw_change(std::uint32_t account, bool deletes, Wish& wish);
  void draw_follow(std::uint32_t account, bool follows, Wish& wish);
  void draw_session(std::uint32_t account, std::int64_t now_ms, Wish& wish);
  void draw_stranger(Wish& wish);
  void draw_key(std::int64_t now_ms, Wish& wish);
  [[nodiscard]] std::uint64_t draw_buzz(const std::string& account);
  [[nodiscard]] std::uint64_t draw_number();  // which is most likely no buzz
  // Anybody's, of the last few that were posted.
  [[nodiscard]] std::uint64_t draw_late_buzz();
  [[nodiscard]] std::string draw_text(Wish& wish);
  [[nodiscard]] std::string draw_word();
  [[nodiscard]] std::string draw_topic();

  base::Random& random_;
  Vocabulary vocabulary_;
  const std::uint32_t accounts_;
  // Now and then somebody acts for an account that is only about to be registered; once it is, for the next such one.
  std::uint32_t newcomer_;
  std::uint32_t latest_ = 0;  // account that somebody wished something for: what happens there now is read most
  std::uint64_t wishes_ = 0;
  std::map<std::string, std::vector<std::uint64_t>> buzzes_;  // known to clients, by author in lower case
  std::vector<std::uint64_t> roots_;                          // those that are no replies
  std::vector<std::uint64_t> posted_;                         // in the order in which clients learned of them
  std::map<std::string, std::vector<std::string>> sessions_;  // opened, by account: the hashes of their tokens
  struct UsedKey {
    std::string key;
    std::int64_t created_ms;
  };
  std::map<std::string, std::vector<UsedKey>> keys_;  // of commands that were done, by account in lower case
};

}  // namespace buzzer::simulation
