#include "node/gateway/origins.h"

#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace buzzer::gateway {
namespace {

using base::NodeId;

bool is_foreign(const Origins& origins, std::string_view host, const std::vector<std::string_view>& named) {
  std::vector<client::Header> headers{{"Host", host}};
  for (const std::string_view origin : named) headers.push_back({"Origin", origin});
  const http::Request request{"GET", "/ws", {}, 1, client::HeaderList(headers), {}, {}, true};
  return origins.is_foreign(request);
}

TEST(OriginsTest, WhoNamesNoOriginIsNoBrowser) { EXPECT_FALSE(is_foreign(Origins({}), "a.example", {})); }

TEST(OriginsTest, APageOfTheHostThatIsAskedIsOurs) {
  const Origins origins({});
  EXPECT_FALSE(is_foreign(origins, "a.example:8080", {"http://a.example:8080"}));
  EXPECT_FALSE(is_foreign(origins, "A.Example", {"https://a.example"}));
  EXPECT_TRUE(is_foreign(origins, "a.example:8080", {"http://a.example"}));
  EXPECT_TRUE(is_foreign(origins, "a.example", {"http://a.example.elsewhere.example"}));
  EXPECT_TRUE(is_foreign(origins, "a.example", {"ftp://a.example"}));
  EXPECT_TRUE(is_foreign(origins, "a.example", {"null"}));
  EXPECT_TRUE(is_foreign(origins, "a.example", {""}));
  EXPECT_TRUE(is_foreign(origins, "a.example", {"http://a.example", "http://a.example"})) << "which of the two?";
}

TEST(OriginsTest, APageOfAnotherNodeIsOursAndNothingBesideIt) {
  const Origins origins({{NodeId(0), "wss://Zero.example/ws"}, {NodeId(1), "ws://one.example:8081/deep/ws?x"}});
  EXPECT_FALSE(is_foreign(origins, "one.example:8081", {"https://zero.example"}));
  EXPECT_FALSE(is_foreign(origins, "zero.example", {"http://one.example:8081"}));
  EXPECT_TRUE(is_foreign(origins, "one.example:8081", {"http://zero.example"}))
      << "without TLS anybody may have sent it";
  EXPECT_TRUE(is_foreign(origins, "one.example:8081", {"https://zero.example:444"}));
  EXPECT_TRUE(is_foreign(origins, "zero.example", {"https://one.example:8081"}));
  EXPECT_TRUE(is_foreign(origins, "zero.example", {"http://one.example"}));
}

TEST(OriginsTest, TheSchemesOwnPortIsNotWritten) {
  const Origins origins({{NodeId(0), "wss://a.example:443/ws"}, {NodeId(1), "ws://b.example:80/ws"}});
  EXPECT_FALSE(is_foreign(origins, "c.example", {"https://a.example"}));
  EXPECT_FALSE(is_foreign(origins, "c.example", {"http://b.example"}));
  EXPECT_EQ(origins.connect_to(), "wss://a.example ws://b.example");
}

TEST(OriginsTest, LoopbackHasSeveralNames) {
  const Origins origins({{NodeId(0), "ws://127.0.0.1:8080/ws"}});
  for (const std::string_view page : {"http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080"}) {
    EXPECT_FALSE(is_foreign(origins, "127.0.0.1:8081", {page})) << page;
  }
  EXPECT_TRUE(is_foreign(origins, "127.0.0.1:8081", {"http://localhost:3000"})) << "another program of this machine";
  EXPECT_EQ(origins.connect_to(), "ws://127.0.0.1:8080 ws://localhost:8080") << "a page keeps to its own name";
}

TEST(OriginsTest, ThePolicyNamesEachPlaceOnceAndOnlyWhatAPolicyCanName) {
  const Origins origins({{NodeId(0), "wss://a.example/0/ws"},
                         {NodeId(1), "wss://a.example/1/ws"},
                         {NodeId(2), "ws://[2001:db8::1]:8082/ws"},
                         {NodeId(3), "ws://b;script-src,*/ws"},
                         {NodeId(4), "ws://user@c.example/ws"},
                         {NodeId(5), "ws:///ws"}});
  EXPECT_EQ(origins.connect_to(), "wss://a.example");
  EXPECT_FALSE(is_foreign(origins, "a.example", {"http://[2001:db8::1]:8082"}));
}

}  // namespace
}  // namespace buzzer::gateway
