#include "node/kernel/queries.h"

#include <algorithm>
#include <limits>
#include <string>

#include "node/kernel/text.h"
#include "proto/errors.h"

namespace buzzer::kernel {
namespace {

FeedPlace end_of_feed(Direction direction) {
  if (direction == Direction::kNewer) return {0, BuzzId(0)};
  return {std::numeric_limits<std::int64_t>::max(), BuzzId(std::numeric_limits<std::uint64_t>::max())};
}

void refuse(proto::Answer& answer, proto::ErrorCode code, std::string message) {
  answer.Clear();
  answer.set_error(static_cast<std::uint32_t>(code));
  answer.set_message(std::move(message));
}

void answer_author_feed(const StateView& state, const proto::AuthorFeedQuery& query, proto::Answer& answer) {
  if (!is_name(query.author()) || state.account(lower_name(query.author())) == nullptr) {
    return refuse(answer, proto::ErrorCode::kUnknownUser, "no such user");
  }
  std::optional<FeedPlace> from;
  if (query.from_id() != 0) {
    from = FeedPlace{query.from_posted_ms(), BuzzId(query.from_id())};
    const proto::Buzz* buzz = query.from_posted_ms() == 0 ? state.buzz(from->id) : nullptr;
    if (query.from_posted_ms() == 0 && buzz == nullptr) {
      return refuse(answer, proto::ErrorCode::kUnknownBuzz, "no such buzz: " + std::to_string(query.from_id()));
    }
    if (buzz != nullptr) from->posted_ms = buzz->posted_ms();
  }
  FeedPage page =
      author_feed(state, query.author(), from, query.newer() ? Direction::kNewer : Direction::kOlder, query.limit());
  for (proto::Buzz& buzz : page.buzzes) *answer.add_buzzes() = std::move(buzz);
  answer.set_more(page.more);
}

void answer_users(const StateView& state, const proto::UsersQuery& query, proto::Answer& answer) {
  if (!query.prefix().empty() && !is_name(query.prefix())) {
    return refuse(answer, proto::ErrorCode::kInvalidName, "a prefix of names is at most 30 of A-Z a-z 0-9 _");
  }
  if (!query.after().empty() && !is_name(query.after())) {
    return refuse(answer, proto::ErrorCode::kInvalidName, "`after` goes with a name, 1 to 30 of A-Z a-z 0-9 _");
  }
  UserPage page = users_by_prefix(state, query.prefix(), query.after(), query.limit());
  for (proto::Account& user : page.users) *answer.add_users() = std::move(user);
  answer.set_more(page.more);
}

bool is_limit(std::uint32_t limit) { return limit >= 1 && limit <= kMostPageSize; }

}  // namespace

FeedPage author_feed(const StateView& state, std::string_view author, std::optional<FeedPlace> from,
                     Direction direction, std::size_t limit) {
  limit = std::min(limit, kMostPageSize);
  FeedPage page;
  if (!is_name(author)) return page;
  if (from) from->posted_ms = std::max<std::int64_t>(from->posted_ms, 0);
  std::vector<BuzzId> ids;
  state.visit_author(lower_name(author), from.value_or(end_of_feed(direction)), direction, [&](const FeedPlace& place) {
    page.more = ids.size() == limit;
    if (page.more) return false;
    ids.push_back(place.id);
    return true;
  });
  page.buzzes.reserve(ids.size());
  std::size_t bytes = 0;
  for (const BuzzId id : ids) {
    // Null only when the state cannot be read; then its owner knows, and the page counts for nothing.
    const proto::Buzz* buzz = state.buzz(id);
    if (buzz == nullptr) continue;
    bytes += buzz->ByteSizeLong();
    if (bytes > kMostPageBytes && !page.buzzes.empty()) {
      page.more = true;
      break;
    }
    page.buzzes.push_back(*buzz);
  }
  return page;
}

UserPage users_by_prefix(const StateView& state, std::string_view prefix, std::string_view after, std::size_t limit) {
  limit = std::min(limit, kMostPageSize);
  const std::string lower_prefix = lower_name(prefix);
  const std::string lower_after = lower_name(after);
  UserPage page;
  if ((!prefix.empty() && !is_name(prefix)) || (!after.empty() && !is_name(after))) return page;
  state.visit_accounts(std::max(lower_prefix, lower_after), [&](const proto::Account& account) {
    const std::string name = lower_name(account.name());
    if (name.compare(0, lower_prefix.size(), lower_prefix) != 0) return false;
    if (!lower_after.empty() && name <= lower_after) return true;
    page.more = page.users.size() == limit;
    if (page.more) return false;
    page.users.push_back(account);
    return true;
  });
  return page;
}

void answer_query(const StateView& state, const proto::Query& query, proto::Answer& answer) {
  answer.Clear();
  const std::uint32_t limit = query.has_users() ? query.users().limit() : query.author_feed().limit();
  if (query.body_case() == proto::Query::BODY_NOT_SET) {
    return refuse(answer, proto::ErrorCode::kBadRequest, "a query of no known kind");
  }
  if (!is_limit(limit)) {
    return refuse(answer, proto::ErrorCode::kBadRequest,
                  "a page has 1 to 200 entries; asked for were " + std::to_string(limit));
  }
  if (query.has_users()) return answer_users(state, query.users(), answer);
  answer_author_feed(state, query.author_feed(), answer);
}

}  // namespace buzzer::kernel
