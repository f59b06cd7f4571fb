#include "base/http_request_line.h"

#include <string>

#include <gtest/gtest.h>

namespace buzzer::base {
namespace {

TEST(HttpRequestLineTest, RequestsOfABrowserAreKnown) {
  for (const char* line : {"GET / HTTP/1.1", "POST /broadcast%20hi HTTP/1.1", "OPTIONS * HTTP/1.0", "GET /a b HTTP/1.1",
                           "POST / HTTP/2"}) {
    EXPECT_TRUE(is_http_request(line)) << line;
  }
}

TEST(HttpRequestLineTest, LinesOfAMasterAreNoHttp) {
  for (const char* line : {"", "get", "GET", "broadcast see HTTP/1.1", "broadcast GET / HTTP/1.1", " HTTP/1.1",
                           "GET HTTP/1.1", "HTTP/1.1 200 OK"}) {
    EXPECT_FALSE(is_http_request(line)) << line;
  }
}

TEST(HttpRequestLineTest, TheBeginningOfARequestIsKnownByItsMethodAndPath) {
  EXPECT_TRUE(may_become_http_request("GET /"));
  EXPECT_TRUE(may_become_http_request("POST /" + std::string(100, 'x')));
  for (const std::string& line : {std::string(), std::string("GET"), std::string("GET "), std::string("Hello / you"),
                                  std::string(100, 'x'), std::string(100, 'X') + " /", std::string(" /")}) {
    EXPECT_FALSE(may_become_http_request(line)) << line;
  }
}

}  // namespace
}  // namespace buzzer::base
