// What Buzzer is, as plainly as it can be said: who is registered, and which buzzes there are (naive_follows.h: who
// follows whom). Fed with the commands that took effect, in the order in which they did, it says what each must have
// been answered and what there must be in the end. Shares nothing with the kernel but the messages.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "proto/commands.pb.h"
#include "proto/records.pb.h"
#include "tests/simulation/vocabulary.h"

namespace buzzer::simulation {

struct ModelBuzz {
  std::string author;  // in lower case
  std::int64_t posted_ms = 0;
  std::int64_t edited_ms = 0;
  std::uint32_t version = 1;
  std::string text;
  std::uint64_t in_reply_to = 0;
  bool deleted = false;
};

struct ModelUser {
  std::string name;  // as registered
  std::int64_t registered_ms = 0;
};

class NaiveModel {
 public:
  // A command that was answered so. `missing` is how many changes of that buzz may have come before of which nobody
  // knows, and becomes how many are left. Returns what is wrong with it; empty: nothing.
  [[nodiscard]] std::string take(const proto::Command& command, const proto::Reply& reply, std::uint32_t& missing);

  [[nodiscard]] const std::map<std::string, ModelUser>& users() const { return users_; }
  [[nodiscard]] const std::map<std::uint64_t, ModelBuzz>& buzzes() const { return buzzes_; }
  // Newest first.
  [[nodiscard]] std::vector<std::uint64_t> feed(const std::string& author) const;
  // Of the thread that a reply is in; 0 of what is no reply, or when something between is not known.
  [[nodiscard]] std::uint64_t root(std::uint64_t id) const;

 private:
  [[nodiscard]] std::string change(const std::string& account, const proto::Command& command, const proto::Reply& reply,
                                   std::uint32_t& missing);

  std::map<std::string, ModelUser> users_;
  std::map<std::uint64_t, ModelBuzz> buzzes_;
};

}  // namespace buzzer::simulation
