// The kernel held against a model that knows nothing of events, keys' ages or indexes: plain lists, searched from end
// to end. Random commands of a few users, some repeated, on a clock that now and then goes back.
#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <utility>

#include <gtest/gtest.h>

#include "node/kernel/kernel.h"
#include "node/kernel/queries.h"
#include "node/kernel/text.h"
#include "tests/unit/kernel/map_state.h"

namespace buzzer::kernel {
namespace {

using proto::ErrorCode;

constexpr ShardId kShard{3};
constexpr std::uint64_t kLife = 11;

struct Step {
  int kind = 0;      // register, post, edit, delete, repeat an earlier command, open or close a session
  int user = 0;      // of a few, so that they meet
  int target = 0;    // which buzz, or which earlier command
  int text = 0;      // which of a few texts
  int clock_ms = 0;  // how far the wall clock moves first
  int token = 0;     // of which session
};

const std::vector<std::string> kUsers{"ann", "BEN", "Ann", "cy", "not a name"};
const std::vector<std::string> kTexts{"hello", "", " ", "@ann #x", "bad \x01", std::string(501, 'a'), "two\nlines"};

// More than a user may have sessions; the last is no hash.
constexpr int kTokens = 60;
std::string token_hash(int token) {
  return std::string(token == kTokens - 1 ? 30 : 31, 't') + static_cast<char>(token);
}

class Model {
 public:
  struct Buzz {
    std::uint64_t id;
    std::string author;  // in lower case
    std::string text;
    std::uint32_t version;
    bool deleted;
  };
  struct Session {
    std::string user;
    std::string token_hash;
    std::int64_t expires_ms;
  };

  // What the kernel should say, given the id it chose and the shard's clock.
  ErrorCode run(const proto::Command& command, std::uint64_t id, std::int64_t clock_ms) {
    const std::string who = lower_name(command.account());
    switch (command.body_case()) {
      case proto::Command::kRegisterAccount:
        if (command.account().find(' ') != std::string::npos) return ErrorCode::kInvalidName;
        if (command.register_account().password_hash().size() > 128) return ErrorCode::kBadRequest;
        if (known(who)) return ErrorCode::kNameTaken;
        users.push_back(who);
        passwords[who] = command.register_account().password_hash();
        return ErrorCode::kNone;
      case proto::Command::kOpenSession:
        if (!known(who)) return ErrorCode::kUnknownUser;
        if (command.open_session().token_hash().size() != 32) return ErrorCode::kBadRequest;
        if (command.open_session().expires_ms() <= clock_ms) return ErrorCode::kBadRequest;
        close(who, command.open_session().token_hash());
        open({who, command.open_session().token_hash(), command.open_session().expires_ms()}, clock_ms);
        return ErrorCode::kNone;
      case proto::Command::kCloseSession:
        if (!known(who)) return ErrorCode::kUnknownUser;
        if (command.close_session().token_hash().size() != 32) return ErrorCode::kBadRequest;
        close(who, command.close_session().token_hash());
        return ErrorCode::kNone;
      case proto::Command::kPostBuzz:
        if (!known(who)) return ErrorCode::kUnknownUser;
        if (const auto bad = judge(command.post_buzz().text()); bad != ErrorCode::kNone) return bad;
        buzzes.push_back({id, who, command.post_buzz().text(), 1, false});
        return ErrorCode::kNone;
      case proto::Command::kEditBuzz: {
        if (!known(who)) return ErrorCode::kUnknownUser;
        if (is_foreign(command.edit_buzz().id())) return ErrorCode::kNotYours;
        Buzz* buzz = find(command.edit_buzz().id());
        if (buzz == nullptr || buzz->deleted) return ErrorCode::kUnknownBuzz;
        if (buzz->author != who) return ErrorCode::kNotYours;
        if (const auto bad = judge(command.edit_buzz().text()); bad != ErrorCode::kNone) return bad;
        buzz->text = command.edit_buzz().text();
        ++buzz->version;
        return ErrorCode::kNone;
      }
      default: {
        if (!known(who)) return ErrorCode::kUnknownUser;
        if (is_foreign(command.delete_buzz().id())) return ErrorCode::kNotYours;
        Buzz* buzz = find(command.delete_buzz().id());
        if (buzz == nullptr || buzz->deleted) return ErrorCode::kUnknownBuzz;
        if (buzz->author != who) return ErrorCode::kNotYours;
        buzz->deleted = true;
        ++buzz->version;
        return ErrorCode::kNone;
      }
    }
  }

  // Of another shard's author.
  static bool is_foreign(std::uint64_t id) { return (id >> 6) % 64 != kShard.value(); }

