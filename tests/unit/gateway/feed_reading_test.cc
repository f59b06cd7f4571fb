#include "node/gateway/feed_reading.h"

#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "tests/support/manual_loop.h"

namespace buzzer::gateway {
namespace {

// Feeds by author, paged as the core does.
class PagedCore final : public Core {
 public:
  explicit PagedCore(base::EventLoop& loop) : loop_(loop) {}

  void execute(proto::Command /*command*/, ReplyCallback /*callback*/) override {}
  void query(proto::Query query, AnswerCallback callback) override {
    ++queries;
    proto::Answer answer;
    const proto::FeedQuery& page = query.feed();
    if (fails) {
      answer.set_error(static_cast<std::uint32_t>(proto::ErrorCode::kUnavailable));
      answer.set_message("down");
    } else {
      fill(answer, feeds[page.feed().author()], page);
    }
    loop_.post([callback = std::move(callback), answer] { callback(answer); });
  }
  void grid(GridCallback /*callback*/) override {}
  std::uint64_t subscribe(Wire /*wire*/, const proto::Feed& /*feed*/, const std::optional<proto::Position>& /*after*/,
                          FeedListener& /*listener*/) override {
    return 1;
  }
  void unsubscribe(std::uint64_t /*subscription*/) override {}
  void taken(std::uint64_t /*subscription*/, std::uint64_t /*position*/) override {}

  std::map<std::string, std::vector<std::uint64_t>> feeds;  // ascending
  bool fails = false;
  int queries = 0;

 private:
  static void fill(proto::Answer& answer, std::vector<std::uint64_t> ids, const proto::FeedQuery& page) {
    if (!page.newer()) std::reverse(ids.begin(), ids.end());
    for (const std::uint64_t id : ids) {
      if (page.newer() ? id <= page.from_id() : page.from_id() != 0 && id >= page.from_id()) continue;
      if (static_cast<std::uint32_t>(answer.buzzes_size()) == page.limit()) return answer.set_more(true);
      answer.add_buzzes()->set_id(id);
    }
  }

  base::EventLoop& loop_;
};

class FeedReadingTest : public testing::Test {
 protected:
  FeedReadingTest() {
    for (std::uint64_t id = 1; id <= 1000; ++id) {
      if (id % 2 == 0 || id % 5 == 0) core_.feeds["even"].push_back(id);
      if (id % 2 == 1 || id % 10 == 0) core_.feeds["odd"].push_back(id);
    }
  }

  // All pages of it; their ids.
  std::vector<std::uint64_t> read(const std::vector<std::string>& authors, std::size_t most) {
    std::vector<proto::Feed> feeds;
    for (const std::string& author : authors) feeds.emplace_back().set_author(author);
    const auto reading = std::make_shared<FeedReading>(core_, feeds, most);
    std::vector<std::uint64_t> ids;
    for (bool last = false; !last;) {
      bool told = false;
      reading->read_on([&](const Outcome<ReadPage>& page) {
        told = true;
        last = !page || page->last;
        for (const proto::Buzz& buzz : page->buzzes) ids.push_back(buzz.id());
      });
      loop_.settle();
      EXPECT_TRUE(told);
      if (!told) break;
    }
    return ids;
  }
  static std::vector<std::uint64_t> range(std::uint64_t from, std::uint64_t to) {
    std::vector<std::uint64_t> ids;
    for (; from <= to; ++from) ids.push_back(from);
    return ids;
  }

  tests::ManualLoop loop_;
  PagedCore core_{loop_};
};

TEST_F(FeedReadingTest, TwoFeedsAreOneInOrderEachBuzzOnce) { EXPECT_EQ(read({"even", "odd"}, 10'000), range(1, 1000)); }

TEST_F(FeedReadingTest, NoMoreThanTheNewestAreRead) {
  EXPECT_EQ(read({"even", "odd"}, 321), range(680, 1000));
  EXPECT_EQ(read({"odd"}, 1), range(1000, 1000));
}

TEST_F(FeedReadingTest, NothingIsAPageToo) { EXPECT_EQ(read({"nobody"}, 10), range(1, 0)); }

TEST_F(FeedReadingTest, NothingMoreIsAskedUntilAnotherPageIsWanted) {
  std::vector<proto::Feed> feeds(1);
  feeds[0].set_author("even");
  const auto reading = std::make_shared<FeedReading>(core_, feeds, 10'000);
  int pages = 0;
  reading->read_on([&](const Outcome<ReadPage>&) { ++pages; });
  EXPECT_FALSE(reading->idle());
  loop_.settle();
  EXPECT_EQ(pages, 1);
  EXPECT_TRUE(reading->idle());
  const int asked = core_.queries;
  loop_.settle();
  EXPECT_EQ(core_.queries, asked);
}

TEST_F(FeedReadingTest, RefusalIsTold) {
  core_.fails = true;
  std::vector<proto::Feed> feeds(2);
  const auto reading = std::make_shared<FeedReading>(core_, feeds, 10);
  std::vector<std::string> told;
  reading->read_on([&](const Outcome<ReadPage>& page) { told.push_back(page ? "page" : page.error().message); });
  loop_.settle();
  EXPECT_EQ(told, std::vector<std::string>{"down"});
}

TEST_F(FeedReadingTest, WhoIsGoneIsNotCalledBack) {
  auto reading = std::make_shared<FeedReading>(core_, std::vector<proto::Feed>(1), 10);
  bool told = false;
  reading->read_on([&](const Outcome<ReadPage>&) { told = true; });
  reading.reset();
  loop_.settle();
  EXPECT_FALSE(told);
}

}  // namespace
}  // namespace buzzer::gateway
