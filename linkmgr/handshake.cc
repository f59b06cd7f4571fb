#include "linkmgr/handshake.h"

#include <sodium.h>

#include "base/check.h"

namespace buzzer::linkmgr {
namespace {

using Refusal = proto::Refusal;

const std::uint8_t* bytes_of(std::string_view text) { return reinterpret_cast<const std::uint8_t*>(text.data()); }

void append_sized(std::string_view part, std::string& out) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(part.size() >> shift);
  out += part;
}

std::string keyed_hash(const GridKey& key, std::string_view message, std::size_t size) {
  std::string hash(size, '\0');
  crypto_generichash(reinterpret_cast<std::uint8_t*>(hash.data()), size, bytes_of(message), message.size(), key.data(),
                     key.size());
  return hash;
}

std::string expected_and_got(const char* what, std::uint64_t expected, std::uint64_t got) {
  return std::string(what) + ": here it is " + std::to_string(expected) + ", the peer says " + std::to_string(got);
}

}  // namespace

proto::Refusal make_refusal(Refusal::Reason reason, std::string message) {
  Refusal refusal;
  refusal.set_reason(reason);
  refusal.set_message(std::move(message));
  return refusal;
}

proto::Refusal judge_hello(const LinkOptions& options, Role own_role, const proto::Hello& hello) {
  if (hello.protocol_version() != kProtocolVersion) {
    return make_refusal(Refusal::PROTOCOL_VERSION,
                        expected_and_got("protocol versions differ", kProtocolVersion, hello.protocol_version()) +
                            "; run the same release on every node");
  }
  if (hello.nonce().size() != 32 || hello.key_share().size() != 32) {
    return make_refusal(Refusal::MALFORMED, "a hello needs a challenge and a key share of 32 bytes each");
  }
  if (hello.grid_id() != options.grid_id) {
    return make_refusal(Refusal::GRID_ID, "grids differ: here it is \"" + options.grid_id +
                                              "\"; check --grid and the addresses of --peer");
  }
  if (hello.grid_size() != options.grid_size) {
    return make_refusal(Refusal::GRID_SIZE,
                        expected_and_got("grid sizes differ", options.grid_size, hello.grid_size()) +
                            "; start every node with the same --grid-size");
  }
  if (hello.placement_version() != kPlacementVersion) {
    return make_refusal(Refusal::PLACEMENT_VERSION,
                        expected_and_got("placements differ", kPlacementVersion, hello.placement_version()) +
                            "; run the same release on every node");
  }
  const std::uint32_t self = options.self.value();
  const bool right_side = own_role == Role::kAcceptor ? hello.node_id() > self : hello.node_id() < self;
  if (hello.node_id() >= options.grid_size || !right_side) {
    return make_refusal(Refusal::NODE_ID, "node " + std::to_string(hello.node_id()) + " cannot be the " +
                                              (own_role == Role::kAcceptor ? "dialer" : "acceptor") +
                                              " of a link with node " + std::to_string(self) + " of " +
                                              std::to_string(options.grid_size) + "; check --id and --peer");
  }
  return {};
}

Handshake::Handshake(const GridKey& key, Role own_role, base::Random& random) : key_(key), own_role_(own_role) {
  static_assert(crypto_scalarmult_SCALARBYTES == 32 && crypto_scalarmult_BYTES == 32);
  random.fill(nonce_);
  random.fill(secret_);
  BUZZER_CHECK(crypto_scalarmult_base(share_.data(), secret_.data()) == 0);
}

Handshake::~Handshake() { sodium_memzero(secret_.data(), secret_.size()); }

void Handshake::fill_challenge(proto::Hello& hello) const {
  hello.set_nonce(nonce_.data(), nonce_.size());
  hello.set_key_share(share_.data(), share_.size());
}

std::string Handshake::transcript(std::string_view label) const {
  const bool dialer = own_role_ == Role::kDialer;
  std::string out(label);
  append_sized(dialer ? own_hello_ : peer_hello_, out);
  append_sized(dialer ? peer_hello_ : own_hello_, out);
  return out;
}

std::string Handshake::proof_of(Role prover) const {
  return keyed_hash(
      key_, transcript(prover == Role::kDialer ? "buzzer link 1 proof of dialer" : "buzzer link 1 proof of acceptor"),
      crypto_generichash_BYTES);
}

bool Handshake::peer_proof_holds(std::string_view mac) const {
  const std::string expected = proof_of(other(own_role_));
  return mac.size() == expected.size() && sodium_memcmp(mac.data(), expected.data(), expected.size()) == 0;
}

base::Result<LinkKeys> Handshake::keys(std::string_view peer_key_share) const {
  BUZZER_CHECK(peer_key_share.size() == crypto_scalarmult_BYTES);
  std::string shared(crypto_scalarmult_BYTES, '\0');
  if (crypto_scalarmult(reinterpret_cast<std::uint8_t*>(shared.data()), secret_.data(), bytes_of(peer_key_share)) !=
      0) {
    return base::fail("the peer's key share is not a usable point");
  }
  std::string message = transcript("buzzer link 1 keys");
  message += shared;
  const std::string both = keyed_hash(key_, message, 2 * kLinkKeyBytes);
  sodium_memzero(shared.data(), shared.size());
  sodium_memzero(message.data(), message.size());
  LinkKeys keys;
  const bool dialer = own_role_ == Role::kDialer;
  std::copy_n(both.begin() + (dialer ? 0 : kLinkKeyBytes), kLinkKeyBytes, keys.sending.begin());
  std::copy_n(both.begin() + (dialer ? kLinkKeyBytes : 0), kLinkKeyBytes, keys.receiving.begin());
  return keys;
}

}  // namespace buzzer::linkmgr
