"""Plain sockets to a node that may close them at any moment."""

import select
import socket


def send(stranger: socket.socket, data: bytes) -> None:
    """The node may close as soon as it has seen enough."""
    try:
        stranger.sendall(data)
    except (ConnectionResetError, BrokenPipeError):
        pass


def read_to_end(stranger: socket.socket) -> bytes:
    """All until the node closes, which it must within the socket's timeout."""
    data = b""
    while True:
        try:
            part = stranger.recv(65_536)
        except ConnectionResetError:
            return data
        if not part:
            return data
        data += part


def has_bytes(stranger: socket.socket) -> bool:
    """Whether something has come that is not read yet."""
    return bool(select.select([stranger], [], [], 0)[0])
