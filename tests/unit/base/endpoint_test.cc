#include "base/endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace buzzer::base {
namespace {

using testing::HasSubstr;

std::string error_of(std::string_view text) {
  const auto parsed = parse_endpoint(text);
  return parsed ? "(none: parsed as " + to_string(*parsed) + ")" : parsed.error().message;
}

TEST(EndpointTest, HostAndPortAreParted) {
  EXPECT_EQ(parse_endpoint("10.0.0.2:3001"), (Endpoint{"10.0.0.2", 3001}));
  EXPECT_EQ(parse_endpoint("node-7.example:65535"), (Endpoint{"node-7.example", 65535}));
}

TEST(EndpointTest, Ipv6AddressStandsInBrackets) {
  EXPECT_EQ(parse_endpoint("[::1]:80"), (Endpoint{"::1", 80}));
  EXPECT_THAT(error_of("::1:80"), HasSubstr("[address]:port"));
}

TEST(EndpointTest, MissingPartsAreRefused) {
  for (const char* text : {"", "host", ":80", "[]:80"}) {
    EXPECT_THAT(error_of(text), HasSubstr("expected host:port")) << text;
  }
}

TEST(EndpointTest, PortIsANumberFromOneTo65535) {
  for (const char* text : {"h:", "h:0", "h:65536", "h:-1", "h:+1", "h:80x", "h: 80", "h:http"}) {
    EXPECT_THAT(error_of(text), HasSubstr("1 to 65535")) << text;
  }
}

TEST(EndpointTest, ErrorNamesTheText) { EXPECT_THAT(error_of("10.0.0.2:none"), HasSubstr("\"10.0.0.2:none\"")); }

TEST(EndpointTest, TextIsWhatWasParsed) {
  for (const char* text : {"127.0.0.1:3000", "[fe80::1]:1", "localhost:65535"}) {
    const auto parsed = parse_endpoint(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(to_string(*parsed), text);
  }
}

TEST(EndpointTest, AddressesAreToldFromNames) {
  for (const char* host : {"127.0.0.1", "0.0.0.0", "::", "::1", "fe80::1", "::ffff:10.0.0.1"}) {
    EXPECT_TRUE(is_address(host)) << host;
  }
  for (const char* host : {"", "localhost", "127.0.0", "256.0.0.1", "[::1]", "10.0.0.1:80"}) {
    EXPECT_FALSE(is_address(host)) << host;
  }
}

TEST(EndpointTest, LoopbackIsAWholeNetworkInIpv4) {
  for (const char* host : {"127.0.0.1", "127.255.3.4", "::1", "::ffff:127.0.0.1", "localhost"}) {
    EXPECT_TRUE(is_loopback(host)) << host;
  }
  for (const char* host : {"", "0.0.0.0", "128.0.0.1", "10.0.0.127", "::", "::2", "::ffff:10.0.0.1", "localhost.org"}) {
    EXPECT_FALSE(is_loopback(host)) << host;
  }
}

}  // namespace
}  // namespace buzzer::base
