// What a text session lists: feeds, topics, who is followed.
#include "node/gateway/text_frames.h"
#include "node/gateway/text_session.h"
#include "node/kernel/text.h"

namespace buzzer::gateway {
namespace {

using proto::ErrorCode;

// A list goes on when no more than this waits to be written.
constexpr std::size_t kMostWaitingForMore = 256UL << 10;
constexpr std::uint32_t kFolloweesAtOnce = 200;

}  // namespace

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

}  // namespace buzzer::gateway
