#include "tests/simulation/door_check.h"

#include <algorithm>
#include <set>

#include "node/kernel/buzz_id.h"
#include "node/kernel/home_shard.h"
#include "tests/simulation/describe.h"

namespace buzzer::simulation {
namespace {

using Ids = std::set<std::uint64_t>;

class DoorCheck {
 public:
  DoorCheck(Reader& reader, const GridRecords& records, History& history)
      : reader_(reader), records_(records), history_(history) {
    for (const ShardRecords& shard : records) {
      for (const auto& [author, names] : shard.followers) followers_[author].insert(names.begin(), names.end());
    }
  }

  void check_homes() {
    for (const ShardRecords& shard : records_) {
      for (const auto& [name, account] : shard.accounts) {
        proto::Feed feed;
        feed.set_home(name);
        check_feed(feed, home_feed(shard, name));
      }
    }
  }

  void check_others() {
    for (const ShardRecords& shard : records_) {
      for (const auto& [name, account] : shard.accounts) check_user(shard, account);
      for (const auto& [topic, ids] : shard.topics) {
        proto::Feed feed;
        feed.set_topic(topic);
        check_feed(feed, ids);
      }
      for (const auto& [root, ids] : shard.threads) {
        check_thread(std::stoull(root));
        check_thread(*std::next(ids.begin(), static_cast<std::ptrdiff_t>(ids.size() / 2)));
      }
    }
  }

 private:
  [[nodiscard]] Ids home_feed(const ShardRecords& shard, const std::string& name) const {
    const auto edges = shard.edges.find(name);
    const auto is_read = [&](const proto::Buzz& buzz) {
      const std::string author = plain_lower(buzz.author());
      if (buzz.deleted()) return false;
      return author == name || (edges != shard.edges.end() && edges->second.count(author) > 0);
    };
    Ids ids;
    for (const auto& [id, buzz] : shard.buzzes) {
      if (is_read(buzz)) ids.insert(id);
    }
    for (const auto& [place, copy] : shard.copies) {
      if (is_read(copy.buzz())) ids.insert(copy.buzz().id());
    }
    const auto mentions = shard.mentions.find(name);
    if (mentions != shard.mentions.end()) ids.insert(mentions->second.begin(), mentions->second.end());
    return ids;
  }

  void check_feed(const proto::Feed& feed, const Ids& should) {
    auto down = reader_.feed(feed, false, 9);
    compare(describe(feed) + " downwards", {down.rbegin(), down.rend()}, should);
    compare(describe(feed) + " upwards", reader_.feed(feed, true, 200), should);
  }

  // `shown` ascending.
  void compare(const std::string& what, const std::vector<proto::Buzz>& shown, const Ids& should) {
    std::vector<std::uint64_t> ids;
    for (const proto::Buzz& buzz : shown) ids.push_back(buzz.id());
    if (!std::equal(ids.begin(), ids.end(), should.begin(), should.end())) {
      return history_.problem("in the end " + what + " shows" + describe_ids(ids) + "\n  and should show" +
                              describe_ids(should));
    }
    for (const proto::Buzz& buzz : shown) check_present(what, buzz);
  }

  [[nodiscard]] const proto::Buzz* original(std::uint64_t id) const {
    const auto& home = records_[kernel::id_shard(base::BuzzId(id)).value()].buzzes;
    const auto found = home.find(id);
    return found == home.end() ? nullptr : &found->second;
  }

  void check_present(const std::string& what, const proto::Buzz& shown) {
    const proto::Buzz* found = original(shown.id());
    if (found == nullptr) return history_.problem("in the end " + what + " shows what there is not");
    proto::Buzz present = *found;
    present.clear_sent_to();
    if (present.SerializeAsString() != shown.SerializeAsString()) {
      history_.problem("in the end " + what + " shows " + std::to_string(shown.id()) + '/' +
                       std::to_string(shown.version()) + ", but it is at version " + std::to_string(present.version()));
    }
  }

  void check_user(const ShardRecords& shard, const proto::Account& account) {
    const std::string name = plain_lower(account.name());
    proto::Query query;
    query.mutable_user()->set_name(account.name());
    const proto::Answer answer = reader_.ask(query);
    if (answer.users_size() == 1 && answer.users(0).SerializeAsString() != account.SerializeAsString()) {
      history_.problem("in the end " + name + " is shown with wrong counts");
    }
    proto::Feed mentions;
    mentions.set_mentions(name);
    const auto mentioned = shard.mentions.find(name);
    check_feed(mentions, mentioned == shard.mentions.end() ? Ids() : mentioned->second);
    const auto followers = reader_.followers(name, 3);
    if (!std::equal(followers.begin(), followers.end(), followers_[name].begin(), followers_[name].end())) {
      history_.problem("in the end the followers of " + name + " are not all shown, or others are");
    }
    std::vector<std::string> followees;
    if (const auto edges = shard.edges.find(name); edges != shard.edges.end()) {
      for (const auto& [author, edge] : edges->second) followees.push_back(author);
    }
    if (reader_.followees(name, 3) != followees) {
      history_.problem("in the end not all are shown whom " + name + " follows, or others are");
    }
  }

  // Through the originals; what is above a buzz that is no more cannot be told.
  void check_thread(std::uint64_t id) {
    const proto::Buzz* buzz = original(id);
    if (buzz == nullptr) return;
    std::vector<std::uint64_t> path;
    for (const proto::Buzz* step = buzz; step != nullptr; step = original(step->in_reply_to())) {
      path.insert(path.begin(), step->id());
    }
    const std::uint64_t root = buzz->root() != 0 ? buzz->root() : id;
    if (path.front() != root) return;
    const Reader::Thread thread = reader_.thread(id, 5);
    std::vector<std::uint64_t> shown;
    for (const proto::Buzz& step : thread.path) shown.push_back(step.id());
    const std::string what = "the thread of " + std::to_string(id);
    if (shown != path) {
      history_.problem("in the end the way to " + what + " is" + describe_ids(shown) + ", and should be" +
                       describe_ids(path));
    }
    for (const proto::Buzz& step : thread.path) check_present(what, step);
    compare(what, thread.replies, replies_below(root, id));
  }

  [[nodiscard]] Ids replies_below(std::uint64_t root, std::uint64_t id) const {
    Ids above{id};
    Ids replies;
    const auto& threads = records_[kernel::id_shard(base::BuzzId(root)).value()].threads;
    const auto thread = threads.find(std::to_string(root));
    if (thread == threads.end()) return replies;
    for (const std::uint64_t reply : thread->second) {
      const proto::Buzz* buzz = original(reply);
      // Below the root is all of it, even if what was between has been lost.
      if (buzz == nullptr || (id != root && above.count(buzz->in_reply_to()) == 0)) continue;
      above.insert(reply);
      replies.insert(reply);
    }
    return replies;
  }

  Reader& reader_;
  const GridRecords& records_;
  History& history_;
  std::map<std::string, std::set<std::string>> followers_;
};

}  // namespace

void check_door(Reader& reader, const GridRecords& records, History& history, bool thorough) {
  DoorCheck check(reader, records, history);
  check.check_homes();
  if (thorough) check.check_others();
}

}  // namespace buzzer::simulation
