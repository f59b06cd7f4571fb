#include "node/kernel/queries.h"

#include <algorithm>
#include <limits>
#include <string>

#include "node/kernel/text.h"

namespace buzzer::kernel {
namespace {

FeedPlace end_of_feed(Direction direction) {
  if (direction == Direction::kNewer) return {0, BuzzId(0)};
  return {std::numeric_limits<std::int64_t>::max(), BuzzId(std::numeric_limits<std::uint64_t>::max())};
}

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
  for (const BuzzId id : ids) {
    // Null only when the state cannot be read; then its owner knows, and the page counts for nothing.
    if (const proto::Buzz* buzz = state.buzz(id)) page.buzzes.push_back(*buzz);
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

}  // namespace buzzer::kernel
