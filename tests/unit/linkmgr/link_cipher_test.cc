#include "linkmgr/link_cipher.h"

#include <gtest/gtest.h>

#include "base/secret.h"

namespace buzzer::linkmgr {
namespace {

LinkKey key_of(std::uint8_t first) {
  LinkKey key{};
  for (std::size_t i = 0; i < key.size(); ++i) key.at(i) = static_cast<std::uint8_t>(first + i);
  return key;
}

std::string hex_of(std::string_view bytes) {
  return base::to_hex({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

class LinkCipherTest : public testing::Test {
 protected:
  LinkCipher sealing_{key_of(0)};
  LinkCipher opening_{key_of(0)};
};

TEST_F(LinkCipherTest, FramesOpenInTheOrderInWhichTheyWereSealed) {
  for (const std::size_t size : {1U, 0U, 16U, 70'000U}) {
    const std::string plain(size, static_cast<char>('a' + size % 26));
    const std::string payload = sealing_.seal(plain);
    EXPECT_EQ(payload.size(), size + kCipherOverhead);
    EXPECT_EQ(opening_.open(payload), plain);
  }
}

// Computed by another implementation, checked against the example of RFC 8439, 2.8.2.
TEST_F(LinkCipherTest, BytesAreAsDocumented) {
  EXPECT_EQ(hex_of(sealing_.seal("a frame")), "79982443cc8bc3f1fc3c0711c72508edbda954f1210f4a");
  EXPECT_EQ(hex_of(sealing_.seal("a frame")), "f51f1d9ca58ef9bda4a2c0c9f45317635dad4aaa1bd3b1");
}

TEST_F(LinkCipherTest, OneChangedBitDoesNotOpen) {
  const std::string payload = sealing_.seal("a frame");
  for (std::size_t bit = 0; bit < payload.size() * 8; ++bit) {
    std::string changed = payload;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    ASSERT_FALSE(opening_.open(changed)) << "bit " << bit;
  }
}

TEST_F(LinkCipherTest, ShortenedOrLengthenedFrameDoesNotOpen) {
  const std::string payload = sealing_.seal("a frame");
  for (std::size_t size = 0; size < payload.size(); ++size) ASSERT_FALSE(opening_.open(payload.substr(0, size)));
  EXPECT_FALSE(opening_.open(payload + '\0'));
}

TEST_F(LinkCipherTest, RepeatedFrameDoesNotOpen) {
  const std::string payload = sealing_.seal("a frame");
  ASSERT_TRUE(opening_.open(payload));
  EXPECT_FALSE(opening_.open(payload));
}

TEST_F(LinkCipherTest, FrameAfterOneLeftOutDoesNotOpen) {
  static_cast<void>(sealing_.seal("left out"));
  EXPECT_FALSE(opening_.open(sealing_.seal("next")));
}

TEST_F(LinkCipherTest, SwappedFramesDoNotOpen) {
  const std::string first = sealing_.seal("first");
  const std::string second = sealing_.seal("second");
  EXPECT_FALSE(opening_.open(second));
  EXPECT_TRUE(opening_.open(first));
}

TEST_F(LinkCipherTest, AnotherKeyDoesNotOpen) {
  LinkCipher other(key_of(1));
  EXPECT_FALSE(other.open(sealing_.seal("a frame")));
}

TEST_F(LinkCipherTest, SamePlainTextIsNeverSealedTheSame) { EXPECT_NE(sealing_.seal("x"), sealing_.seal("x")); }

}  // namespace
}  // namespace buzzer::linkmgr
