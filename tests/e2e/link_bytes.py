"""The bytes of a link (proto/link.proto), made by hand: what a stranger might send to a node's mesh port."""

from __future__ import annotations

import struct
from typing import Dict, Tuple, Union

HELLO, PROOF, REFUSAL, KNOCK, HEARTBEAT, ROOM_LINE = 1, 2, 3, 4, 5, 8
"""Fields of LinkFrame."""

MALFORMED, PROTOCOL_VERSION, GRID_ID, GRID_SIZE, PLACEMENT_VERSION, NODE_ID, GRID_KEY = range(1, 8)
"""Reasons of a Refusal."""

MOST_UNPROVEN = 4096
"""The largest frame that is read before the proof."""


def varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def field(number: int, value: Union[int, str, bytes]) -> bytes:
    """A varint, or bytes with their length."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode("utf-8") if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def frame(body: int, message: bytes) -> bytes:
    """A LinkFrame with its length before it."""
    payload = field(body, message)
    return struct.pack(">I", len(payload)) + payload


def hello(
    node: int, *, grid: str = "scenario", size: int = 2, protocol: int = 1, placement: int = 1,
    link_number: int = 1, nonce: bytes = b"n" * 32, share: bytes = b"s" * 32,
) -> bytes:
    """A hello as a node of the tests' grids would say it, but for what is given."""
    boot = varint(6 << 3 | 1) + struct.pack("<Q", 0xB007)
    message = field(1, protocol) + field(2, grid) + field(3, size) + field(4, placement) + field(5, node) + boot
    return frame(HELLO, message + field(7, link_number) + field(8, nonce) + field(9, share))


def knock(node: int, grid: str = "scenario") -> bytes:
    return frame(KNOCK, field(1, grid) + field(2, node))


def proof(mac: bytes) -> bytes:
    return frame(PROOF, field(1, mac))


def first_frame(data: bytes) -> Tuple[int, bytes, bytes]:
    """Of what a node has sent: the body's field, the message in it, and the bytes after the frame."""
    length = struct.unpack(">I", data[:4])[0]
    (body, message), = parse(data[4:4 + length]).items()
    assert isinstance(message, bytes)
    return body, message, data[4 + length:]


def refusal(data: bytes) -> Tuple[int, str]:
    """Reason and message, from bytes that are a single Refusal."""
    body, message, rest = first_frame(data)
    assert (body, rest) == (REFUSAL, b""), data
    fields = parse(message)
    reason, text = fields[1], fields[2]
    assert isinstance(reason, int) and isinstance(text, bytes)
    return reason, text.decode("utf-8")


def parse(message: bytes) -> Dict[int, Union[int, bytes]]:
    """The fields of a message without repeated ones."""
    fields: Dict[int, Union[int, bytes]] = {}
    while message:
        key, message = read_varint(message)
        if key & 7 == 0:
            fields[key >> 3], message = read_varint(message)
            continue
        size = 8
        if key & 7 == 2:
            size, message = read_varint(message)
        fields[key >> 3], message = message[:size], message[size:]
    return fields


def read_varint(data: bytes) -> Tuple[int, bytes]:
    number = 0
    for at, byte in enumerate(data):
        number |= (byte & 0x7F) << (7 * at)
        if byte < 0x80:
            return number, data[at + 1:]
    raise ValueError("a varint without an end")
