"""One connection to a node's control port (docs/protocols/control-port.md).

Answers come in the order of the commands, so each command gets a ticket, and an answer that was given up on
earlier is skipped when it arrives after all. `auth` is sent when a command needs it. One thread per client.
Deadlines are values of time.monotonic().
"""

from __future__ import annotations

import socket
import time
from collections import deque
from pathlib import Path
from typing import Deque, NoReturn, Optional

LAB_COMMANDS = ("get", "alive", "broadcast")
"""What anybody may say; everything else wants the token."""

MAX_ANSWER_BYTES = 64 * 1024 * 1024
_AUTH = -1


class ControlError(Exception):
    """No connection, no answer in time, or a refused token. The connection is closed, or still in order."""


class ControlClient:
    def __init__(self, port: int, token_file: Path) -> None:
        self.port = port
        self._token_file = token_file
        self._socket: Optional[socket.socket] = None
        self._unread = bytearray()
        self._scanned = 0
        self._expected: Deque[int] = deque()
        self._next_ticket = 0
        self._authorized = False

    def tell(self, line: str, deadline: float) -> None:
        """Sends a line that has no answer (`broadcast`). Raises ControlError."""
        self._transmit(line.encode("utf-8") + b"\n", deadline)

    def send(self, line: str, deadline: float) -> int:
        """Sends a line; its answer is read with `answer` and the ticket returned. Raises ControlError."""
        self._connect(deadline)
        self._next_ticket += 1
        data = line.encode("utf-8") + b"\n"
        if not self._authorized and line.split(" ", 1)[0] not in LAB_COMMANDS:
            data = b"auth " + self._token() + b"\n" + data
            self._expected.append(_AUTH)
            self._authorized = True
        self._expected.append(self._next_ticket)
        self._transmit(data, deadline)
        return self._next_ticket

    def answer(self, ticket: int, deadline: float) -> str:
        """The answer to one command, without its newline. Raises ControlError."""
        while True:
            if ticket not in self._expected:
                raise ControlError(f"the connection to port {self.port} was lost before the answer")
            line = self._read_line(deadline)
            answered = self._expected.popleft()
            if answered == _AUTH and line != "ok":
                self._fail(f"port {self.port} refused the token of {self._token_file}: {line}")
            if answered == ticket:
                return line

    def ask(self, line: str, deadline: float) -> str:
        """`send` and `answer`."""
        return self.answer(self.send(line, deadline), deadline)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket = None
        self._unread.clear()
        self._scanned = 0
        self._expected.clear()
        self._authorized = False

    def _connect(self, deadline: float) -> None:
        if self._socket is not None:
            return
        try:
            self._socket = socket.create_connection(("127.0.0.1", self.port), timeout=_left(deadline))
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            self._fail(f"no connection to port {self.port}: {error.strerror or error}")

    def _token(self) -> bytes:
        try:
            return self._token_file.read_bytes().strip()
        except OSError as error:
            self._fail(f"no token in {self._token_file}: {error.strerror}")

    def _transmit(self, data: bytes, deadline: float) -> None:
        self._connect(deadline)
        assert self._socket is not None
        try:
            self._socket.settimeout(_left(deadline))
            self._socket.sendall(data)
        except OSError as error:
            self._fail(f"nothing can be sent to port {self.port}: {error.strerror or error}")

    def _read_line(self, deadline: float) -> str:
        assert self._socket is not None
        while True:
            end = self._unread.find(b"\n", self._scanned)
            if end >= 0:
                line = bytes(self._unread[:end])
                del self._unread[:end + 1]
                self._scanned = 0
                return line.decode("utf-8", errors="replace")
            self._scanned = len(self._unread)
            if self._scanned > MAX_ANSWER_BYTES:
                self._fail(f"an answer of port {self.port} exceeds {MAX_ANSWER_BYTES} bytes")
            self._unread += self._receive(deadline)

    def _receive(self, deadline: float) -> bytes:
        assert self._socket is not None
        try:
            self._socket.settimeout(_left(deadline))
            data = self._socket.recv(65_536)
        except socket.timeout:
            raise ControlError(f"no answer from port {self.port} in time") from None
        except OSError as error:
            self._fail(f"the connection to port {self.port} broke: {error.strerror or error}")
        if not data:
            self._fail(f"port {self.port} closed the connection")
        return data

    def _fail(self, reason: str) -> NoReturn:
        self.close()
        raise ControlError(reason)


def _left(deadline: float) -> float:
    return max(deadline - time.monotonic(), 0.001)
