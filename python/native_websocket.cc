#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <pybind11/stl.h>

#include "python/blocking_websocket.h"
#include "python/native.h"
#include "python/unlocked.h"
#include "python/waiting.h"

namespace py = pybind11;

namespace buzzer::python {
namespace {

std::unique_ptr<BlockingWebSocket> connect(const std::string& host, std::uint16_t port, const std::string& target,
                                           const std::vector<std::string>& subprotocols,
                                           const std::vector<std::pair<std::string, std::string>>& headers,
                                           std::size_t most_messages, std::size_t most_bytes) {
  BlockingOptions options;
  options.socket.server = {host, port};
  options.socket.target = target;
  options.socket.subprotocols = subprotocols;
  for (const auto& [name, value] : headers) options.socket.headers.push_back({name, value});
  options.most_messages = most_messages;
  options.most_bytes = most_bytes;
  return value_or_raise(BlockingWebSocket::connect(std::move(options)));
}

bool wait_until_open(BlockingWebSocket& socket, double seconds) {
  bool open = false;
  wait(seconds, [&](base::Duration turn) { return (open = socket.wait_until_open(turn)) || socket.ending(); });
  return open;
}

// "taken", "no room" or "closed".
std::string send(BlockingWebSocket& socket, const std::string& text, double seconds) {
  auto sent = BlockingWebSocket::Sent::kNoRoom;
  wait(seconds, [&](base::Duration turn) {
    sent = socket.send(text, turn);
    return sent != BlockingWebSocket::Sent::kNoRoom;
  });
  if (sent == BlockingWebSocket::Sent::kTaken) return "taken";
  return sent == BlockingWebSocket::Sent::kNoRoom ? "no room" : "closed";
}

std::optional<std::string> receive(BlockingWebSocket& socket, double seconds) {
  std::optional<std::string> text;
  wait(seconds, [&](base::Duration turn) { return (text = socket.receive(turn)) || socket.ending(); });
  return text;
}

void close(BlockingWebSocket& socket, std::uint16_t code, const std::string& reason) {
  if (!client::may_be_sent(code)) throw py::value_error("no close frame may hold the code " + std::to_string(code));
  socket.close(code, reason);
}

std::optional<std::pair<int, std::string>> ending(const BlockingWebSocket& socket) {
  const auto ending = socket.ending();
  if (!ending) return std::nullopt;
  return std::pair<int, std::string>(ending->code, ending->reason);
}

}  // namespace

void bind_websocket(py::module_& module) {
  py::module_::import("atexit").attr("register")(py::cpp_function(&end_waits));
  py::module_::import("os").attr("register_at_fork")(py::arg("after_in_child") = py::cpp_function(&forget_waits));
  py::class_<BlockingWebSocket>(module, "WebSocket")
      .def(py::init(&connect))
      .def("wait_until_open", &wait_until_open)
      .def("send", &send)
      .def("receive", &receive)
      .def("close", &close)
      .def("drop", &BlockingWebSocket::drop)
      .def("set_reading", &BlockingWebSocket::set_reading)
      .def("is_open", &BlockingWebSocket::is_open)
      .def("subprotocol", &BlockingWebSocket::subprotocol)
      .def("waiting", &BlockingWebSocket::waiting)
      .def("ending", &ending);
}

}  // namespace buzzer::python
