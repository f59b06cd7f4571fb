"""Chapter 9: large messages, and many. Chapters 12 and 13: offers of compression are declined, and nothing is lost."""

from __future__ import annotations

import json
import random
from typing import Callable, Iterator, List, Tuple

from tests.e2e.conformance.case import PROTOCOL_ERROR, Case, Fails, Hear, Send, Step, case, fragments, text
from tests.e2e.websocket import BINARY, TEXT, encode_frame

KIB = 1 << 10
MIB = 1 << 20
ROUND_TRIPS = 1000


def _payload(opcode: int, size: int) -> bytes:
    """Nowhere the same, so that no piece can stand at another's place."""
    if opcode == TEXT:
        return b"".join(b"%015d\n" % number for number in range(size // 16 + 1))[:size]
    return random.Random(size).randbytes(size)


def _message(opcode: int, size: int, fragment: int = 0, chop: int = 0) -> Callable[[], Iterator[Step]]:
    def steps() -> Iterator[Step]:
        payload = _payload(opcode, size)
        yield Send(b"".join(fragments(opcode, payload, fragment or size)), chop)
        yield Hear(opcode, payload)
    return steps


def _there_and_back(opcode: int, size: int) -> Callable[[], Iterator[Step]]:
    def steps() -> Iterator[Step]:
        payload = _payload(opcode, size)
        frame = Send(encode_frame(opcode, payload))
        for _ in range(ROUND_TRIPS):
            yield frame
            yield Hear(opcode, payload)
    return steps


def _volume() -> Iterator[Case]:
    for odd, opcode, kind in ((1, TEXT, "text"), (2, BINARY, "binary data")):
        for number, size in enumerate((64 * KIB, 256 * KIB, MIB, 4 * MIB, 8 * MIB, 16 * MIB), 1):
            yield Case(f"9.{odd}.{number}", f"{kind} of {size} bytes comes back", _message(opcode, size))
        for number, size in enumerate((64, 256, KIB, 4 * KIB, 16 * KIB, 64 * KIB, 256 * KIB, MIB, 4 * MIB), 1):
            yield Case(f"9.{2 + odd}.{number}", f"{kind} of 4 MiB in fragments of {size} bytes comes back",
                       _message(opcode, 4 * MIB, fragment=size))
        for number, size in enumerate((64, 128, 256, 512, KIB, 2 * KIB), 1):
            yield Case(f"9.{4 + odd}.{number}", f"{kind} of 1 MiB in pieces of {size} bytes comes back",
                       _message(opcode, MIB, chop=size))
        for number, size in enumerate((0, 16, 64, 256, KIB, 4 * KIB), 1):
            yield Case(f"9.{6 + odd}.{number}", f"{kind} of {size} bytes goes there and back a thousand times",
                       _there_and_back(opcode, size))


SIZES = tuple(16 * 4 ** power for power in range(5)) + tuple(8 * KIB << power for power in range(5))
IN_FRAGMENTS = tuple((8 * KIB << power, 256) for power in range(5)) + tuple(
    (128 * KIB, fragment) for fragment in (KIB, 4 * KIB, 32 * KIB))
PLAIN_OFFER = "permessage-deflate; client_max_window_bits"


def _compression() -> Iterator[Case]:
    dice = random.Random(12)
    words = " ".join(dice.choice(("grid", "buzz", "fan-out", "gossip", "shard")) for _ in range(30_000)).encode()
    slope = bytes(row + column & 0xff for row in range(512) for column in range(512))
    records = [{"id": number, "name": f"user{number}", "follows": [number + 1, number + 2]} for number in range(3000)]
    page = b"".join(b"<li class=\"buzz\">%d</li>\n" % number for number in range(6000))
    data: List[Tuple[str, int, bytes]] = [
        ("words", BINARY, words), ("a picture", BINARY, slope), ("noise", BINARY, dice.randbytes(256 * KIB)),
        ("JSON", TEXT, json.dumps(records).encode()), ("HTML", TEXT, page)]
    for number, (kind, opcode, source) in enumerate(data, 1):
        yield _declined(f"12.{number}", f"{kind} without the compression that was offered", opcode, source, PLAIN_OFFER)
    takeover = "server_no_context_takeover"
    bits = "server_max_window_bits"
    offers = [
        "", takeover, f"{bits}=8", f"{bits}=15", f"{takeover}; {bits}=8", f"{takeover}; {bits}=15",
        f"{takeover}; {bits}=8, {PLAIN_OFFER}; {takeover}, {PLAIN_OFFER}"]
    for number, wish in enumerate(offers, 1):
        offer = f"{PLAIN_OFFER}; {wish}" if wish else PLAIN_OFFER
        yield _declined(f"13.{number}", f"an offer of compression is declined: {wish or 'plain'}", TEXT, data[3][2],
                        offer)
    compressed = Send(text(b"\xf2\x48\xcd\xc9\xc9\x07\x00", reserved=4))
    for number, offer in enumerate((
        "permessage-deflate", "x-webkit-deflate-frame", "permessage-deflate; server_max_window_bits=99", "permessage-"
        "bzip2, permessage-deflate; client_no_context_takeover; client_max_window_bits=\"10\"",
    ), 1):
        small = case(f"B.13.{number}", "what is compressed all the same fails", compressed, Fails(PROTOCOL_ERROR))
        yield Case(small.number, small.says, small.steps, offer)


def _declined(number: str, says: str, opcode: int, source: bytes, offer: str) -> Case:
    """All sizes of the list's eighteen cases on one connection."""
    def steps() -> Iterator[Step]:
        for size, fragment in [(size, 0) for size in SIZES] + list(IN_FRAGMENTS):
            payload = source[-size:]
            yield Send(b"".join(fragments(opcode, payload, fragment or size)))
            yield Hear(opcode, payload)
    return Case(number, says, steps, offer)


CASES = [*_volume(), *_compression()]
