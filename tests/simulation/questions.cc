// The part of Wishes that asks.
#include <algorithm>
#include <iterator>

#include "tests/simulation/wishes.h"

namespace buzzer::simulation {

proto::Query Wishes::draw_query() {
  proto::Query query;
  const std::uint32_t limit = one_in(8) ? 200 : 1 + draw(10);
  const std::string name = draw_name(one_in(2) ? latest_ : draw_account());
  const std::uint32_t kind = draw(100);
  if (kind < 12) {
    constexpr const char* kPrefixes[] = {"", "u", "USER_", "user_1", "x"};
    query.mutable_users()->set_prefix(kPrefixes[draw(std::size(kPrefixes))]);
    query.mutable_users()->set_limit(one_in(3) ? 1 + draw(4) : 200);
  } else if (kind < 37) {
    query.mutable_author_feed()->set_author(name);
    query.mutable_author_feed()->set_newer(one_in(2));
    query.mutable_author_feed()->set_limit(limit);
  } else if (kind < 75) {
    proto::Feed& feed = *query.mutable_feed()->mutable_feed();
    if (kind < 60) {
      feed.set_home(name);
    } else if (kind < 67) {
      feed.set_mentions(name);
    } else {
      feed.set_topic(draw_topic());
    }
    query.mutable_feed()->set_newer(one_in(2));
    query.mutable_feed()->set_limit(limit);
  } else if (kind < 84) {
    query.mutable_thread()->set_id(draw_late_buzz());
    query.mutable_thread()->set_limit(limit);
  } else if (kind < 88) {
    query.mutable_buzz()->set_id(draw_late_buzz());
  } else if (kind < 92) {
    query.mutable_followers()->set_user(name);
    query.mutable_followers()->set_limit(one_in(3) ? 1 + draw(4) : 200);
  } else if (kind < 96) {
    query.mutable_followees()->set_user(name);
    query.mutable_followees()->set_limit(one_in(3) ? 1 + draw(4) : 200);
  } else {
    query.mutable_user()->set_name(name);
  }
  return query;
}

proto::Feed Wishes::draw_feed() {
  proto::Feed feed;
  const std::string name = draw_name(draw_account());
  switch (draw(10)) {
    case 0:
      feed.set_author(name);
      break;
    case 1:
      feed.set_topic(draw_topic());
      break;
    case 2:
      feed.set_mentions(name);
      break;
    case 3:
      if (roots_.empty()) return draw_feed();
      feed.set_thread(roots_[roots_.size() - 1 - draw(std::min<std::size_t>(roots_.size(), 5))]);
      break;
    default:
      feed.set_home(name);
  }
  return feed;
}

}  // namespace buzzer::simulation