  std::vector<std::string> feed(const std::string& who) const {
    std::vector<std::string> texts;
    for (auto at = buzzes.rbegin(); at != buzzes.rend(); ++at) {
      if (at->author == who && !at->deleted) texts.push_back(at->text + '/' + std::to_string(at->version));
    }
    return texts;
  }

  std::vector<std::string> users;
  std::map<std::string, std::string> passwords;
  std::vector<Session> sessions;
  std::vector<Buzz> buzzes;

 private:
  void close(const std::string& who, const std::string& token_hash) {
    sessions.erase(std::remove_if(sessions.begin(), sessions.end(),
                                  [&](const Session& one) { return one.user == who && one.token_hash == token_hash; }),
                   sessions.end());
  }
  // The user's expired ones go, and then, as long as there are 50, the one that expires first.
  void open(const Session& session, std::int64_t clock_ms) {
    while (true) {
      auto first = sessions.end();
      int count = 0;
      for (auto at = sessions.begin(); at != sessions.end(); ++at) {
        if (at->user != session.user) continue;
        ++count;
        const auto order = [](const Session& one) { return std::pair(one.expires_ms, one.token_hash); };
        if (first == sessions.end() || order(*at) < order(*first)) first = at;
      }
      if (first == sessions.end() || (first->expires_ms > clock_ms && count < 50)) break;
      sessions.erase(first);
    }
    sessions.push_back(session);
  }
  static ErrorCode judge(const std::string& text) {
    if (text.size() > 500) return ErrorCode::kTextTooLong;
    if (text.find('\x01') != std::string::npos) return ErrorCode::kTextInvalid;
    return text.find_first_not_of(" \n") == std::string::npos ? ErrorCode::kTextEmpty : ErrorCode::kNone;
  }
  bool known(const std::string& who) const { return std::find(users.begin(), users.end(), who) != users.end(); }
  Buzz* find(std::uint64_t id) {
    for (Buzz& buzz : buzzes) {
      if (buzz.id == id) return &buzz;
    }
    return nullptr;
  }
};

class Comparison {
 public:
  void step(const Step& step, std::size_t number) {
    now_ += step.clock_ms;
    if (step.kind == 4 && !done_.empty()) return repeat(done_[static_cast<std::size_t>(step.target) % done_.size()]);
    const proto::Command command = make(step, number);
    const std::uint64_t last = state_.shard_state().last_id();
    decide(state_, command, {now_, kShard, kLife}, decision_);
    // What is left of earlier decisions in its memory does not show.
    Decision fresh;
    decide(state_, command, {now_, kShard, kLife}, fresh);
    RC_ASSERT(decision_.entry.SerializeAsString() == fresh.entry.SerializeAsString());
    RC_ASSERT(decision_.reply.SerializeAsString() == fresh.reply.SerializeAsString());
    const auto got = static_cast<ErrorCode>(decision_.reply.error());
    const std::int64_t clock_ms = std::max(now_, state_.shard_state().clock_ms());
    RC_ASSERT(got == model_.run(command, decision_.reply.id(), clock_ms));
    RC_ASSERT((decision_.entry.events_size() > 0) == (got == ErrorCode::kNone));
    if (got != ErrorCode::kNone) return;
    RC_ASSERT(apply(state_, decision_.entry));
    if (command.has_post_buzz()) RC_ASSERT(decision_.reply.id() > last);
    done_.push_back({command, decision_.reply.SerializeAsString()});
  }

  void compare() const {
    for (const std::string& user : kUsers) {
      std::vector<std::string> got;
      for (const auto& buzz : author_feed(state_, user, {}, Direction::kOlder, kMostPageSize).buzzes) {
        got.push_back(buzz.text() + '/' + std::to_string(buzz.version()));
      }
      RC_ASSERT(got == model_.feed(lower_name(user)));
      if (const auto* account = state_.account(lower_name(user))) RC_ASSERT(account->buzzes() == got.size());
    }
    auto names = model_.users;
    std::sort(names.begin(), names.end());
    std::vector<std::string> got;
    for (const auto& account : users_by_prefix(state_, "", "", kMostPageSize).users) {
      got.push_back(lower_name(account.name()));
    }
    RC_ASSERT(got == names);
    compare_sessions();
  }

 private:
  void compare_sessions() const {
    for (const std::string& user : kUsers) {
      proto::Query query;
      query.mutable_credential()->set_name(user);
      proto::Answer answer;
      answer_query(state_, query, kShard, answer);
      const auto password = model_.passwords.find(lower_name(user));
      RC_ASSERT((answer.error() == 0) == (password != model_.passwords.end()));
      if (answer.error() == 0) RC_ASSERT(answer.credential().password_hash() == password->second);
      for (int token = 0; token < kTokens; ++token) {
        query.mutable_session()->set_user(user);
        query.mutable_session()->set_token_hash(token_hash(token));
        answer_query(state_, query, kShard, answer);
        const Model::Session* session = find_session(lower_name(user), token_hash(token));
        const bool open = session != nullptr && session->expires_ms > state_.shard_state().clock_ms();
        RC_ASSERT(answer.has_session() == open);
        if (open) RC_ASSERT(answer.session().expires_ms() == session->expires_ms);
      }
    }
  }

