#include "node/gateway/text_session.h"

#include <array>
#include <chrono>
#include <utility>

#include "node/gateway/text_frames.h"
#include "node/kernel/text.h"

namespace buzzer::gateway {
namespace {

using proto::ErrorCode;

constexpr std::string_view kBuzz = "buzz ";
// A list goes on when no more than this waits to be written.
constexpr std::size_t kMostWaitingForMore = 256UL << 10;
constexpr base::Duration kSubscribingAtMost = std::chrono::seconds(5);
constexpr std::uint32_t kFolloweesAtOnce = 200;

// What the first server said; everything else is told in its own words.
std::string_view register_sentence(const Refusal& refusal) {
  switch (refusal.code) {
    case ErrorCode::kNameTaken:
      return "Username taken";
    case ErrorCode::kInvalidName:
      return "Invalid username";
    case ErrorCode::kInvalidPassword:
      return "Invalid password";
    default:
      return refusal.message;
  }
}

// Words are separated by single spaces; too few or too many is no command.
struct Words {
  explicit Words(std::string_view text) {
    while (count < all.size()) {
      const std::size_t end = text.find(' ');
      all[count++] = text.substr(0, end);
      if (end == std::string_view::npos) return;
      text.remove_prefix(end + 1);
    }
    ++count;
  }
  [[nodiscard]] bool are(std::string_view command, std::size_t arguments) const {
    if (all[0] != command || count != arguments + 1) return false;
    for (std::size_t i = 1; i <= arguments; ++i) {
      if (all[i].empty()) return false;
    }
    return true;
  }

