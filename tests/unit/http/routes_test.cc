#include "node/http/routes.h"

#include <string>

#include <gtest/gtest.h>

namespace buzzer::http {
namespace {

class HttpRoutesTest : public testing::Test {
 protected:
  [[nodiscard]] static Handler says(int status) {
    return [status](const Request&, const Answer& answer) { answer.respond({status, {}, nullptr}); };
  }
  [[nodiscard]] int status_of(const std::string& path, std::string_view method = "GET") const {
    int status = 0;
    const Request request{method, path, "", 1, client::HeaderList({}), "", "", false};
    routes_.handle(request, {[&](const Response& response) { status = response.status; }, {}});
    return status;
  }

  Routes routes_;
};

TEST_F(HttpRoutesTest, ExactPathComesBeforeAnyPrefix) {
  routes_.add_prefix("/", says(201));
  routes_.add_exact("/a", says(202));
  EXPECT_EQ(status_of("/a"), 202);
  EXPECT_EQ(status_of("/ab"), 201);
  EXPECT_EQ(status_of("/a/"), 201);
}

TEST_F(HttpRoutesTest, LongestPrefixCounts) {
  routes_.add_prefix("/static/", says(201));
  routes_.add_prefix("/static/icons/", says(202));
  routes_.add_prefix("/static/a", says(203));
  EXPECT_EQ(status_of("/static/icons/x"), 202);
  EXPECT_EQ(status_of("/static/iconsx"), 201);
  EXPECT_EQ(status_of("/static/ab"), 203);
  EXPECT_EQ(status_of("/static/"), 201);
  EXPECT_EQ(status_of("/static"), 404);
  EXPECT_EQ(status_of("/"), 404);
}

TEST_F(HttpRoutesTest, MethodsArePerRouteAndGetBringsHead) {
  routes_.add_exact("/a", says(201));
  routes_.add_exact("/b", says(202), {"POST"});
  EXPECT_EQ(status_of("/a", "HEAD"), 201);
  EXPECT_EQ(status_of("/a", "POST"), 405);
  EXPECT_EQ(status_of("/a", "get"), 405);
  EXPECT_EQ(status_of("/b", "POST"), 202);
  EXPECT_EQ(status_of("/b", "HEAD"), 405);
  EXPECT_EQ(status_of("/c", "POST"), 404);
}

}  // namespace
}  // namespace buzzer::http
