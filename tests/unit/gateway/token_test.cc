#include "node/gateway/token.h"

#include <string>

#include <gtest/gtest.h>

namespace buzzer::gateway {
namespace {

// Gives 0, 1, 2, ...
class CountingRandom final : public base::Random {
 public:
  void fill(std::span<std::uint8_t> bytes) override {
    for (std::uint8_t& byte : bytes) byte = next_++;
  }

 private:
  std::uint8_t next_ = 0;
};

constexpr std::string_view kExample = "bz1.bob.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

TEST(TokenTest, IsAsTheHeaderShowsIt) {
  CountingRandom random;
  EXPECT_EQ(make_token("bob", random), kExample);
}

TEST(TokenTest, NamesItsUserWhateverItsSecret) {
  base::SystemRandom random;
  const std::string longest(30, 'z');
  for (const std::string& name : {std::string("a"), std::string("_9"), longest}) {
    for (int i = 0; i < 100; ++i) {
      const std::string token = make_token(name, random);
      EXPECT_EQ(token_user(token), name) << token;
      EXPECT_LE(token.size(), kMostTokenBytes);
    }
  }
}

TEST(TokenTest, EachIsAnother) {
  base::SystemRandom random;
  EXPECT_NE(make_token("bob", random), make_token("bob", random));
}

TEST(TokenTest, WhatIsNoTokenNamesNobody) {
  const std::string secret(kExample.substr(8));
  EXPECT_EQ(token_user(kExample), "bob");
  for (const std::string& text :
       {std::string(), std::string("bz1."), std::string("bz1.bob"), std::string("bz1.bob."), std::string("bz1.."),
        "bz2.bob." + secret, "BZ1.bob." + secret, "bz1.Bob." + secret, "bz1.." + secret, "bz1.bo b." + secret,
        "bz1." + std::string(31, 'a') + '.' + secret, "bz1.bob." + secret + "A", "bz1.bob." + secret + "=",
        "bz1.bob.x" + secret, "bz1.bob." + secret.substr(1), "bz1.bob." + secret.substr(1) + "+",
        "bz1.bob." + secret.substr(1) + ".", " bz1.bob." + secret, "bz1.bob." + secret + "\n",
        // Bits that say nothing: two texts would be the same secret.
        "bz1.bob." + secret.substr(0, 42) + "9", std::string(1000, 'A')}) {
    EXPECT_FALSE(token_user(text)) << text;
  }
}

TEST(TokenTest, TheHashIsOfTheWholeToken) {
  const std::string token(kExample);
  EXPECT_EQ(hash_token(token).size(), 32U);
  EXPECT_EQ(hash_token(token), hash_token(kExample));
  std::string other = token;
  other.replace(4, 3, "ben");
  EXPECT_NE(hash_token(other), hash_token(token));
  other = token;
  other.back() = '4';
  EXPECT_NE(hash_token(other), hash_token(token));
}

}  // namespace
}  // namespace buzzer::gateway
