#include "node/grid/user_search.h"

#include <algorithm>
#include <utility>

#include "node/kernel/text.h"
#include "proto/errors.h"

namespace buzzer::grid {

UserSearch::UserSearch(const proto::UsersQuery& query, std::size_t awaited, AnswerCallback callback)
    : limit_(query.limit()), awaited_(awaited), callback_(std::move(callback)) {}

void UserSearch::take(const proto::Answer& answer) {
  const auto error = static_cast<proto::ErrorCode>(answer.error());
  if (error == proto::ErrorCode::kNone) {
    answer_.mutable_users()->MergeFrom(answer.users());
    if (answer.more()) answer_.set_more(true);
    if (answer.partial()) answer_.set_partial(true);
  } else if (proto::error_info(error).definite) {
    answer_.set_error(answer.error());
    answer_.set_message(answer.message());
  } else {
    answer_.set_partial(true);
  }
  if (--awaited_ == 0) finish();
}

void UserSearch::finish() {
  if (answer_.error() != 0) {
    proto::Answer refused;
    refused.set_error(answer_.error());
    refused.set_message(answer_.message());
    return callback_(refused);
  }
  auto& users = *answer_.mutable_users();
  std::sort(users.pointer_begin(), users.pointer_end(), [](const proto::Account* left, const proto::Account* right) {
    return kernel::lower_name(left->name()) < kernel::lower_name(right->name());
  });
  if (static_cast<std::size_t>(users.size()) > limit_) {
    users.DeleteSubrange(static_cast<int>(limit_), users.size() - static_cast<int>(limit_));
    answer_.set_more(true);
  }
  callback_(answer_);
}

}  // namespace buzzer::grid
