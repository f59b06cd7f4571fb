#include "tests/unit/kernel/grid_check.h"

#include <map>
#include <set>
#include <sstream>
#include <tuple>

#include "node/kernel/home_shard.h"
#include "node/kernel/text.h"

namespace buzzer::kernel {
namespace {

using Key = std::pair<std::string, std::uint64_t>;  // of an index, or an author; and a buzz

std::string digits(std::uint64_t id) { return std::to_string(id); }

// What there is in all homes together.
struct Truth {
  std::map<std::uint64_t, proto::Buzz> buzzes;
  std::map<std::string, proto::Account> accounts;
  std::set<std::tuple<ShardId, std::string, std::string>> edges;  // at the follower's home, follower, author
};

class Checker {
 public:
  explicit Checker(KernelGrid& grid) : grid_(grid) {
    for (const ShardId shard : grid.shards()) gather(shard, grid.state(shard));
  }

  std::string run() {
    for (const ShardId shard : grid_.shards()) {
      const MapState& state = grid_.state(shard);
      copies(shard, state);
      indexes(shard, state);
      following(shard, state);
      arrivals(shard, state);
      streams(shard, state);
    }
    return wrong_.str();
  }

 private:
  void gather(ShardId shard, const MapState& state) {
    state.visit_buzzes(BuzzId(), [&](const proto::Buzz& buzz) {
      truth_.buzzes[buzz.id()] = buzz;
      return true;
    });
    state.visit_accounts("", [&](const proto::Account& account) {
      const std::string name = lower_name(account.name());
      truth_.accounts[name] = account;
      state.visit_edges(name, "", [&](std::string_view author, const proto::FollowEdge& edge) {
        if (edge.pending()) wrong(shard, name + " still waits to follow " + std::string(author));
        truth_.edges.emplace(shard, name, author);
        return true;
      });
      return true;
    });
  }

  [[nodiscard]] bool is_followed_in(ShardId shard, const std::string& author) const {
    for (const auto& [home, follower, followed] : truth_.edges) {
      if (home == shard && followed == author) return true;
    }
    return false;
  }

  // Where a buzz is indexed in that shard: the index, and the key there.
  [[nodiscard]] std::set<std::pair<Index, std::string>> places(ShardId shard, const proto::Buzz& buzz) const {
    std::set<std::pair<Index, std::string>> places;
    for (const proto::Entity& entity : buzz.entities()) {
      const std::string& value = entity.value();
      if (entity.kind() == proto::Entity::TOPIC && shard_of_topic(value) == shard) places.emplace(Index::kTopic, value);
      if (entity.kind() == proto::Entity::MENTION && shard_of_user(value) == shard &&
          truth_.accounts.count(value) > 0) {
        places.emplace(Index::kMention, value);
      }
    }
    if (buzz.root() != 0 && id_shard(BuzzId(buzz.root())) == shard) places.emplace(Index::kThread, digits(buzz.root()));
    return places;
  }

  [[nodiscard]] bool should_be_in(ShardId shard, const proto::Buzz& buzz) const {
    if (!places(shard, buzz).empty()) return true;
    if (buzz.in_reply_to() != 0 && id_shard(BuzzId(buzz.in_reply_to())) == shard) return true;
    return !buzz.deleted() && is_followed_in(shard, lower_name(buzz.author()));
  }

  void copies(ShardId shard, const MapState& state) {
    std::set<std::uint64_t> here;
    state.visit_all_copies("", BuzzId(), [&](std::string_view author, const proto::Copy& copy) {
      const std::uint64_t id = copy.buzz().id();
      const auto home = truth_.buzzes.find(id);
      here.insert(id);
      if (home == truth_.buzzes.end()) {
        wrong(shard, "a copy of what is nowhere: " + digits(id));
        return true;
      }
      proto::Buzz expected = home->second;
      expected.clear_sent_to();
      if (copy.buzz().SerializeAsString() != expected.SerializeAsString()) {
        wrong(shard, "another version of " + digits(id) + ": " + copy.buzz().text() + " for " + expected.text());
      }
      if (!should_be_in(shard, expected)) {
        wrong(shard, "a copy that nothing keeps: " + digits(id) + " of " + std::string(author));
      }
      return true;
    });
    for (const auto& [id, buzz] : truth_.buzzes) {
      if (id_shard(BuzzId(id)) != shard && should_be_in(shard, buzz) && here.count(id) == 0) {
        wrong(shard, "no copy of " + digits(id) + " of " + buzz.author() + ": " + buzz.text());
      }
    }
  }

