#include "node/grid/user_search.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "node/kernel/text.h"
#include "proto/errors.h"

namespace buzzer::grid {
namespace {

struct Found {
  kernel::LowerName name;
  proto::Account* user;

  friend bool operator<(const Found& one, const Found& other) { return one.name.view() < other.name.view(); }
};

}  // namespace

UserSearch::UserSearch(const proto::Query& query, std::size_t awaited, AnswerCallback callback)
    : limit_(query.has_followers() ? query.followers().limit() : query.users().limit()),
      awaited_(awaited),
      callback_(std::move(callback)) {}

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
  // Every shard may have sent a whole page: names are lowered once, and only the page that is shown is put in order.
  std::vector<Found> found;
  found.reserve(static_cast<std::size_t>(answer_.users_size()));
  for (proto::Account& user : *answer_.mutable_users()) found.push_back({kernel::LowerName(user.name()), &user});
  const std::size_t shown = std::min(limit_, found.size());
  std::partial_sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(shown), found.end());
  proto::Answer page;
  page.mutable_users()->Reserve(static_cast<int>(shown));
  for (std::size_t i = 0; i < shown; ++i) page.add_users()->Swap(found[i].user);
  page.set_more(answer_.more() || shown < found.size());
  page.set_partial(answer_.partial());
  callback_(page);
}

}  // namespace buzzer::grid
