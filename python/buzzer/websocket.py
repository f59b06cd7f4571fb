"""A WebSocket connection (RFC 6455) to a node, for programs that wait for what they get: client/ behind a thread."""

from typing import Mapping, Optional, Sequence

from buzzer import _native
from buzzer.checks import seconds, utf8, whole

CONNECT_S = 10.0
MOST_UNSENT_BYTES = 1 << 20


class WebSocketClosed(ConnectionError):
    """The connection has ended: with this code (RFC 6455, section 7.4, or a node's own from 4000 on), and why."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"the connection was closed with {code}: {reason}")
        self.code = code  # 1005: the server named none; 1006: it ended without a close frame
        self.reason = reason


class WebSocket:
    """One connection, of text messages. It pings nobody and answers pings by itself, whether anybody waits or not.

    All connections of a process share one native thread. What comes is kept until it is received, up to the two
    limits; with as much waiting the connection is read no more until half of it is taken, so that the server sees a
    slow reader. Waiting leaves other Python threads running, and signals are seen to. Any thread may call. Not for use
    in a process that was forked from one that has connections. Times are in seconds.
    """

    def __init__(
        self,
        port: int,
        target: str = "/ws",
        *,
        host: str = "127.0.0.1",
        subprotocols: Sequence[str] = (),
        headers: Optional[Mapping[str, str]] = None,
        timeout_s: float = CONNECT_S,
        most_messages: int = 10_000,
        most_bytes: int = 16 << 20,
    ) -> None:
        """Connects. `subprotocols`: offered, the best liked first; `headers`: more of the request's: Origin, Cookie.

        Messages of up to 1 MiB are taken. ConnectionError if the server cannot be reached or refuses, within 5 s;
        TimeoutError after `timeout_s`; ValueError for what cannot stand in a request.
        """
        self._native = _native.WebSocket(
            _line(host, "a host"),
            whole(port, "a port", 1, 65_535),
            _line(target, "a target"),
            [_line(each, "a subprotocol") for each in subprotocols],
            [(_line(name, "a header"), _line(value, "a header")) for name, value in (headers or {}).items()],
            whole(most_messages, "most_messages", 1, 1 << 30),
            whole(most_bytes, "most_bytes", 1, 1 << 40),
        )
        if not self._native.wait_until_open(seconds(timeout_s)):
            ending = self._native.ending()
            self.drop()
            if ending is None:
                raise TimeoutError(f"no connection to {host}:{port} within {timeout_s:g} s")
            raise ConnectionError(f"no connection to {host}:{port}: {ending[1]}")

    @property
    def subprotocol(self) -> str:
        """The one that the server chose; empty: none."""
        return self._native.subprotocol()

    @property
    def is_open(self) -> bool:
        """Whether it has not ended; what came before its end can be received all the same."""
        return self._native.is_open()

    @property
    def waiting(self) -> int:
        """How many messages have come and wait to be received."""
        return self._native.waiting()

    @property
    def closed(self) -> Optional[WebSocketClosed]:
        """How it has ended, once everything that came before is received; None until then."""
        ending = self._native.ending()
        return None if ending is None else WebSocketClosed(*ending)

    def send(self, text: str, timeout_s: float = CONNECT_S) -> None:
        """Hands over a message, at most 1 MiB of UTF-8, to be sent in its turn; waits while 1 MiB waits to be sent.

        WebSocketClosed when it has ended; TimeoutError, and nothing is sent, when there is no room in time.
        """
        message = utf8(text, "a message")
        if len(message) > MOST_UNSENT_BYTES - 64:
            raise ValueError(f"a message has less than {MOST_UNSENT_BYTES} bytes, this one {len(message)}")
        outcome = self._native.send(message, seconds(timeout_s))
        if outcome == "closed":
            raise self.closed or WebSocketClosed(1006, "it has ended")
        if outcome == "no room":
            raise TimeoutError(f"the server took nothing for {timeout_s:g} s")

    def receive(self, timeout_s: float) -> str:
        """The next message. TimeoutError when none comes in time (0: looks only); WebSocketClosed when it has ended and
        everything is received."""
        message = self._native.receive(seconds(timeout_s))
        if message is not None:
            return message
        ending = self.closed
        if ending is not None:
            raise ending
        raise TimeoutError(f"nothing came within {timeout_s:g} s")

    def set_reading(self, on: bool) -> None:
        """While off, nothing is read from the server: it finds this client slow. What has been read can be received."""
        self._native.set_reading(on)

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Begins to close in order: what was sent goes out first, nothing more is received, `closed` tells of the end.

        `code`: 1000, another that RFC 6455 lets an end send, or 3000 to 4999; ValueError otherwise.
        """
        self._native.close(whole(code, "a code", 0, 65_535), utf8(reason, "a reason"))

    def drop(self) -> None:
        """Ends the connection at once, as if the cable were cut; again it does nothing."""
        self._native.drop()


def _line(value: str, what: str) -> str:
    utf8(value, what)
    return value
