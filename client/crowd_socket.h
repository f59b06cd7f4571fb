// What a crowd needs of the system: descriptors enough, and sockets that are being connected.
#pragma once

#include <cstddef>
#include <string>

#include "base/endpoint.h"
#include "base/owned_socket.h"
#include "base/status.h"

namespace buzzer::client {

// Makes sure that so many descriptors more can be opened, and some to spare, raising the process's soft limit up to the
// hard one where it must. The error says how many are needed and allowed.
[[nodiscard]] base::Result<void> allow_descriptors(std::size_t more);

// A non-blocking TCP socket on its way to the server, without Nagle's delay; writable once it is decided. Errors: the
// server's host is no address; what the system says.
[[nodiscard]] base::Result<base::OwnedSocket> begin_connecting(const base::Endpoint& server, int receive_buffer);

// What errno says, for a person.
[[nodiscard]] std::string reason_of(int error);

}  // namespace buzzer::client
