#include "node/kernel/query_parts.h"

#include <utility>

#include "node/kernel/home_shard.h"
#include "node/kernel/text.h"

namespace buzzer::kernel {

void Question::refuse(proto::ErrorCode code, std::string message) const {
  answer.Clear();
  answer.set_error(static_cast<std::uint32_t>(code));
  answer.set_message(std::move(message));
}

bool Question::has_account(std::string_view name) const {
  if (is_name(name) && state.account(LowerName(name).view()) != nullptr) return true;
  refuse(proto::ErrorCode::kUnknownUser, "no such user");
  return false;
}

const proto::Buzz* find_buzz(const StateView& state, ShardId shard, std::string_view author, BuzzId id) {
  if (id_shard(id) == shard) return state.buzz(id);
  const proto::Copy* copy = state.copy(author, id);
  return copy == nullptr ? nullptr : &copy->buzz();
}

bool Page::add(const proto::Buzz& buzz) {
  if (static_cast<std::size_t>(buzzes_.size()) == limit_) return false;
  const std::size_t bytes = buzz.ByteSizeLong();
  if (bytes_ + bytes > kMostPageBytes && !buzzes_.empty()) return false;
  bytes_ += bytes;
  proto::Buzz& added = *buzzes_.Add();
  added = buzz;
  added.clear_sent_to();
  return true;
}

}  // namespace buzzer::kernel