  std::array<std::string_view, 3> all;
  std::size_t count = 0;
};

}  // namespace

TextSession::TextSession(const SessionServices& services, std::shared_ptr<WsConnection> connection,
                         ClosedCallback closed)
    : services_(services), connection_(std::move(connection)), on_closed_(std::move(closed)) {}

TextSession::~TextSession() { unsubscribe(); }

void TextSession::on_message(std::string_view text) {
  connection_->set_reading(false);
  constexpr std::string_view kPost = "post ";
  if (text.substr(0, kPost.size()) == kPost && text.size() > kPost.size()) return post(text.substr(kPost.size()));
  const Words words(text);
  if (words.are("register", 2)) return register_user(words.all[1], words.all[2]);
  if (words.are("login", 2)) return log_in(words.all[1], words.all[2]);
  if (words.are("logout", 0)) return log_out();
  if (words.are("follow", 1)) return follow(words.all[1], true);
  if (words.are("unfollow", 1)) return follow(words.all[1], false);
  if (words.are("buzzfeed", 1)) return list_user(words.all[1]);
  if (words.are("topic", 1)) {
    proto::Feed feed;
    feed.set_topic(std::string(words.all[1]));
    return list({feed}, "topic");
  }
  answer("error Bad Request");
  done();
}

void TextSession::register_user(std::string_view name, std::string_view password) {
  services_.login.register_user(name, std::string(password), make_key(services_.random, services_.loop),
                                while_here([](TextSession& self, const Outcome<std::string>& user) {
                                  if (user) {
                                    self.answer("OK");
                                  } else {
                                    self.answer_error("register", register_sentence(user.error()));
                                  }
                                  self.done();
                                }));
}

void TextSession::log_in(std::string_view name, std::string_view password) {
  services_.login.check_password(name, std::string(password),
                                 while_here([](TextSession& self, const Outcome<std::string>& user) {
                                   if (user) return self.logged_in(*user);
                                   const bool wrong = user.error().code == ErrorCode::kInvalidCredentials;
                                   self.answer_error("login", wrong ? "Invalid credentials" : user.error().message);
                                   self.done();
                                 }));
}

void TextSession::logged_in(std::string user) {
  unsubscribe();
  user_ = std::move(user);
  proto::Feed home;
  home.set_home(user_);
  subscription_ = services_.core.subscribe(Wire::kText, home, std::nullopt, *this);
  // The answer waits for the first push, which says that from now on everything comes.
  subscribing_ = services_.loop.call_after(kSubscribingAtMost, [this] {
    subscribing_.reset();
    unsubscribe();
    user_.clear();
    answer_error("login", "the node where this user is at home does not answer: try again");
    done();
  });
}

void TextSession::list_followees(const std::string& after) {
  proto::Query query;
  query.mutable_followees()->set_user(user_);
  query.mutable_followees()->set_after(after);
  query.mutable_followees()->set_limit(kFolloweesAtOnce);
  services_.core.query(std::move(query), while_here([](TextSession& self, const proto::Answer& page) {
                         for (const proto::Account& followee : page.users()) self.answer("follow " + followee.name());
                         if (page.error() != 0) self.answer_error("login", page.message());
                         if (page.error() != 0 || !page.more() || page.users().empty()) return self.done();
                         self.list_followees(page.users().rbegin()->name());
                       }));
}

void TextSession::log_out() {
  if (!user_.empty()) answer("BYE");
  unsubscribe();
  user_.clear();
  done();
}

void TextSession::post(std::string_view text) {
  proto::Command command;
  command.mutable_post_buzz()->set_text(std::string(text));
  execute(std::move(command), "post",
          [this](const proto::Reply& reply) { answer("OK " + std::to_string(reply.id())); });
}

void TextSession::follow(std::string_view name, bool begins) {
  proto::Command command;
  (begins ? *command.mutable_follow_user()->mutable_name() : *command.mutable_unfollow_user()->mutable_name()) = name;
  // Its own push says that it is done.
  execute(std::move(command), begins ? "follow" : "unfollow", [](const proto::Reply&) {});
}

void TextSession::execute(proto::Command command, const char* word, std::function<void(const proto::Reply&)> then) {
  if (user_.empty()) {
    answer("error Unauthorized");
    return done();
  }
  command.set_account(user_);
  CommandKey key = make_key(services_.random, services_.loop);
  command.set_key(std::move(key.key));
  command.set_key_created_ms(key.created.count());
  const bool about_user = command.has_follow_user() || command.has_unfollow_user();
  const std::string other = command.has_follow_user() ? command.follow_user().name() : command.unfollow_user().name();
  services_.core.execute(
      std::move(command),
      while_here([word, about_user, other, then = std::move(then)](TextSession& self, const proto::Reply& reply) {
        const auto error = static_cast<ErrorCode>(reply.error());
        if (error == ErrorCode::kNone) {
          then(reply);
        } else if (about_user && (error == ErrorCode::kUnknownUser || error == ErrorCode::kInvalidName)) {
          self.answer_error(word, "Unknown user: " + other);
        } else if (error == ErrorCode::kOwnAccount) {
          self.answer_error(word, "Follower cannot follow themself");
        } else {
          self.answer_error(word, reply.message());
        }
        self.done();
      }));
}

void TextSession::list_user(std::string_view name) {
  std::vector<proto::Feed> feeds(1);
  if (!user_.empty() && kernel::lower_name(name) == kernel::lower_name(user_)) {
    feeds[0].set_home(user_);
  } else {
    feeds[0].set_author(std::string(name));
    feeds.emplace_back().set_mentions(std::string(name));
  }
  list(feeds, "buzzfeed");
}

void TextSession::list(const std::vector<proto::Feed>& feeds, const char* command) {
  reading_ = std::make_shared<FeedReading>(services_.core, feeds, kMostListed);
  reading_for_ = command;
  read_on();
}

void TextSession::read_on() {
  reading_->read_on(while_here([](TextSession& self, const Outcome<ReadPage>& page) {
    if (page) {
      for (const proto::Buzz& buzz : page->buzzes) self.answer(format_text_buzz(buzz));
      if (!page->last) {
        // More is read when there is room for it (on_drained).
        if (self.connection_->queued_bytes() <= kMostWaitingForMore) self.read_on();
        return;
      }
    } else if (page.error().code != ErrorCode::kUnknownUser && page.error().code != ErrorCode::kInvalidName) {
      self.answer_error(self.reading_for_, page.error().message);  // of nobody there is nothing to list
    }
    self.reading_.reset();
    self.done();
  }));
}

void TextSession::on_drained() {
  if (reading_ != nullptr && reading_->idle()) read_on();
}

void TextSession::on_push(std::uint64_t subscription, const FeedPush& push) {
  if (push.kind == proto::Pushes::REFUSED) {
    subscription_ = 0;
    subscribing_.reset();
    return connection_->close(client::close_code::kTryAgainLater, "too many follow this feed here");
  }
  if (subscribing_ != nullptr) {
    subscribing_.reset();
    answer("OK");
    list_followees({});
  }
  if (push.kind != proto::Pushes::ENTRY) return;
  const PushHead head{subscription, {}, push.position.number()};
  if (push.body == nullptr) return on_push_written(head);
  if (push.body->substr(0, kBuzz.size()) != kBuzz) {
    tell_follow(*push.body);
    return on_push_written(head);
  }
  if (!connection_->push(head, push.body)) {
    connection_->close(close_code::kSlow, "what is sent here is not read");
  }
}

void TextSession::tell_follow(const std::string& frame) {
  const std::size_t space = frame.find(' ');
  proto::Query query;
  query.mutable_user()->set_name(frame.substr(space + 1));
  services_.core.query(std::move(query), while_here([subscription = subscription_, word = frame.substr(0, space + 1),
                                                     frame](TextSession& self, const proto::Answer& found) {
                         if (self.subscription_ != subscription) return;  // logged out meanwhile
                         self.answer(found.users().empty() ? frame : word + found.users(0).name());
                       }));
}

void TextSession::on_push_written(const PushHead& head) {
  if (head.subscription != subscription_ || ++untaken_ < kTakenEvery) return;
  untaken_ = 0;
  services_.core.taken(head.subscription, head.position);
}

void TextSession::on_closed() {
  closed_ = true;
  subscribing_.reset();
  reading_.reset();
  unsubscribe();
  on_closed_(*this);
}

void TextSession::answer_error(std::string_view command, std::string_view sentence) {
  answer("error " + std::string(command) + ' ' + std::string(sentence));
}

void TextSession::done() { connection_->set_reading(true); }

void TextSession::unsubscribe() {
  if (subscription_ != 0) services_.core.unsubscribe(std::exchange(subscription_, 0));
  untaken_ = 0;
}

}  // namespace buzzer::gateway
