// How two nodes convince each other that they hold the same grid key, without ever sending it.
//
//   dialer                      acceptor
//   Hello (challenge) -------->
//                     <-------- Hello (challenge)
//   Proof             -------->
//                     <-------- Proof
//
// A proof is a keyed BLAKE2b-256 (RFC 7693) of the prover's role and of both hellos, byte for byte as they were sent.
// Each hello holds a random challenge of its own, so a recorded proof fits no other connection; the roles differ, so a
// proof cannot be sent back to who made it. The same key and hellos, with the X25519 (RFC 7748) secret of the two
// key shares, give the keys of an encrypted link: who learns the grid key later still cannot read what was recorded.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/random.h"
#include "linkmgr/link_cipher.h"
#include "linkmgr/link_options.h"
#include "proto/link.pb.h"

namespace buzzer::linkmgr {

// Which end of a connection: the dialer is always the node of higher id.
enum class Role { kDialer, kAcceptor };

[[nodiscard]] constexpr Role other(Role role) { return role == Role::kDialer ? Role::kAcceptor : Role::kDialer; }

// Why a hello is refused; reason UNSPECIFIED: it is not. The message says what to do.
[[nodiscard]] proto::Refusal judge_hello(const LinkOptions& options, Role own_role, const proto::Hello& hello);

[[nodiscard]] proto::Refusal make_refusal(proto::Refusal::Reason reason, std::string message);

// One end of one handshake. Pure but for the randomness it is given.
class Handshake {
 public:
  Handshake(const GridKey& key, Role own_role, base::Random& random);
  Handshake(const Handshake&) = delete;
  Handshake& operator=(const Handshake&) = delete;
  ~Handshake();  // wipes the secret

  // This end's challenge and key share go into the hello.
  void fill_challenge(proto::Hello& hello) const;

  // The payloads of both hellos as they crossed the wire; needed by all below.
  void set_own_hello(std::string_view payload) { own_hello_ = payload; }
  void set_peer_hello(std::string_view payload) { peer_hello_ = payload; }

  [[nodiscard]] std::string own_proof() const { return proof_of(own_role_); }
  // In constant time.
  [[nodiscard]] bool peer_proof_holds(std::string_view mac) const;

  // The keys for this connection; fails if the peer's key share is not a usable point.
  [[nodiscard]] base::Result<LinkKeys> keys(std::string_view peer_key_share) const;

 private:
  [[nodiscard]] std::string proof_of(Role prover) const;
  [[nodiscard]] std::string transcript(std::string_view label) const;

  const GridKey& key_;
  const Role own_role_;
  std::array<std::uint8_t, 32> nonce_{};
  std::array<std::uint8_t, 32> secret_{};
  std::array<std::uint8_t, 32> share_{};
  std::string own_hello_;
  std::string peer_hello_;
};

}  // namespace buzzer::linkmgr
