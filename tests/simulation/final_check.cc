#include "tests/simulation/final_check.h"

#include <algorithm>
#include <tuple>

#include "tests/simulation/describe.h"
#include "tests/simulation/naive_follows.h"
#include "tests/simulation/naive_model.h"
#include "tests/simulation/session_check.h"

namespace buzzer::simulation {
namespace {

// Something that took effect.
struct Happening {
  const proto::Command* command;
  proto::Reply reply;
};

class Judge {
 public:
  Judge(const Finding& finding, const GridRecords& records, History& history)
      : finding_(finding), records_(records), history_(history) {
    for (const proto::Account& user : finding.users) users_[plain_lower(user.name())] = &user;
    for (const auto& [author, feed] : finding.feeds) {
      for (const proto::Buzz& buzz : feed) buzzes_[buzz.id()] = &buzz;
    }
  }

  void run() {
    for (const Deed& deed : history_.deeds()) look_at(deed);
    feed_model();
    compare_users();
    for (const auto& [name, user] : model_.users()) compare_feed(name);
    compare_deleted();
    compare_follows();
  }

 private:
  void look_at(const Deed& deed) {
    const proto::Command& command = deed.command;
    const std::string* text = command.has_post_buzz()   ? &command.post_buzz().text()
                              : command.has_edit_buzz() ? &command.edit_buzz().text()
                                                        : nullptr;
    const auto* place = text == nullptr ? nullptr : history_.find_text(*text);
    switch (deed.fate) {
      case Fate::kOpen:
        return history_.problem("command " + command.key() + " has never been answered definitely");
      case Fate::kDone:
        return happened_.push_back({&command, deed.reply});
      case Fate::kRefused:
        if (place != nullptr) history_.problem("command " + command.key() + " was refused, and happened");
        return;
      case Fate::kUnknown:
        break;
    }
    if (command.has_follow_user() || command.has_unfollow_user()) return;   // naive_follows.h
    if (command.has_open_session() || command.has_close_session()) return;  // session_check.h
    if (command.has_register_account()) {
      unknown_registrations_.push_back(&command);
    } else if (command.has_delete_buzz()) {
      unknown_deletes_.push_back(&command);
    } else if (place != nullptr) {
      proto::Reply reply;
      reply.set_id(place->first);
      reply.set_version(place->second);
      reply.set_time_ms(history_.buzzes().at(place->first).versions.at(place->second).time_ms);
      happened_.push_back({&command, reply});
    } else if (command.has_edit_buzz()) {
      ++missing_[command.edit_buzz().id()];
    }
  }

  void feed_model() {
    resolve_registrations();
    const auto order = [](const Happening& one) {
      return std::tuple(one.reply.time_ms(), !one.command->has_register_account(), one.reply.id(), one.reply.version());
    };
    std::stable_sort(happened_.begin(), happened_.end(),
                     [&](const Happening& one, const Happening& other) { return order(one) < order(other); });
    for (const Happening& happening : happened_) take(happening);
    for (const proto::Command* command : unknown_deletes_) {
      const auto buzz = model_.buzzes().find(command->delete_buzz().id());
      if (buzz == model_.buzzes().end() || buzz->second.deleted || buzzes_.count(buzz->first) > 0) continue;
      if (buzz->second.author != plain_lower(command->account())) continue;
      proto::Reply reply;
      reply.set_id(buzz->first);
      reply.set_version(buzz->second.version + 1);
      take({command, reply});
    }
  }

  void resolve_registrations() {
    std::map<std::string, bool> known;
    for (const Happening& happening : happened_) {
      if (happening.command->has_register_account()) known[plain_lower(happening.command->account())] = true;
    }
    for (const proto::Command* command : unknown_registrations_) {
      const std::string lower = plain_lower(command->account());
      const auto user = users_.find(lower);
      if (user == users_.end() || known[lower] || user->second->name() != command->register_account().name()) continue;
      known[lower] = true;
      proto::Reply reply;
      reply.set_time_ms(user->second->registered_ms());
      happened_.push_back({command, reply});
    }
  }

  void take(const Happening& happening) {
    const std::string wrong = model_.take(*happening.command, happening.reply, missing_[happening.reply.id()]);
    if (!wrong.empty()) history_.problem("command " + happening.command->key() + ": " + wrong);
  }

