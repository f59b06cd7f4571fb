#include "tests/simulation/final_check.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <tuple>

#include "tests/simulation/naive_model.h"

namespace buzzer::simulation {
namespace {

// The nodes have just started: they may need a while to find each other.
constexpr Duration kReadWithin = std::chrono::seconds(10);

class Reader {
 public:
  Reader(Service& service, VirtualTime& time, History& history, std::uint32_t door)
      : service_(service), time_(time), history_(history), door_(door) {}

  // Empty, and a problem, if there is no answer.
  proto::Answer ask(const proto::Query& query) {
    const MonotonicTime until = time_.now() + kReadWithin;
    while (service_.runs(door_) && time_.now() < until) {
      const MonotonicTime asked = time_.now();
      const auto answer = std::make_shared<std::optional<proto::Answer>>();
      service_.post(door_, [this, query, answer] {
        service_.query(door_, query, [answer](const proto::Answer& told) { *answer = told; });
      });
      while (!answer->has_value() && time_.now() < until) time_.run_for(std::chrono::microseconds(200));
      if (!answer->has_value()) break;
      history_.shown(query, asked, **answer);
      if ((*answer)->error() == 0 && !(*answer)->partial()) return **answer;
      time_.run_for(std::chrono::milliseconds(10));
    }
    history_.problem("in the end not everything can be read");
    return {};
  }

  std::vector<proto::Account> users() {
    std::vector<proto::Account> found;
    proto::Query query;
    query.mutable_users()->set_limit(5);
    for (bool more = true; more;) {
      const proto::Answer answer = ask(query);
      found.insert(found.end(), answer.users().begin(), answer.users().end());
      more = answer.more() && !answer.users().empty();
      if (more) query.mutable_users()->set_after(found.back().name());
    }
    return found;
  }

  std::vector<proto::Buzz> feed(const std::string& author, bool newer, std::uint32_t limit) {
    std::vector<proto::Buzz> found;
    proto::Query query;
    query.mutable_author_feed()->set_author(author);
    query.mutable_author_feed()->set_newer(newer);
    query.mutable_author_feed()->set_limit(limit);
    for (bool more = true; more;) {
      const proto::Answer answer = ask(query);
      found.insert(found.end(), answer.buzzes().begin(), answer.buzzes().end());
      more = answer.more() && !answer.buzzes().empty();
      if (!more) break;
      query.mutable_author_feed()->set_from_posted_ms(found.back().posted_ms());
      query.mutable_author_feed()->set_from_id(found.back().id());
    }
    return found;
  }

 private:
  Service& service_;
  VirtualTime& time_;
  History& history_;
  const std::uint32_t door_;
};

// Something that took effect.
struct Happening {
  const proto::Command* command;
  proto::Reply reply;
};

class Judge {
 public:
  Judge(const Finding& finding, History& history) : finding_(finding), history_(history) {
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
      history_.problem("the feed of " + author + " is" + list(ids) + "\n  and should be" + list(should));
      return;
    }
    for (const proto::Buzz& buzz : is) {
      const ModelBuzz& model = model_.buzzes().at(buzz.id());
      const bool same = buzz.author() == model_.users().at(author).name && buzz.posted_ms() == model.posted_ms &&
                        buzz.edited_ms() == model.edited_ms && buzz.version() == model.version &&
                        buzz.text() == model.text && buzz.in_reply_to() == 0 && buzz.root() == 0;
      if (!same) {
        history_.problem("buzz " + std::to_string(buzz.id()) + '/' + std::to_string(buzz.version()) + " '" +
                         buzz.text() + "' should be version " + std::to_string(model.version) + " '" + model.text +
                         "'");
      }
    }
  }

  static std::string list(const std::vector<std::uint64_t>& ids) {
    std::string text;
    for (const std::uint64_t id : ids) text += ' ' + std::to_string(id);
    return text;
  }

  const Finding& finding_;
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

Finding read_everything(Service& service, VirtualTime& time, History& history, std::uint32_t door) {
  Reader reader(service, time, history, door);
  Finding finding;
  finding.users = reader.users();
  for (const proto::Account& user : finding.users) {
    auto& feed = finding.feeds[plain_lower(user.name())];
    feed = reader.feed(user.name(), false, 7);
    auto upwards = reader.feed(user.name(), true, 200);
    std::reverse(upwards.begin(), upwards.end());
    const bool same = std::equal(feed.begin(), feed.end(), upwards.begin(), upwards.end(),
                                 [](const proto::Buzz& one, const proto::Buzz& other) {
                                   return one.SerializeAsString() == other.SerializeAsString();
                                 });
    if (!same) history.problem("the feed of " + user.name() + " is not the same both ways");
  }
  return finding;
}

void check_finding(const Finding& finding, History& history) { Judge(finding, history).run(); }

}  // namespace buzzer::simulation
