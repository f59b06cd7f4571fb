#include "linkmgr/handshake.h"

#include <deque>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/secret.h"

namespace buzzer::linkmgr {
namespace {

using testing::HasSubstr;

GridKey key_of(std::uint8_t first) {
  GridKey key{};
  for (std::size_t i = 0; i < key.size(); ++i) key.at(i) = static_cast<std::uint8_t>(first + i);
  return key;
}

std::string bytes_of_hex(std::string_view hex) {
  std::string bytes(hex.size() / 2, '\0');
  EXPECT_TRUE(base::from_hex(hex, {reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()}));
  return bytes;
}

std::string hex_of(std::string_view bytes) {
  return base::to_hex({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

const GridKey kKey = key_of(0);
const GridKey kOtherKey = key_of(1);

// One end with its hello, as a link makes it.
struct End {
  End(const GridKey& key, Role role, base::Random& random) : handshake(key, role, random) {
    proto::LinkFrame frame;
    frame.mutable_hello()->set_node_id(role == Role::kDialer ? 1 : 0);
    handshake.fill_challenge(*frame.mutable_hello());
    share = frame.hello().key_share();
    hello = frame.SerializeAsString();
    handshake.set_own_hello(hello);
  }

  Handshake handshake;
  std::string hello;  // the payload
  std::string share;
};

struct Connection {
  explicit Connection(base::Random& random, const GridKey& dialers_key = kKey, const GridKey& acceptors_key = kKey)
      : dialer(dialers_key, Role::kDialer, random), acceptor(acceptors_key, Role::kAcceptor, random) {
    dialer.handshake.set_peer_hello(acceptor.hello);
    acceptor.handshake.set_peer_hello(dialer.hello);
  }
  End dialer;
  End acceptor;
};

class HandshakeTest : public testing::Test {
 protected:
  base::SeededRandom random_{1};
};

TEST_F(HandshakeTest, EndsWithTheSameKeyBelieveEachOther) {
  const Connection pair(random_);
  EXPECT_TRUE(pair.acceptor.handshake.peer_proof_holds(pair.dialer.handshake.own_proof()));
  EXPECT_TRUE(pair.dialer.handshake.peer_proof_holds(pair.acceptor.handshake.own_proof()));
}

TEST_F(HandshakeTest, AnotherGridKeyIsNotBelieved) {
  const Connection pair(random_, kKey, kOtherKey);
  EXPECT_FALSE(pair.acceptor.handshake.peer_proof_holds(pair.dialer.handshake.own_proof()));
  EXPECT_FALSE(pair.dialer.handshake.peer_proof_holds(pair.acceptor.handshake.own_proof()));
}

TEST_F(HandshakeTest, RecordedHelloAndProofOfADialerFitNoOtherConnection) {
  const Connection recorded(random_);
  End acceptor(kKey, Role::kAcceptor, random_);
  acceptor.handshake.set_peer_hello(recorded.dialer.hello);
  EXPECT_FALSE(acceptor.handshake.peer_proof_holds(recorded.dialer.handshake.own_proof()));
}

TEST_F(HandshakeTest, RecordedHelloAndProofOfAnAcceptorFitNoOtherConnection) {
  const Connection recorded(random_);
  End dialer(kKey, Role::kDialer, random_);
  dialer.handshake.set_peer_hello(recorded.acceptor.hello);
  EXPECT_FALSE(dialer.handshake.peer_proof_holds(recorded.acceptor.handshake.own_proof()));
}

TEST_F(HandshakeTest, ProofSentBackToItsMakerIsNotBelieved) {
  for (const Role role : {Role::kDialer, Role::kAcceptor}) {
    End victim(kKey, role, random_);
    victim.handshake.set_peer_hello(victim.hello);  // a mirror: it has no key, but repeats what it hears
    EXPECT_FALSE(victim.handshake.peer_proof_holds(victim.handshake.own_proof()));
  }
}

TEST_F(HandshakeTest, ProofOfTheDialerIsNoProofOfTheAcceptor) {
  const Connection pair(random_);
  EXPECT_FALSE(pair.dialer.handshake.peer_proof_holds(pair.dialer.handshake.own_proof()));
  EXPECT_FALSE(pair.acceptor.handshake.peer_proof_holds(pair.acceptor.handshake.own_proof()));
}

TEST_F(HandshakeTest, OneChangedBitOfAHelloBreaksBothProofs) {
  Connection pair(random_);
  const std::string proof = pair.dialer.handshake.own_proof();
  for (std::size_t bit = 0; bit < pair.dialer.hello.size() * 8; ++bit) {
    std::string changed = pair.dialer.hello;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    pair.acceptor.handshake.set_peer_hello(changed);
    ASSERT_FALSE(pair.acceptor.handshake.peer_proof_holds(proof)) << "bit " << bit;
    ASSERT_FALSE(pair.dialer.handshake.peer_proof_holds(pair.acceptor.handshake.own_proof())) << "bit " << bit;
  }
}

TEST_F(HandshakeTest, BytesMovedFromOneHelloToTheOtherBreakTheProof) {
  Connection pair(random_);
  const std::string proof = pair.dialer.handshake.own_proof();
  pair.acceptor.handshake.set_peer_hello(pair.dialer.hello + pair.acceptor.hello.front());
  pair.acceptor.handshake.set_own_hello(pair.acceptor.hello.substr(1));
  EXPECT_FALSE(pair.acceptor.handshake.peer_proof_holds(proof));
}

TEST_F(HandshakeTest, ChangedProofIsNotBelieved) {
  const Connection pair(random_);
  const std::string proof = pair.dialer.handshake.own_proof();
  for (std::size_t bit = 0; bit < proof.size() * 8; ++bit) {
    std::string changed = proof;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    ASSERT_FALSE(pair.acceptor.handshake.peer_proof_holds(changed)) << "bit " << bit;
  }
}

TEST_F(HandshakeTest, ProofOfAnotherLengthIsNotBelieved) {
  const Connection pair(random_);
  const std::string proof = pair.dialer.handshake.own_proof();
  ASSERT_EQ(proof.size(), 32U);
  for (const auto& other : {std::string(), proof.substr(0, 1), proof.substr(0, 31), proof + proof[0], proof + proof}) {
    EXPECT_FALSE(pair.acceptor.handshake.peer_proof_holds(other)) << other.size() << " bytes";
  }
}

TEST_F(HandshakeTest, ChallengesAndKeySharesAreNewWithEachConnection) {
  proto::Hello first;
  proto::Hello second;
  Handshake(kKey, Role::kDialer, random_).fill_challenge(first);
  Handshake(kKey, Role::kDialer, random_).fill_challenge(second);
  EXPECT_EQ(first.nonce().size(), 32U);
  EXPECT_EQ(first.key_share().size(), 32U);
  EXPECT_NE(first.nonce(), second.nonce());
  EXPECT_NE(first.key_share(), second.key_share());
}

TEST_F(HandshakeTest, WhatOneEndSealsTheOtherOpens) {
  const Connection pair(random_);
  const auto dialers = pair.dialer.handshake.keys(pair.acceptor.share);
  const auto acceptors = pair.acceptor.handshake.keys(pair.dialer.share);
  ASSERT_TRUE(dialers && acceptors);
  EXPECT_EQ(dialers->sending, acceptors->receiving);
  EXPECT_EQ(dialers->receiving, acceptors->sending);
  EXPECT_NE(dialers->sending, dialers->receiving);
}

TEST_F(HandshakeTest, KeysAreNewWithEachConnection) {
  const Connection first(random_);
  const Connection second(random_);
  const auto firsts = first.dialer.handshake.keys(first.acceptor.share);
  const auto seconds = second.dialer.handshake.keys(second.acceptor.share);
  ASSERT_TRUE(firsts && seconds);
  EXPECT_NE(firsts->sending, seconds->sending);
  EXPECT_NE(firsts->receiving, seconds->receiving);
}

TEST_F(HandshakeTest, WhoKnowsTheSecretButNotTheGridKeyHasOtherKeys) {
  const Connection pair(random_, kKey, kOtherKey);
  const auto dialers = pair.dialer.handshake.keys(pair.acceptor.share);
  const auto acceptors = pair.acceptor.handshake.keys(pair.dialer.share);
  ASSERT_TRUE(dialers && acceptors);
  EXPECT_NE(dialers->sending, acceptors->receiving);
}

// Every point of small order and its other spellings: whatever the secret, the shared one would be known beforehand.
TEST_F(HandshakeTest, KeyShareOfLowOrderIsRefused) {
  const Handshake handshake(kKey, Role::kAcceptor, random_);
  for (const char* share : {
           "0000000000000000000000000000000000000000000000000000000000000000",
           "0100000000000000000000000000000000000000000000000000000000000000",
           "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
           "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
           "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
           "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
           "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
       }) {
    const auto keys = handshake.keys(bytes_of_hex(share));
    ASSERT_FALSE(keys) << share;
    EXPECT_THAT(keys.error().message, HasSubstr("key share"));
  }
}

// Gives out the bytes it was made with, in order.
class ScriptedRandom final : public base::Random {
 public:
  explicit ScriptedRandom(std::string bytes) : bytes_(std::move(bytes)) {}
  void fill(std::span<std::uint8_t> bytes) override {
    ASSERT_GE(bytes_.size(), bytes.size());
    std::copy_n(bytes_.begin(), bytes.size(), bytes.begin());
    bytes_.erase(0, bytes.size());
  }

 private:
  std::string bytes_;
};

// What another implementation computes: Python's hashlib.blake2b, and the key pairs of RFC 7748, 6.1.
TEST(HandshakeVectorTest, ProofsAndKeysAreAsDocumented) {
  ScriptedRandom random(std::string(32, 'n') +
                        bytes_of_hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"));
  Handshake dialer(kKey, Role::kDialer, random);
  proto::Hello hello;
  dialer.fill_challenge(hello);
  EXPECT_EQ(hello.nonce(), std::string(32, 'n'));
  EXPECT_EQ(hex_of(hello.key_share()), "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");

  dialer.set_own_hello("hello of the dialer");
  dialer.set_peer_hello("hello of the acceptor");
  EXPECT_EQ(hex_of(dialer.own_proof()), "0539f144217554a62ff02a1c4ffbda44b560b279c6ca06aca41f00241efe35c6");
  EXPECT_TRUE(
      dialer.peer_proof_holds(bytes_of_hex("3a01d02266e0f7491d39e170beb8525f171febb715a77d6623dccaccb3f3df55")));

  const auto keys = dialer.keys(bytes_of_hex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"));
  ASSERT_TRUE(keys);
  EXPECT_EQ(base::to_hex(keys->sending), "ff8c94876a2877b815f73ee258af161269b8d9012166ce8cb37c09e980a9165e");
  EXPECT_EQ(base::to_hex(keys->receiving), "f5c380da173161cc38cd94fbffc0e100b100e62ebe1017dc6456dfdd6ca88aeb");
}

}  // namespace
}  // namespace buzzer::linkmgr
