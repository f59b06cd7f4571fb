"""One connection to a node of a submission, which may say anything, nothing, or too much. One thread."""

from __future__ import annotations

import socket
import time

MAX_ANSWER_BYTES = 1_048_576
"""Far more than a scenario's messages fill."""


class Unanswered(Exception):
    """The node cannot be reached or does not answer as a node should. The text fits behind `node 1 `."""


class Connection:
    def __init__(self, port: int, timeout_s: float) -> None:
        """Raises OSError."""
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=timeout_s)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._unread = bytearray()

    def tell(self, line: str, timeout_s: float) -> None:
        """Raises Unanswered."""
        try:
            self._socket.settimeout(timeout_s)
            self._socket.sendall(line.encode("utf-8") + b"\n")
        except socket.timeout:
            raise Unanswered(f"did not read `{line[:60]}` within {timeout_s:g} s") from None
        except OSError as error:
            raise Unanswered(f"closed the connection before `{line[:60]}` ({error.strerror})") from None

    def ask(self, line: str, timeout_s: float) -> str:
        """Its next line, without the newline. Raises Unanswered."""
        self.tell(line, timeout_s)
        deadline = time.monotonic() + timeout_s
        scanned = 0
        while True:
            end = self._unread.find(b"\n", scanned)
            if end >= 0:
                answer = bytes(self._unread[:end])
                del self._unread[:end + 1]
                return answer.decode("utf-8", errors="replace")
            scanned = len(self._unread)
            if scanned > MAX_ANSWER_BYTES:
                raise Unanswered(f"answered `{line}` with more than {MAX_ANSWER_BYTES} bytes without an end of line")
            self._receive(line, deadline, timeout_s)

    def close(self) -> None:
        self._socket.close()

    def _receive(self, line: str, deadline: float, timeout_s: float) -> None:
        left = deadline - time.monotonic()
        try:
            if left <= 0:
                raise socket.timeout
            self._socket.settimeout(left)
            data = self._socket.recv(65_536)
        except socket.timeout:
            began = f", only `{self._unread[:40].decode('utf-8', errors='replace')}` without an end" if self._unread else ""
            raise Unanswered(f"did not answer `{line}` within {timeout_s:g} s{began}") from None
        except OSError as error:
            raise Unanswered(f"broke the connection instead of answering `{line}` ({error.strerror})") from None
        if not data:
            raise Unanswered(f"closed the connection instead of answering `{line}`")
        self._unread += data
