#include "node/gateway/json_grid.h"

#include <nlohmann/json.hpp>

#include "tests/unit/gateway/ws_fixture.h"

namespace buzzer::gateway {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using proto::v1::Grid;
using testing::ElementsAre;
using testing::IsEmpty;

// Tells a grid of one node, which is owed what the test says.
class GridCore final : public Core {
 public:
  explicit GridCore(base::EventLoop& loop) : loop_(loop) {}

  void execute(proto::Command /*command*/, ReplyCallback /*callback*/) override {}
  void query(proto::Query /*query*/, AnswerCallback /*callback*/) override {}
  void grid(GridCallback callback) override {
    ++asked;
    auto grid = std::make_shared<Grid>();
    grid->nodes.push_back({0, true, std::nullopt});
    grid->owed.push_back({0, 0, rows});
    loop_.post([callback = std::move(callback), told = busy ? nullptr : grid] { callback(told); });
  }
  std::uint64_t subscribe(Wire /*wire*/, const proto::Feed& /*feed*/, const std::optional<proto::Position>& /*after*/,
                          FeedListener& /*listener*/) override {
    return 1;
  }
  void unsubscribe(std::uint64_t /*subscription*/) override {}
  void taken(std::uint64_t /*subscription*/, std::uint64_t /*position*/) override {}

  std::uint64_t rows = 1;
  bool busy = false;
  int asked = 0;

 private:
  base::EventLoop& loop_;
};

class JsonGridTest : public WsConnectionTest {
 protected:
  JsonGridTest() {
    start();
    grid_ = std::make_unique<JsonGrid>(core_, loop_, *connection_, [this] { return home_; });
  }

  // What has been told: "<subscription>: <rows>", and "@ <home>" if there is one.
  std::vector<std::string> told() {
    loop_.settle();
    std::vector<std::string> lines;
    for (const std::string& text : seen()) {
      const json message = json::parse(text);
      EXPECT_EQ(message["type"], "grid_changed");
      const json& grid = message["grid"];
      lines.push_back(message["subscription"].dump() + ": " + grid["owed"][0]["rows"].dump() +
                      (grid.contains("home") ? " @ " + grid["home"].dump() : ""));
    }
    return lines;
  }
  std::vector<std::string> told_within(base::Duration time) {
    loop_.advance(time);
    return told();
  }

  GridCore core_{loop_};
  std::optional<std::uint32_t> home_;
  std::unique_ptr<JsonGrid> grid_;
};

TEST_F(JsonGridTest, ThePresentIsToldAtOnceAndThenOnlyWhatIsNew) {
  grid_->open(7);
  EXPECT_THAT(told(), ElementsAre("7: 1"));
  EXPECT_THAT(told_within(10s), IsEmpty());
  core_.rows = 2;
  EXPECT_THAT(told_within(1s), ElementsAre("7: 2"));
}

TEST_F(JsonGridTest, BetweenTwoThereIsASecondWhoeverElseSubscribes) {
  grid_->open(1);
  EXPECT_THAT(told(), ElementsAre("1: 1"));
  EXPECT_THAT(told_within(400ms), IsEmpty());
  core_.rows = 2;
  grid_->open(2);
  EXPECT_THAT(told(), ElementsAre("2: 2"));
  EXPECT_THAT(told_within(999ms), IsEmpty());
  EXPECT_THAT(told_within(1ms), ElementsAre("1: 2"));
}

TEST_F(JsonGridTest, WhoIsToldNothingMoreAsksNothingMore) {
  grid_->open(1);
  grid_->open(2);
  EXPECT_THAT(told(), ElementsAre("1: 1", "2: 1"));
  EXPECT_TRUE(grid_->close(1));
  EXPECT_FALSE(grid_->close(1));
  core_.rows = 2;
  EXPECT_THAT(told_within(1s), ElementsAre("2: 2"));
  grid_->close_all();
  EXPECT_EQ(grid_->count(), 0U);
  const int asked = core_.asked;
  core_.rows = 3;
  EXPECT_THAT(told_within(10s), IsEmpty());
  EXPECT_EQ(core_.asked, asked);
}

TEST_F(JsonGridTest, OneThatIsClosedBeforeItIsToldIsNotTold) {
  grid_->open(1);
  EXPECT_TRUE(grid_->close(1));
  EXPECT_THAT(told_within(10s), IsEmpty());
}

TEST_F(JsonGridTest, ANodeThatIsTooBusyTellsItLater) {
  core_.busy = true;
  grid_->open(1);
  EXPECT_THAT(told(), IsEmpty());
  core_.busy = false;
  EXPECT_THAT(told_within(1s), ElementsAre("1: 1"));
}

TEST_F(JsonGridTest, WhoReadsTooSlowlyIsToldThePresentOnceItHasRead) {
  grid_->open(1);
  EXPECT_THAT(told(), ElementsAre("1: 1"));
  wire_.room = 0;
  for (int i = 0; i < 2; ++i) connection_->send(std::string(50'000, 'x'));
  for (core_.rows = 2; core_.rows < 10; ++core_.rows) loop_.advance(1s);
  EXPECT_LT(connection_->queued_bytes(), 101'000U) << "nothing is added to what waits";
  wire_.make_room(FakeWire::kAny);
  EXPECT_THAT(seen(), testing::SizeIs(2));
  EXPECT_THAT(told_within(1s), ElementsAre("1: 10"));
}

TEST_F(JsonGridTest, HomeIsOfWhoAsksWhenTheAnswerComes) {
  grid_->open(1);
  EXPECT_THAT(told(), ElementsAre("1: 1"));
  home_ = 5;
  EXPECT_THAT(told_within(1s), ElementsAre("1: 1 @ 5"));
}

TEST_F(JsonGridTest, AnAnswerThatOutlivesTheSessionIsNobodys) {
  bool answered = false;
  grid_->get([&](const std::optional<Grid>& /*grid*/) { answered = true; });
  grid_.reset();
  loop_.settle();
  EXPECT_FALSE(answered);
}

}  // namespace
}  // namespace buzzer::gateway
