"""What a case is: bytes that a client sends, what must come back, and how the connection ends."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Callable, Iterable, Iterator, List, Sequence, Tuple, Union

from tests.e2e.websocket import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, close_payload, encode_frame

NORMAL = 1000
PROTOCOL_ERROR = 1002
NO_CODE = 1005
INVALID_TEXT = 1007
TOO_BIG = 1009


@dataclass(frozen=True)
class Send:
    """These bytes, in pieces of `chop` bytes (0: in one)."""

    data: bytes
    chop: int = 0

    def pieces(self) -> Iterator[bytes]:
        step = self.chop or max(1, len(self.data))
        for start in range(0, len(self.data), step):
            yield self.data[start:start + step]


@dataclass(frozen=True)
class Hear:
    """The next that comes is this message, or this pong."""

    opcode: int
    payload: bytes


@dataclass(frozen=True)
class Fails:
    """The server closes with this code, says why, and ends the connection; nothing comes in between."""

    code: int


@dataclass(frozen=True)
class Answers:
    """The server answers the client's close frame with this code, and ends the connection."""

    code: int


Step = Union[Send, Hear, Fails, Answers]


@dataclass(frozen=True)
class Case:
    number: str
    """As in the public list; those of our own begin with B."""
    says: str
    """What the client does, and what comes of it."""
    steps: Callable[[], Iterable[Step]]
    """Where they end with neither Fails nor Answers, the client closes in order."""
    offer: str = ""
    """Sec-WebSocket-Extensions of the handshake."""

    def name(self) -> str:
        return "test_case_" + re.sub(r"\W+", "_", f"{self.number} {self.says}").strip("_")


def case(number: str, says: str, *steps: Step) -> Case:
    return Case(number, says, lambda: steps)


def text(payload: bytes, *, final: bool = True, reserved: int = 0) -> bytes:
    return encode_frame(TEXT, payload, final=final, reserved=reserved)


def binary(payload: bytes, *, final: bool = True, reserved: int = 0) -> bytes:
    return encode_frame(BINARY, payload, final=final, reserved=reserved)


def more(payload: bytes, *, final: bool = False) -> bytes:
    """A continuation; unless it is final, others follow."""
    return encode_frame(CONTINUATION, payload, final=final)


def ping(payload: bytes = b"") -> bytes:
    return encode_frame(PING, payload)


def pong(payload: bytes = b"") -> bytes:
    return encode_frame(PONG, payload)


def close(code: int = NORMAL, reason: bytes = b"") -> bytes:
    return encode_frame(CLOSE, close_payload(code, reason))


def fragments(opcode: int, payload: bytes, size: int) -> List[bytes]:
    """The message in frames of so many bytes each."""
    starts = range(0, max(1, len(payload)), size)
    return [
        encode_frame(CONTINUATION if start else opcode, payload[start:start + size], final=start == starts[-1])
        for start in starts
    ]


def each(frames: Sequence[bytes]) -> Tuple[Send, ...]:
    """One after the other, each in a write of its own."""
    return tuple(Send(frame) for frame in frames)


def octets(*frames: bytes) -> Send:
    return Send(b"".join(frames), chop=1)
