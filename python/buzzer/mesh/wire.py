"""A link's frames (proto/link.proto) as bytes and as dicts: `{"room_line": {"text": b"hello"}}`.

By the names of the fields; a message is a dict, a repeated field a list, an enum its number. Of what is read, a field
that is zero, False or empty is left out, and so is one that is not known.
"""

from enum import IntEnum
from pathlib import Path
from typing import Any, Dict, List, Mapping, Tuple

from buzzer import _native
from buzzer.checks import UINT64, binary, utf8, whole

Frame = Dict[str, Any]

MOST_UNPROVEN_PAYLOAD: int = _native.MOST_UNPROVEN_PAYLOAD
MOST_PAYLOAD: int = _native.MOST_PAYLOAD

_frames = _native.LinkFrames(Path(_native.__file__).with_name("link_frames.desc").read_bytes())


class Refusal(IntEnum):
    """Why a peer is refused."""

    UNSPECIFIED = 0
    MALFORMED = 1
    PROTOCOL_VERSION = 2
    GRID_ID = 3
    GRID_SIZE = 4
    PLACEMENT_VERSION = 5
    NODE_ID = 6
    GRID_KEY = 7


def encode(frame: Mapping[str, Any]) -> bytes:
    """The frame's payload. KeyError for a field that there is not, TypeError for a value of another type, ValueError for
    a number that does not fit, text that cannot be written as UTF-8, or a second one of fields of which there is one."""
    return _frames.encode(dict(frame))


def decode(payload: bytes) -> Frame:
    """ValueError for bytes that are no LinkFrame."""
    return _frames.decode(payload)


def framed(payload: bytes) -> bytes:
    """The payload with its length before it. ValueError if it is not 1 byte to 1 MiB long."""
    return _native.encode_frame(payload)


def judge_hello(grid: str, size: int, node: int, dialer: bool, payload: bytes) -> Tuple[Refusal, str]:
    """What this node of this grid says to that hello, as the connection's dialer or acceptor; the text says what to do.
    UNSPECIFIED: it takes it. ValueError for a payload that is no hello."""
    size, node = whole(size, "a grid size", 1, UINT64[1] >> 32), whole(node, "a node", 0, UINT64[1] >> 32)
    utf8(grid, "a grid's name")
    reason, message = _native.judge_hello(grid, size, node, dialer, payload)
    return Refusal(reason), message


class FrameReader:
    """Cuts a stream of bytes into payloads."""

    def __init__(self, most_payload: int = MOST_PAYLOAD) -> None:
        self._native = _native.FrameReader(whole(most_payload, "most_payload", 1, MOST_PAYLOAD))
        self._broken = ""

    @property
    def broken(self) -> str:
        """What is wrong with the length that came last, behind the payloads; empty: nothing."""
        return self._broken

    def read(self, data: bytes) -> List[bytes]:
        """The payloads that are complete now. ValueError behind a length of 0 or past the limit; payloads before it are
        given back first."""
        if not self._broken:
            payloads, self._broken = self._native.read(bytes(memoryview(data)))
            if payloads:
                return payloads
        if self._broken:
            raise ValueError(self._broken)
        return []

    def set_limit(self, most_payload: int) -> None:
        """For the frames that begin from now on."""
        self._native.set_limit(whole(most_payload, "most_payload", 1, MOST_PAYLOAD))


def grid_key(key: bytes) -> bytes:
    if len(binary(key, "a grid key")) != 32:
        raise ValueError(f"a grid key is 32 bytes, not {len(key)}")
    return key
