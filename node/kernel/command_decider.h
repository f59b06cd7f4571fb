// What a command comes to. For this folder alone: decide() in kernel.h is the way in.
//
// A refusal leaves no trace, so its key serves again. What is done, and what has to wait for another shard, is kept
// under its key in the same entry as its effect.
#pragma once

#include <string>

#include "node/kernel/decider.h"
#include "node/kernel/text.h"

namespace buzzer::kernel {

class CommandDecider : private Decider {
 public:
  CommandDecider(const StateView& state, const proto::Command& command, const Moment& moment, Decision& decision)
      : Decider(state, moment, decision), command_(command) {}

  void run();

 private:
  void execute();
  void refuse_name();
  void register_account(const proto::RegisterAccount& wish);

  // decide_post.cc
  void post(const proto::PostBuzz& wish);
  void edit(const proto::EditBuzz& wish);
  void remove(const proto::DeleteBuzz& wish);
  // Null, and refused, unless it is this account's, and not deleted.
  const proto::Buzz* own_buzz(BuzzId id);
  bool text_holds(const std::string& text);
  // A later version: to everybody who was ever sent the buzz, and to whom this version concerns besides.
  void tell(const proto::Buzz& former, const proto::Buzz& present, ShardBits concerned);
  void answer(std::uint64_t id, std::uint32_t version);

  // decide_follow.cc
  void follow(const std::string& name);
  void follow_here(const LowerName& author);
  void follow_elsewhere(const LowerName& author, ShardId home, const std::string& as_written);
  void wait_once_more(const LowerName& author, proto::FollowEdge edge);
  void wait_for_edge(const LowerName& author, proto::FollowEdge edge);
  void unfollow(const std::string& name);
  [[nodiscard]] bool follows_too_many() const;

  // decide_session.cc
  void open_session(const proto::OpenSession& wish);
  void close_session(const proto::CloseSession& wish);
  void make_room(const std::string& token_hash);
  void erase_session(const std::string& token_hash);
  // Refused otherwise.
  bool is_token_hash(const std::string& bytes);

  // Null, and refused, when there is none.
  const proto::Account* known_account();
  void refuse(proto::ErrorCode code, std::string message);
  void repeat(const proto::CommandKey& known, std::uint64_t hash);
  void remember_key(std::uint64_t hash);
  void forget_old_keys();

  const proto::Command& command_;
  LowerName account_name_;
  std::string waits_for_;  // the author whose home must answer first; empty: it is done
};

}  // namespace buzzer::kernel
