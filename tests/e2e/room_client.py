"""One client of a node's room, over a plain socket, which reads only when it is told to."""

from __future__ import annotations

import socket
import time
from typing import Callable, List

DEADLINE_S = 10.0


class RoomClient:
    def __init__(self, port: int, receive_buffer: int = 0) -> None:
        """`receive_buffer`: SO_RCVBUF in bytes; 0: as the system likes."""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.settimeout(DEADLINE_S)
        if receive_buffer:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        try:
            self._socket.connect(("127.0.0.1", port))
        except OSError:
            self._socket.close()
            raise
        self.received = b""

    def say(self, data: bytes) -> None:
        """Sends the bytes as they are; waits until the system has taken all of them."""
        self._socket.sendall(data)

    def finish(self) -> None:
        """Sends no more, and goes on reading."""
        self._socket.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self._socket.close()

    def read_some(self, most: int) -> int:
        """What is there, up to so many bytes, or what comes first; how many these were. Keeps nothing of it."""
        self._socket.settimeout(DEADLINE_S)
        return len(self._socket.recv(most))

    def read_until(self, end: bytes, timeout: float = DEADLINE_S) -> bytes:
        """All that it has received, once that ends so. Raises TimeoutError, EOFError."""
        return self._read(lambda: self.received.endswith(end), timeout)

    def read_lines(self, count: int, timeout: float = DEADLINE_S) -> List[bytes]:
        """All lines that it has received, once there are so many."""
        self._read(lambda: self.received.count(b"\n") >= count, timeout)
        return self.received.split(b"\n")[:-1]

    def read_to_end(self, timeout: float = DEADLINE_S) -> bytes:
        try:
            return self._read(lambda: False, timeout)
        except EOFError:
            return self.received

    def _read(self, done: Callable[[], bool], timeout: float) -> bytes:
        deadline = time.monotonic() + timeout
        while not done():
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"received {len(self.received)} bytes, the last ones {self.received[-100:]!r}")
            self._socket.settimeout(left)
            try:
                data = self._socket.recv(1 << 20)
            except socket.timeout:
                continue
            if not data:
                raise EOFError(f"the node has ended the connection after {self.received[-100:]!r}")
            self.received += data
        return self.received