  void indexes(ShardId shard, const MapState& state) {
    std::set<std::tuple<Index, std::string, std::uint64_t>> expected;
    std::set<std::pair<Index, std::string>> keys;
    for (const auto& [id, buzz] : truth_.buzzes) {
      for (const auto& [index, key] : places(shard, buzz)) expected.emplace(index, key, id);
      keys.emplace(Index::kThread, digits(id));
    }
    for (int i = 0; i < 4; ++i) {
      for (const ShardId other : grid_.shards()) keys.emplace(Index::kTopic, topic_at(other, i));
    }
    for (const auto& [name, account] : truth_.accounts) keys.emplace(Index::kMention, name);
    for (const auto& [index, key, id] : expected) keys.emplace(index, key);
    std::set<std::tuple<Index, std::string, std::uint64_t>> found;
    for (const auto& place : keys) {
      state.visit_index(place.first, place.second, BuzzId(), Direction::kNewer, [&](BuzzId id, std::string_view) {
        found.emplace(place.first, place.second, id.value());
        return true;
      });
    }
    if (found == expected) return;
    for (const auto& [index, key, id] : expected) {
      if (found.count({index, key, id}) == 0) wrong(shard, "not in the index of " + key + ": " + digits(id));
    }
    for (const auto& [index, key, id] : found) {
      if (expected.count({index, key, id}) == 0) wrong(shard, "too much in the index of " + key + ": " + digits(id));
    }
  }

  void following(ShardId shard, const MapState& state) {
    std::map<std::string, std::uint64_t> followers_here;  // of authors elsewhere
    for (const auto& [home, follower, author] : truth_.edges) {
      if (home == shard && shard_of_user(author) != shard) ++followers_here[author];
    }
    std::map<std::string, std::uint64_t> recorded;
    state.visit_followed_authors("", [&](std::string_view author, const proto::FollowedAuthor& record) {
      recorded[std::string(author)] = record.followers();
      if (!record.accepted()) wrong(shard, "no answer about " + std::string(author));
      return true;
    });
    if (recorded != followers_here) wrong(shard, "its authors elsewhere are not those that are followed");
    for (const auto& [name, account] : truth_.accounts) {
      if (shard_of_user(name) == shard) counts(shard, state, name, account);
    }
  }

  void counts(ShardId shard, const MapState& state, const std::string& name, const proto::Account& account) {
    std::map<std::uint32_t, std::uint64_t> expected;
    std::uint64_t followers = 0;
    std::uint64_t following = 0;
    for (const auto& [home, follower, author] : truth_.edges) {
      if (author == name) {
        ++expected[home.value()];
        ++followers;
      }
      if (follower == name) ++following;
    }
    std::map<std::uint32_t, std::uint64_t> declared;
    if (const proto::AuthorInterest* interest = state.interest(name)) {
      for (int i = 0; i < interest->followers_size(); ++i) {
        if (interest->followers(i) != 0) declared[static_cast<std::uint32_t>(i)] = interest->followers(i);
      }
    }
    std::uint64_t buzzes = 0;
    for (const auto& [id, buzz] : truth_.buzzes) buzzes += !buzz.deleted() && lower_name(buzz.author()) == name ? 1 : 0;
    if (declared != expected) wrong(shard, "the interest in " + name + " is not that of who follows");
    if (account.followers() != followers) wrong(shard, "followers of " + name + ": " + digits(account.followers()));
    if (account.following() != following) wrong(shard, "followed by " + name + ": " + digits(account.following()));
    if (account.buzzes() != buzzes) wrong(shard, "buzzes of " + name + ": " + digits(account.buzzes()));
  }

  void arrivals(ShardId shard, const MapState& state) {
    std::uint64_t next = state.arrivals().first;
    state.visit_arrivals(0, [&](std::uint64_t position, const proto::Arrival& /*arrival*/) {
      if (position != next++) wrong(shard, "a gap in the arrival log before " + digits(position));
      return true;
    });
    if (next != state.arrivals().last + 1) wrong(shard, "the arrival log ends early");
  }

  void streams(ShardId shard, const MapState& state) {
    state.visit_sweeps([&](std::uint64_t /*number*/, const proto::Sweep& /*sweep*/) {
      wrong(shard, "a sweep that is not done");
      return true;
    });
    for (const ShardId to : grid_.shards()) {
      const proto::OutStream* stream = state.out_stream(to);
      if (stream == nullptr) continue;
      if (stream->resyncing()) wrong(shard, "a resync that is not done");
      const StreamPlace place = stream_place(grid_.state(to), shard);
      if (judge_stream(state, to, place) != Meeting::kMeets || place.number != state.rows(to).last) {
        wrong(shard, "something is owed to " + digits(to.value()));
      }
    }
  }

  void wrong(ShardId shard, const std::string& what) {
    wrong_ << "shard " << digits(shard.value()) << ": " << what << '\n';
  }

  KernelGrid& grid_;
  Truth truth_;
  std::ostringstream wrong_;
};

}  // namespace

std::string whats_wrong(KernelGrid& grid) { return Checker(grid).run(); }

}  // namespace buzzer::kernel
