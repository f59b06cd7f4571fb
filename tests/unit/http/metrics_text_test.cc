#include "node/http/metrics_text.h"

#include <array>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace buzzer::http {
namespace {

TEST(MetricsTextTest, SamplesOfAFamilyStandTogetherBelowOneHead) {
  MetricsText metrics;
  metrics.gauge("b_sessions", "Clients now.", 3, {{"protocol", "text"}});
  metrics.counter("a_posts_total", "Posts.", 12345678901234);
  metrics.gauge("b_sessions", "Clients now.", 12, {{"protocol", "json"}, {"node", "0"}});
  EXPECT_EQ(metrics.text(),
            "# HELP a_posts_total Posts.\n"
            "# TYPE a_posts_total counter\n"
            "a_posts_total 12345678901234\n"
            "# HELP b_sessions Clients now.\n"
            "# TYPE b_sessions gauge\n"
            "b_sessions{protocol=\"text\"} 3\n"
            "b_sessions{protocol=\"json\",node=\"0\"} 12\n");
}

TEST(MetricsTextTest, LabelsAndHelpAreEscapedEachInItsWay) {
  MetricsText metrics;
  metrics.gauge("a", "a \\ \"b\"\nc", 1, {{"l", "x\\y\"z\n"}});
  EXPECT_EQ(metrics.text(),
            "# HELP a a \\\\ \"b\"\\nc\n"
            "# TYPE a gauge\n"
            "a{l=\"x\\\\y\\\"z\\n\"} 1\n");
}

TEST(MetricsTextTest, NumbersKeepWhatTheyHold) {
  const auto written = [](double value) {
    MetricsText metrics;
    metrics.gauge("a", "h", value);
    const std::string text = metrics.text();
    const std::size_t begin = text.rfind(' ') + 1;
    return text.substr(begin, text.size() - begin - 1);
  };
  EXPECT_EQ(written(0), "0");
  EXPECT_EQ(written(-2), "-2");
  EXPECT_EQ(written(0.1), "0.1");
  EXPECT_EQ(written(9007199254740991), "9007199254740991");
  EXPECT_EQ(std::stod(written(1.2345678901234567e300)), 1.2345678901234567e300);
  EXPECT_EQ(written(std::numeric_limits<double>::infinity()), "+Inf");
  EXPECT_EQ(written(-std::numeric_limits<double>::infinity()), "-Inf");
  EXPECT_EQ(written(std::nan("")), "NaN");
}

TEST(MetricsTextTest, BucketsOfAHistogramAreSummedUp) {
  const std::array<double, 2> bounds{0.001, 0.5};
  const std::array<std::uint64_t, 3> counts{2, 0, 5};
  MetricsText metrics;
  metrics.histogram("t_seconds", "Time.", {bounds, counts, 7.25}, {{"node", "1"}});
  EXPECT_EQ(metrics.text(),
            "# HELP t_seconds Time.\n"
            "# TYPE t_seconds histogram\n"
            "t_seconds_bucket{node=\"1\",le=\"0.001\"} 2\n"
            "t_seconds_bucket{node=\"1\",le=\"0.5\"} 2\n"
            "t_seconds_bucket{node=\"1\",le=\"+Inf\"} 7\n"
            "t_seconds_sum{node=\"1\"} 7.25\n"
            "t_seconds_count{node=\"1\"} 7\n");
}

TEST(MetricsTextDeathTest, FamilyOfTwoKindsIsAMistakeOfTheProgram) {
  MetricsText metrics;
  metrics.gauge("a", "h", 1);
  EXPECT_DEATH(metrics.counter("a", "h", 1), "kind");
  EXPECT_DEATH(metrics.gauge("a-b", "h", 1), "is_name");
}

}  // namespace
}  // namespace buzzer::http
