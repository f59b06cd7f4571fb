#include "node/gateway/password_hash.h"

#include <array>
#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <sodium.h>

#include "node/gateway/password.h"

namespace buzzer::gateway {
namespace {

constexpr PasswordCost kCheap{8, 1};
constexpr Salt kSalt{'s', 'o', 'm', 'e', ' ', 's', 'a', 'l', 't', ' ', 'b', 'y', 't', 'e', 's', '.'};

TEST(PasswordHashTest, WhatIsKeptIsVerifiedByItsPasswordAlone) {
  const auto kept = hash_password("secret", kSalt, kCheap);
  ASSERT_TRUE(kept);
  EXPECT_EQ(verify_password(*kept, "secret"), true);
  EXPECT_EQ(verify_password(*kept, "Secret"), false);
  EXPECT_EQ(verify_password(*kept, "secret "), false);
  EXPECT_EQ(verify_password(*kept, ""), false);
}

TEST(PasswordHashTest, LibsodiumVerifiesWhatWeKeepAtTheRealCost) {
  const auto kept = hash_password("correct-horse", kSalt, PasswordCost());
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->substr(0, 31), "$argon2id$v=19$m=19456,t=2,p=1$");
  EXPECT_LE(kept->size(), 128U);
  EXPECT_EQ(crypto_pwhash_str_verify(kept->c_str(), "correct-horse", 13), 0);
  EXPECT_NE(crypto_pwhash_str_verify(kept->c_str(), "correct-house", 13), 0);
}

TEST(PasswordHashTest, WhatLibsodiumKeepsIsVerified) {
  std::array<char, crypto_pwhash_STRBYTES> made{};
  ASSERT_EQ(crypto_pwhash_str(made.data(), "secret", 6, 1, 8192), 0);
  const std::string kept(made.data());
  ASSERT_TRUE(is_kept_password(kept)) << kept;
  EXPECT_EQ(verify_password(kept, "secret"), true);
  EXPECT_EQ(verify_password(kept, "another"), false);
}

TEST(PasswordHashTest, AnotherSaltGivesAnotherTextAndTheSameOneTheSame) {
  Salt other = kSalt;
  other[0] = 'x';
  EXPECT_EQ(hash_password("secret", kSalt, kCheap), hash_password("secret", kSalt, kCheap));
  EXPECT_NE(hash_password("secret", kSalt, kCheap), hash_password("secret", other, kCheap));
}

TEST(PasswordHashTest, WhatIsNotOfOurFormIsNotTaken) {
  const std::string kept = *hash_password("secret", kSalt, kCheap);
  EXPECT_TRUE(is_kept_password(kept));
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = kept;
    return text.replace(text.find(from), from.size(), to);
  };
  for (const std::string& text :
       {std::string(), std::string("secret"), kept + "A", kept.substr(0, kept.size() - 1), with("argon2id", "argon2i"),
        with("v=19", "v=16"), with("m=8,", "m=7,"), with("m=8,", "m=08,"), with("m=8,", "m=,"), with("m=8,", "m=-8,"),
        with("t=1,", "t=0,"), with("t=1,", "t=17,"), with("p=1", "p=2"), with("m=8,", "m=4294967295,"),
        with("m=8,", "m=99999999999,"), with("m=8,", "m=1245185,"), with("c29tZSBz", "c29tZSB$"),
        with("$c29t", "$$c29t"), std::string("$argon2id$v=19$m=")}) {
    EXPECT_FALSE(is_kept_password(text)) << text;
  }
  EXPECT_TRUE(is_kept_password(with("m=8,", "m=1245184,")));
}

TEST(PasswordHashTest, ADecoyLooksLikeTheRestAndIsNobodysPassword) {
  const std::string decoy = decoy_password(kCheap);
  EXPECT_TRUE(is_kept_password(decoy)) << decoy;
  EXPECT_EQ(decoy.size(), hash_password("secret", kSalt, kCheap)->size());
  EXPECT_EQ(verify_password(decoy, ""), false);
  EXPECT_NE(decoy, decoy_password(kCheap));
}

TEST(PasswordHashTest, TheSaltOfARegistrationFollowsFromWhatIdentifiesIt) {
  const Salt salt = registration_salt("ann", "key");
  EXPECT_EQ(salt, registration_salt("ann", "key"));
  EXPECT_NE(salt, registration_salt("ben", "key"));
  EXPECT_NE(salt, registration_salt("ann", "kez"));
  EXPECT_NE(registration_salt("an", "nkey"), registration_salt("ann", "key"));
  EXPECT_NE(registration_salt("ann", std::string("\0key", 4)), registration_salt("ann", "key"));
}

TEST(PasswordTest, TakesATextAndLeavesNothingOfItBehind) {
  std::string text = "a password that is too long to stand in the string itself";
  const char* const bytes = text.data();
  const std::size_t size = text.size();
  const Password password(text);
  EXPECT_EQ(password.view(), "a password that is too long to stand in the string itself");
  EXPECT_TRUE(text.empty());
  EXPECT_EQ(std::string(bytes, size), std::string(size, '\0'));
}

TEST(PasswordTest, MovesAndMayBeEmpty) {
  std::string text = "secret";
  Password first(text);
  Password second(std::move(first));
  EXPECT_EQ(second.view(), "secret");
  Password third;
  EXPECT_EQ(third.view(), "");
  third = std::move(second);
  EXPECT_EQ(third.view(), "secret");
  text.clear();
  EXPECT_EQ(Password(text).view(), "");
}

}  // namespace
}  // namespace buzzer::gateway