  const Model::Session* find_session(const std::string& user, const std::string& hash) const {
    for (const Model::Session& session : model_.sessions) {
      if (session.user == user && session.token_hash == hash) return &session;
    }
    return nullptr;
  }

  struct Done {
    proto::Command command;
    std::string reply;
  };

  proto::Command make(const Step& step, std::size_t number) const {
    proto::Command command;
    command.set_account(kUsers[static_cast<std::size_t>(step.user)]);
    command.set_key("key " + std::to_string(number));
    command.set_key_created_ms(std::max(now_, state_.shard_state().clock_ms()));
    const std::string& text = kTexts[static_cast<std::size_t>(step.text)];
    const auto& buzzes = model_.buzzes;
    std::uint64_t id = buzzes.empty() ? 1 : buzzes[static_cast<std::size_t>(step.target) % buzzes.size()].id;
    if (step.target % 10 == 0) id += 64;  // the next shard's
    if (step.kind == 0) {
      command.mutable_register_account()->set_name(command.account());
      command.mutable_register_account()->set_password_hash(
          std::string(static_cast<std::size_t>(step.target) * 3, 'h'));
    }
    if (step.kind >= 6) {
      command.mutable_open_session()->set_token_hash(token_hash(step.token));
      command.mutable_open_session()->set_expires_ms(now_ + 20 * step.target - 10);
    }
    if (step.kind == 5) command.mutable_close_session()->set_token_hash(token_hash(step.token));
    if (step.kind == 1 || step.kind == 4) command.mutable_post_buzz()->set_text(text);
    if (step.kind == 2) {
      command.mutable_edit_buzz()->set_id(id);
      command.mutable_edit_buzz()->set_text(text);
    }
    if (step.kind == 3) command.mutable_delete_buzz()->set_id(id);
    return command;
  }

  void repeat(const Done& done) {
    decide(state_, done.command, {now_, kShard, kLife}, decision_);
    RC_ASSERT(decision_.entry.events_size() == 0);
    RC_ASSERT(decision_.reply.SerializeAsString() == done.reply);
  }

  MapState state_;
  Model model_;
  Decision decision_;
  std::vector<Done> done_;
  std::int64_t now_ = kIdEpochMs + 1'000'000;
};

rc::Gen<Step> any_step() {
  return rc::gen::construct<Step>(rc::gen::inRange(0, 9), rc::gen::inRange(0, static_cast<int>(kUsers.size())),
                                  rc::gen::inRange(0, 50), rc::gen::inRange(0, static_cast<int>(kTexts.size())),
                                  rc::gen::inRange(-20, 100), rc::gen::inRange(0, kTokens));
}

TEST(KernelPropertyTest, DoesWhatANaiveModelDoes) {
  EXPECT_TRUE(rc::check("commands in any order", [] {
    const auto steps = *rc::gen::container<std::vector<Step>>(any_step());
    Comparison comparison;
    for (std::size_t i = 0; i < steps.size(); ++i) comparison.step(steps[i], i);
    comparison.compare();
  }));
}

// Whatever bytes come in, entities lie within the text, in order, apart, and say what stands there.
TEST(TextPropertyTest, EntitiesLieInOrderWithinTheText) {
  EXPECT_TRUE(rc::check("any text of telling characters", [] {
    const auto parts = *rc::gen::container<std::vector<std::string>>(
        rc::gen::element<std::string>("@", "#", "a", "B_", "9", " ", "\n", "é", "\u0301", "😀", "http://", "https://x.y",
                                      "/", ".", "東", ",", ")", "ß"));
    std::string text;
    std::size_t points = 0;
    for (const std::string& part : parts) {
      text += part;
      points += static_cast<std::size_t>(std::count_if(
          part.begin(), part.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
    }
    Entities entities;
    find_entities(text, entities);
    std::uint32_t at = 0;
    for (const proto::Entity& entity : entities) {
      RC_ASSERT(entity.begin() >= at);
      RC_ASSERT(entity.end() > entity.begin());
      RC_ASSERT(!entity.value().empty());
      if (entity.kind() == proto::Entity::TOPIC) RC_ASSERT(fold_topic(entity.value()) == entity.value());
      at = entity.end();
    }
    RC_ASSERT(at <= points);
  }));
}

}  // namespace
}  // namespace buzzer::kernel