  void compare_users() {
    for (const auto& [name, user] : users_) {
      if (model_.users().count(name) == 0) history_.problem("a user too many: " + user->name());
    }
    for (const auto& [name, user] : model_.users()) {
      const auto found = users_.find(name);
      if (found == users_.end()) {
        history_.problem("a user is missing: " + user.name);
        continue;
      }
      const proto::Account& account = *found->second;
      if (account.name() != user.name) history_.problem("a user's name is not as registered: " + account.name());
      if (account.registered_ms() != user.registered_ms) {
        history_.problem("a user was registered at another time: " + account.name());
      }
      if (account.buzzes() != model_.feed(name).size()) {
        history_.problem(user.name + " has " + std::to_string(model_.feed(name).size()) + " buzzes, and a count of " +
                         std::to_string(account.buzzes()));
      }
    }
  }

  void compare_feed(const std::string& author) {
    static const std::vector<proto::Buzz> kNothing;
    const auto found = finding_.feeds.find(author);
    const std::vector<proto::Buzz>& is = found == finding_.feeds.end() ? kNothing : found->second;
    const std::vector<std::uint64_t> should = model_.feed(author);
    std::vector<std::uint64_t> ids;
    ids.reserve(is.size());
    for (const proto::Buzz& buzz : is) ids.push_back(buzz.id());
    if (ids != should) {
      history_.problem("the feed of " + author + " is" + describe_ids(ids) + "\n  and should be" +
                       describe_ids(should));
      return;
    }
    for (const proto::Buzz& buzz : is) {
      const ModelBuzz& model = model_.buzzes().at(buzz.id());
      const bool same = buzz.author() == model_.users().at(author).name && buzz.posted_ms() == model.posted_ms &&
                        buzz.edited_ms() == model.edited_ms && buzz.version() == model.version &&
                        buzz.text() == model.text && buzz.in_reply_to() == model.in_reply_to &&
                        buzz.root() == model_.root(buzz.id());
      if (!same) {
        history_.problem("buzz " + std::to_string(buzz.id()) + '/' + std::to_string(buzz.version()) + " '" +
                         buzz.text() + "' should be version " + std::to_string(model.version) + " '" + model.text +
                         "'");
      }
    }
  }

  // Deleted ones are in no feed, but may have replies.
  void compare_deleted() {
    for (const auto& [id, model] : model_.buzzes()) {
      if (!model.deleted) continue;
      const auto& home = records_[history_.service().shard_of(model.author).value()].buzzes;
      const auto found = home.find(id);
      if (found == home.end() || !found->second.deleted() || found->second.root() != model_.root(id)) {
        history_.problem("deleted buzz " + std::to_string(id) + " is not kept as it should be");
      }
    }
  }

  void compare_follows() {
    NaiveEdges should = naive_edges(history_.deeds());
    for (const ShardRecords& shard : records_) {
      for (const auto& [follower, edges] : shard.edges) {
        for (const auto& [author, edge] : edges) {
          const auto found = should.find({follower, author});
          const bool can_be = found != should.end() && found->second.may_stand;
          if (!can_be) history_.problem("in the end " + follower + " follows " + author + ", but should not");
          if (can_be) found->second.may_not_stand = true;
        }
      }
    }
    for (const auto& [pair, edge] : should) {
      if (!edge.may_not_stand) history_.problem("in the end " + pair.first + " does not follow " + pair.second);
    }
  }

  const Finding& finding_;
  const GridRecords& records_;
  History& history_;
  std::map<std::string, const proto::Account*> users_;
  std::map<std::uint64_t, const proto::Buzz*> buzzes_;
  std::vector<Happening> happened_;
  std::vector<const proto::Command*> unknown_registrations_;
  std::vector<const proto::Command*> unknown_deletes_;
  std::map<std::uint64_t, std::uint32_t> missing_;
  NaiveModel model_;
};

}  // namespace

Finding read_everything(Reader& reader, History& history) {
  Finding finding;
  finding.users = reader.users();
  for (const proto::Account& user : finding.users) {
    auto& feed = finding.feeds[plain_lower(user.name())];
    feed = reader.author_feed(user.name(), false, 7);
    auto upwards = reader.author_feed(user.name(), true, 200);
    std::reverse(upwards.begin(), upwards.end());
    const bool same = std::equal(feed.begin(), feed.end(), upwards.begin(), upwards.end(),
                                 [](const proto::Buzz& one, const proto::Buzz& other) {
                                   return one.SerializeAsString() == other.SerializeAsString();
                                 });
    if (!same) history.problem("the feed of " + user.name() + " is not the same both ways");
  }
  return finding;
}

void check_finding(const Finding& finding, const GridRecords& records, History& history) {
  Judge(finding, records, history).run();
  check_sessions(records, history);
}

}  // namespace buzzer::simulation
