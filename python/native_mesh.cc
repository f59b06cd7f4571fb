#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <pybind11/stl.h>

#include "base/random.h"
#include "linkmgr/frame_codec.h"
#include "linkmgr/handshake.h"
#include "linkmgr/link_cipher.h"
#include "proto/link.pb.h"
#include "python/link_frames.h"
#include "python/native.h"

namespace py = pybind11;

namespace buzzer::python {
namespace {

using linkmgr::LinkCipher;
using linkmgr::Role;

template <std::size_t kSize>
std::array<std::uint8_t, kSize> fixed(const std::string& bytes, const char* what) {
  if (bytes.size() != kSize) throw py::value_error(what + (" is " + std::to_string(kSize)) + " bytes");
  std::array<std::uint8_t, kSize> out{};
  std::copy(bytes.begin(), bytes.end(), out.begin());
  return out;
}

template <std::size_t kSize>
py::bytes bytes_of(const std::array<std::uint8_t, kSize>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), kSize};
}

py::bytes encode_frame(const std::string& payload) {
  if (payload.empty() || payload.size() > linkmgr::kMostPayload) {
    throw py::value_error("a payload is 1 to " + std::to_string(linkmgr::kMostPayload) + " bytes");
  }
  std::string frame;
  linkmgr::append_frame(payload, frame);
  return frame;
}

// Gives back the payloads that are complete, and what is wrong with the one behind them (empty: nothing).
std::pair<py::list, std::string> read_frames(linkmgr::FrameReader& reader, const std::string& bytes) {
  py::list payloads;
  const auto read =
      reader.read({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}, [&](std::string_view payload) {
        payloads.append(py::bytes(payload.data(), payload.size()));
        return true;
      });
  return {payloads, read ? std::string() : read.error().message};
}

// A handshake with the key that it holds on to.
class PythonHandshake {
 public:
  PythonHandshake(const std::string& grid_key, bool dialer)
      : key_(fixed<linkmgr::kGridKeyBytes>(grid_key, "a grid key")),
        handshake_(key_, dialer ? Role::kDialer : Role::kAcceptor, random_) {
    handshake_.fill_challenge(challenge_);
  }

  py::bytes nonce() const { return challenge_.nonce(); }
  py::bytes key_share() const { return challenge_.key_share(); }
  void set_own_hello(const std::string& payload) { handshake_.set_own_hello(payload); }
  void set_peer_hello(const std::string& payload) { handshake_.set_peer_hello(payload); }
  py::bytes own_proof() const { return handshake_.own_proof(); }
  bool peer_proof_holds(const std::string& mac) const { return handshake_.peer_proof_holds(mac); }
  // The keys to send and to receive with.
  std::pair<py::bytes, py::bytes> keys(const std::string& peer_key_share) const {
    static_cast<void>(fixed<linkmgr::kLinkKeyBytes>(peer_key_share, "a key share"));
    const auto keys = value_or_raise(handshake_.keys(peer_key_share));
    return {bytes_of(keys.sending), bytes_of(keys.receiving)};
  }

 private:
  const linkmgr::GridKey key_;
  base::SystemRandom random_;
  linkmgr::Handshake handshake_;
  proto::Hello challenge_;
};

// Reason and message of the refusal; reason 0: the hello is accepted.
std::pair<int, std::string> judge_hello(const std::string& grid, std::uint32_t size, std::uint32_t self, bool dialer,
                                        const std::string& payload) {
  linkmgr::LinkOptions options;
  options.grid_id = grid;
  options.grid_size = size;
  options.self = base::NodeId(self);
  proto::LinkFrame frame;
  if (!frame.ParseFromString(payload) || !frame.has_hello()) throw py::value_error("a payload that is no hello");
  const proto::Refusal refusal = linkmgr::judge_hello(options, dialer ? Role::kDialer : Role::kAcceptor, frame.hello());
  return {refusal.reason(), refusal.message()};
}

py::object open_payload(LinkCipher& cipher, const std::string& payload) {
  const auto plain = cipher.open(payload);
  if (!plain) return py::none();
  return py::bytes(*plain);
}

}  // namespace

void bind_mesh(py::module_& module) {
  module.attr("MOST_UNPROVEN_PAYLOAD") = linkmgr::kMostUnprovenPayload;
  module.attr("MOST_PAYLOAD") = linkmgr::kMostPayload;
  module.attr("PROTOCOL_VERSION") = linkmgr::kProtocolVersion;
  module.attr("PLACEMENT_VERSION") = linkmgr::kPlacementVersion;
  module.def("encode_frame", &encode_frame);
  module.def("judge_hello", &judge_hello);
  py::class_<linkmgr::FrameReader>(module, "FrameReader")
      .def(py::init<std::size_t>())
      .def("set_limit", &linkmgr::FrameReader::set_limit)
      .def("read", &read_frames);
  py::class_<LinkFrames>(module, "LinkFrames")
      .def(py::init<const std::string&>())
      .def("encode", [](const LinkFrames& frames, const py::dict& frame) { return py::bytes(frames.encode(frame)); })
      .def("decode", &LinkFrames::decode);
  py::class_<PythonHandshake>(module, "Handshake")
      .def(py::init<const std::string&, bool>())
      .def("nonce", &PythonHandshake::nonce)
      .def("key_share", &PythonHandshake::key_share)
      .def("set_own_hello", &PythonHandshake::set_own_hello)
      .def("set_peer_hello", &PythonHandshake::set_peer_hello)
      .def("own_proof", &PythonHandshake::own_proof)
      .def("peer_proof_holds", &PythonHandshake::peer_proof_holds)
      .def("keys", &PythonHandshake::keys);
  py::class_<LinkCipher>(module, "LinkCipher")
      .def(py::init([](const std::string& key) {
        return std::make_unique<LinkCipher>(fixed<linkmgr::kLinkKeyBytes>(key, "a link's key"));
      }))
      .def("seal", [](LinkCipher& cipher, const std::string& plain) { return py::bytes(cipher.seal(plain)); })
      .def("open", &open_payload);
}

}  // namespace buzzer::python
