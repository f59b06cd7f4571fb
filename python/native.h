// The parts of the native module `_native`. It knows nothing of Python's own classes: python/buzzer/ turns what it
// returns into frozen dataclasses, and _native.pyi says what it offers.
#pragma once

#include <pybind11/pybind11.h>

#include "base/status.h"

namespace buzzer::python {

void bind_values(pybind11::module_& module);     // records, to be read
void bind_errors(pybind11::module_& module);     // the registry of proto/errors.h
void bind_text(pybind11::module_& module);       // texts, names, topics, homes
void bind_kernel(pybind11::module_& module);     // commands and Model
void bind_websocket(pybind11::module_& module);  // BlockingWebSocket, as WebSocket
void bind_crowd(pybind11::module_& module);      // client::Crowd
void bind_mesh(pybind11::module_& module);       // the mesh's frames, handshake and cipher

// A failure becomes a ValueError with its text.
template <class Value>
Value value_or_raise(base::Result<Value> result) {
  if (!result) throw pybind11::value_error(result.error().message);
  return *std::move(result);
}

inline void raise_if_failed(const base::Result<void>& result) {
  if (!result) throw pybind11::value_error(result.error().message);
}

}  // namespace buzzer::python
