#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <pybind11/stl.h>

#include "client/crowd.h"
#include "python/native.h"
#include "python/waiting.h"

namespace py = pybind11;

namespace buzzer::python {
namespace {

using client::Crowd;
using client::CrowdMember;
using Clients = Crowd::Clients;

// A crowd belongs to one thread at a time; without the interpreter's lock another one could come in.
class OneThread {
 public:
  explicit OneThread(bool& in_use) : in_use_(in_use) {
    if (in_use) throw std::runtime_error("these clients are waited for by another thread");
    in_use = true;
  }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;
  ~OneThread() { in_use_ = false; }

 private:
  bool& in_use_;
};

// What the native module shows of a client: state, errno, bytes, lines, differs, hash, last line.
using Shown =
    std::tuple<int, int, std::uint64_t, std::uint64_t, std::optional<std::uint64_t>, std::uint64_t, py::bytes>;

class PythonCrowd {
 public:
  PythonCrowd(int receive_buffer, bool bytes_only, bool hash, bool last_line)
      : bytes_only_(bytes_only),
        crowd_({.receive_buffer = receive_buffer,
                .bytes_only = bytes_only,
                .hash = hash && !bytes_only,
                .last_line = last_line && !bytes_only}) {}

  // What went wrong; empty: nothing. A signal's handler that raises ends it: those that are connected stay.
  std::string connect(const std::string& host, std::uint16_t port, std::size_t count, double seconds) {
    if (const auto begun = free().begin_connecting({host, port}, count); !begun) return begun.error().message;
    std::string failure;
    try {
      pump(seconds, [&](Crowd::Duration time) {
        const auto all = crowd_.go_on_connecting(time);
        if (!all) failure = all.error().message;
        return !crowd_.is_connecting();
      });
    } catch (const py::error_already_set&) {
      static_cast<void>(crowd_.give_up_connecting("interrupted"));
      throw;
    }
    return crowd_.is_connecting() ? crowd_.give_up_connecting("not in time").message : failure;
  }

  Clients await(const Clients& who, bool lines, std::uint64_t least, double seconds) {
    check(who);
    if (lines) check_looks();
    return pump_for(who, seconds, [&](Crowd::Duration time) {
      return crowd_.await(who, lines ? Crowd::Count::kLines : Crowd::Count::kBytes, least, time);
    });
  }
  Clients await_ended(const Clients& who, double seconds) {
    check(who);
    return pump_for(who, seconds, [&](Crowd::Duration time) { return crowd_.await_ended(who, time); });
  }
  Clients await_sent(const Clients& who, double seconds) {
    check(who);
    return pump_for(who, seconds, [&](Crowd::Duration time) { return crowd_.await_sent(who, time); });
  }
  void run_for(double seconds) {
    pump(seconds, [&](Crowd::Duration time) {
      crowd_.run_for(time);
      return false;
    });
  }

  void send(Crowd::Client client, const std::string& bytes) { at(client).send(client, bytes); }
  void set_stalled(Crowd::Client client, bool stalled) { at(client).set_stalled(client, stalled); }
  void finish_sending(Crowd::Client client) { at(client).finish_sending(client); }
  void close(Crowd::Client client) { at(client).close(client); }
  void reset(Crowd::Client client) { at(client).reset(client); }
  void expect(const Clients& who, const std::string& stream) {
    check(who);
    check_looks();
    crowd_.expect(who, std::make_shared<const std::string>(stream));
  }
  void keep(Crowd::Client client, std::size_t most_bytes) {
    check_looks();
    at(client).keep(client, most_bytes);
  }
  py::bytes take(Crowd::Client client) { return at(client).take(client); }

  std::size_t size() { return free().size(); }
  Clients open() { return free().open(); }
  Shown show(Crowd::Client client) {
    const CrowdMember& member = at(client)[client];
    return {static_cast<int>(member.state()),
            member.error(),
            member.bytes(),
            member.lines(),
            member.differs(),
            member.hash(),
            py::bytes(member.last_line())};
  }

 private:
  Crowd& free() {
    const OneThread check(in_use_);
    return crowd_;
  }
  Crowd& at(Crowd::Client client) {
    if (client >= free().size()) throw py::index_error("there is no client " + std::to_string(client));
    return crowd_;
  }
  void check(const Clients& who) {
    for (const Crowd::Client client : who) at(client);
  }
  void check_looks() const {
    if (bytes_only_) throw py::value_error("of clients with bytes_only nothing but bytes can be told");
  }

  template <class Turn>
  void pump(double seconds, Turn turn) {
    const OneThread alone(in_use_);
    wait(seconds, turn);
  }
  template <class Await>
  Clients pump_for(const Clients& who, double seconds, Await await) {
    Clients left = who;
    pump(seconds, [&](Crowd::Duration time) { return (left = await(time)).empty() || all_ended(left); });
    return left;
  }
  bool all_ended(const Clients& who) const {
    return std::all_of(who.begin(), who.end(), [&](Crowd::Client client) { return crowd_[client].ended(); });
  }

  const bool bytes_only_;
  Crowd crowd_;
  bool in_use_ = false;
};

}  // namespace

void bind_crowd(py::module_& module) {
  py::class_<PythonCrowd>(module, "Crowd")
      .def(py::init<int, bool, bool, bool>())
      .def("connect", &PythonCrowd::connect)
      .def("await_received", &PythonCrowd::await)
      .def("await_ended", &PythonCrowd::await_ended)
      .def("await_sent", &PythonCrowd::await_sent)
      .def("run_for", &PythonCrowd::run_for)
      .def("send", &PythonCrowd::send)
      .def("set_stalled", &PythonCrowd::set_stalled)
      .def("finish_sending", &PythonCrowd::finish_sending)
      .def("close", &PythonCrowd::close)
      .def("reset", &PythonCrowd::reset)
      .def("expect", &PythonCrowd::expect)
      .def("keep", &PythonCrowd::keep)
      .def("take", &PythonCrowd::take)
      .def("size", &PythonCrowd::size)
      .def("open", &PythonCrowd::open)
      .def("show", &PythonCrowd::show);
}

}  // namespace buzzer::python
