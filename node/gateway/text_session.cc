#include "node/gateway/text_session.h"

#include <array>
#include <chrono>
#include <utility>

#include "node/gateway/text_frames.h"
#include "node/gateway/v1_values.h"
#include "node/kernel/text.h"

namespace buzzer::gateway {
namespace {

using proto::ErrorCode;

constexpr base::Duration kSubscribingAtMost = std::chrono::seconds(5);

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

const std::string kUnknownUser = "Unknown user: ";

bool is_nobody(std::uint32_t error) {
  const auto code = static_cast<ErrorCode>(error);
  return code == ErrorCode::kUnknownUser || code == ErrorCode::kInvalidName;
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
  if (words.are("follow", 1)) return follow(words.all[1]);
  if (words.are("unfollow", 1)) return unfollow(words.all[1]);
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

void TextSession::log_out() {
  if (!user_.empty()) answer("BYE");
  unsubscribe();
  user_.clear();
  done();
}

void TextSession::post(std::string_view text) {
  if (!is_logged_in()) return;
  proto::Command command;
  command.mutable_post_buzz()->set_text(std::string(text));
  execute(std::move(command), "post",
          [this](const proto::Reply& reply) { answer("OK " + std::to_string(reply.id())); });
}

// Here and in unfollow() the push that comes to every session of the follower says that it is done, whether that
// changed anything or not.
void TextSession::follow(std::string_view name) {
  if (!is_logged_in()) return;
  if (kernel::lower_name(name) == kernel::lower_name(user_)) {
    return end_with_error("follow", "Follower cannot follow themself");
  }
  proto::Command command;
  command.mutable_follow_user()->mutable_name()->assign(name);
  execute(std::move(command), "follow", [](const proto::Reply&) {});
}

// Who is not followed may not exist: the follower's home does not know, and has no need to.
void TextSession::unfollow(std::string_view name) {
  if (!is_logged_in()) return;
  if (kernel::lower_name(name) == kernel::lower_name(user_)) {
    return end_with_error("unfollow", "Follower is not following themself");
  }
  proto::Query query;
  query.mutable_user()->mutable_name()->assign(name);
  services_.core.query(std::move(query),
                       while_here([written = std::string(name)](TextSession& self, const proto::Answer& found) {
                         if (is_nobody(found.error())) return self.end_with_error("unfollow", kUnknownUser + written);
                         // Whoever cannot be asked about can be unfollowed all the same.
                         const bool known = found.error() == 0 && found.users_size() > 0;
                         proto::Command command;
                         command.mutable_unfollow_user()->set_name(known ? found.users(0).name() : written);
                         self.execute(std::move(command), "unfollow", [](const proto::Reply&) {});
                       }));
}

bool TextSession::is_logged_in() {
  if (!user_.empty()) return true;
  answer("error Unauthorized");
  done();
  return false;
}

void TextSession::execute(proto::Command command, const char* word, std::function<void(const proto::Reply&)> then) {
  command.set_account(user_);
  CommandKey key = make_key(services_.random, services_.loop);
  command.set_key(std::move(key.key));
  command.set_key_created_ms(key.created.count());
  const std::string followed = command.follow_user().name();
  services_.core.execute(std::move(command), while_here([word, followed, then = std::move(then)](
                                                            TextSession& self, const proto::Reply& reply) {
                           if (reply.error() != 0) {
                             const bool nobody = !followed.empty() && is_nobody(reply.error());
                             return self.end_with_error(word, nobody ? kUnknownUser + followed : reply.message());
                           }
                           then(reply);
                           self.done();
                         }));
}

void TextSession::on_push(std::uint64_t subscription, const FeedPush& push) {
  if (push.kind == proto::Pushes::REFUSED) return refused(push.error);
  if (subscribing_ != nullptr) {
    subscribing_.reset();
    answer("OK");
    list_followees({});
  }
  if (push.kind != proto::Pushes::ENTRY) return;
  const PushHead head{subscription, {}, push.position.number};
  if (push.body == nullptr) return on_push_written(head);
  if (!connection_->push(head, push.body)) {
    connection_->close(close_code::kSlow, "what is sent here is not read");
  }
}

void TextSession::refused(ErrorCode why) {
  subscription_ = 0;
  proto::Feed home;
  home.set_home(user_);
  const std::string sentence = refusal_of_feed(home, why).message;
  if (subscribing_ == nullptr) return connection_->close(client::close_code::kTryAgainLater, sentence);
  subscribing_.reset();
  user_.clear();
  end_with_error("login", sentence);
}

void TextSession::on_push_written(const PushHead& head) {
  if (head.subscription != subscription_ || ++untaken_ < kTakenEvery) return;
  untaken_ = 0;
  services_.core.taken(head.subscription, head.position);
}

void TextSession::on_closed() {
  subscribing_.reset();
  reading_.reset();
  unsubscribe();
  on_closed_(*this);
}

void TextSession::answer_error(std::string_view command, std::string_view sentence) {
  answer("error " + std::string(command) + ' ' + std::string(sentence));
}

void TextSession::end_with_error(std::string_view command, std::string_view sentence) {
  answer_error(command, sentence);
  done();
}

void TextSession::done() { connection_->set_reading(true); }

void TextSession::unsubscribe() {
  if (subscription_ != 0) services_.core.unsubscribe(std::exchange(subscription_, 0));
  untaken_ = 0;
}

}  // namespace buzzer::gateway
