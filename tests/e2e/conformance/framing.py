"""Chapters 1 to 5 and 10: lengths, pings, reserved bits and opcodes, fragments."""

from __future__ import annotations

from typing import Iterator, List

from tests.e2e.conformance.case import (
    NORMAL, PROTOCOL_ERROR, TOO_BIG, Answers, Case, Fails, Hear, Send, Step, binary, case, close, each, fragments, more,
    octets, ping, pong, text,
)
from tests.e2e.websocket import BINARY, PING, PONG, TEXT, encode_frame

HELLO = Hear(TEXT, b"hello, grid")
SAY_HELLO = text(HELLO.payload)
NOT_TEXT = bytes([0, 255, 254, 253, 252, 251, 0, 255])
FAILS = Fails(PROTOCOL_ERROR)
MOST_CONTROL = 125
MOST_MESSAGE = 16 << 20
LENGTHS = ((0, 0), (125, 0), (126, 0), (127, 0), (128, 0), (65535, 0), (65536, 0), (65536, 997))


def _lengths() -> Iterator[Case]:
    for chapter, opcode, kind, letter in ((1, TEXT, "text", b"*"), (2, BINARY, "binary data", b"\xfe")):
        for number, (length, chop) in enumerate(LENGTHS, 1):
            payload = letter * length
            pieces = f" in pieces of {chop}" if chop else ""
            yield case(f"1.{chapter}.{number}", f"{kind} of {length} bytes{pieces} comes back",
                       Send(encode_frame(opcode, payload), chop), Hear(opcode, payload))


def _pings() -> Iterator[Case]:
    full = b"\xfe" * MOST_CONTROL
    yield case("2.1", "a ping without payload is answered", Send(ping()), Hear(PONG, b""))
    yield case("2.2", "a ping with text is answered with it", Send(ping(b"are you there")), Hear(PONG, b"are you there"))
    yield case("2.3", "a ping with binary data is answered with it", Send(ping(NOT_TEXT)), Hear(PONG, NOT_TEXT))
    yield case("2.4", "a ping of 125 bytes is answered with them", Send(ping(full)), Hear(PONG, full))
    yield case("2.5", "a ping of 126 bytes fails", Send(ping(full + b"\xfe")), FAILS)
    yield case("2.6", "a ping of 125 bytes that come one by one is answered", octets(ping(full)), Hear(PONG, full))
    yield case("2.7", "a pong that nobody asked for is ignored", Send(pong()))
    yield case("2.8", "a pong with payload that nobody asked for is ignored", Send(pong(b"here I am")))
    yield case("2.9", "a ping behind a pong that nobody asked for is answered with its own payload",
               Send(pong(b"here I am")), Send(ping(b"are you there")), Hear(PONG, b"are you there"))
    payloads = [b"ping %d" % number for number in range(10)]
    pings = b"".join(ping(payload) for payload in payloads)
    pongs = [Hear(PONG, payload) for payload in payloads]
    yield case("2.10", "ten pings are answered in their order", Send(pings), *pongs)
    yield case("2.11", "ten pings that come byte by byte are answered in their order", Send(pings, 1), *pongs)


def _reserved_bits() -> Iterator[Case]:
    yield case("3.1", "text with the third reserved bit fails", Send(text(b"no", reserved=1)), FAILS)
    yield case("3.2", "text with the second reserved bit fails behind a good one",
               Send(SAY_HELLO + text(b"no", reserved=2) + ping()), HELLO, FAILS)
    yield case("3.3", "text with two reserved bits fails behind a good one frame by frame",
               *each([SAY_HELLO, text(b"no", reserved=3), ping()]), HELLO, FAILS)
    yield case("3.4", "text with the first reserved bit fails behind a good one byte by byte",
               octets(SAY_HELLO, text(b"no", reserved=4), ping()), HELLO, FAILS)
    yield case("3.5", "binary data with reserved bits fails", Send(binary(NOT_TEXT, reserved=5)), FAILS)
    yield case("3.6", "a ping with reserved bits fails and is not answered",
               Send(encode_frame(PING, b"no", reserved=6)), FAILS)
    yield case("3.7", "a close frame with all reserved bits fails", Send(encode_frame(8, b"", reserved=7)), FAILS)


def _reserved_opcodes() -> Iterator[Case]:
    for chapter, first in ((1, 3), (2, 11)):
        bare, loaded, third, fourth, fifth = (
            encode_frame(first + index, b"payload" if index in (1, 3, 4) else b"") for index in range(5))
        yield case(f"4.{chapter}.1", f"opcode {first} fails", Send(bare), FAILS)
        yield case(f"4.{chapter}.2", f"opcode {first + 1} with payload fails", Send(loaded), FAILS)
        yield case(f"4.{chapter}.3", f"opcode {first + 2} fails behind a good message",
                   Send(SAY_HELLO + third + ping()), HELLO, FAILS)
        yield case(f"4.{chapter}.4", f"opcode {first + 3} with payload fails behind a good message",
                   Send(SAY_HELLO + fourth + ping()), HELLO, FAILS)
        yield case(f"4.{chapter}.5", f"opcode {first + 4} with payload fails behind a good message byte by byte",
                   octets(SAY_HELLO, fifth, ping()), HELLO, FAILS)


def _three_ways(first: int, says: str, frames: List[bytes], *heard: Step) -> Iterator[Case]:
    """The same frames at once, frame by frame and byte by byte."""
    yield case(f"5.{first}", f"{says} at once", Send(b"".join(frames)), *heard)
    yield case(f"5.{first + 1}", f"{says} frame by frame", *each(frames), *heard)
    yield case(f"5.{first + 2}", f"{says} byte by byte", octets(*frames), *heard)


def _fragments() -> Iterator[Case]:
    one, two, three, four, five = (b"part %d;" % number for number in range(1, 6))
    both = Hear(TEXT, one + two)
    yield case("5.1", "a ping in two fragments fails",
               Send(encode_frame(PING, one, final=False) + more(two, final=True)), FAILS)
    yield case("5.2", "a pong in two fragments fails",
               Send(encode_frame(PONG, one, final=False) + more(two, final=True)), FAILS)
    in_two = [text(one, final=False), more(two, final=True)]
    yield from _three_ways(3, "text in two fragments comes back as one message", in_two, both)
    yield from _three_ways(6, "a ping between two fragments is answered before the message",
                           [in_two[0], ping(b"now"), in_two[1]], Hear(PONG, b"now"), both)
    yield from _three_ways(9, "a final continuation of nothing fails", [more(one, final=True), SAY_HELLO], FAILS)
    yield from _three_ways(12, "a continuation of nothing fails", [more(one), SAY_HELLO], FAILS)
    yield case("5.15", "a continuation behind a whole message fails when that has come back",
               Send(b"".join(in_two) + more(three) + text(four)), both, FAILS)
    for number, final in ((16, False), (17, True)):
        opening = [more(one, final=final), text(two, final=False), more(three, final=True)]
        yield case(f"5.{number}", f"a continuation of nothing fails also when messages follow, final: {final}",
                   Send(b"".join(opening * 2)), FAILS)
    yield case("5.18", "a new message within another fails",
               Send(text(one, final=False) + text(two, final=True)), FAILS)
    begin = [text(one, final=False), more(two), ping(b"first")]
    end = [more(three), more(four), ping(b"second"), more(five, final=True)]
    whole = Hear(TEXT, one + two + three + four + five)
    yield case("5.19", "five fragments with pings, the first answered while the message is open",
               Send(b"".join(begin)), Hear(PONG, b"first"), Send(b"".join(end)), Hear(PONG, b"second"), whole)
    yield case("5.20", "five fragments with pings, the first answered while the message is open, frame by frame",
               *each(begin), Hear(PONG, b"first"), *each(end), Hear(PONG, b"second"), whole)


def _own() -> Iterator[Case]:
    """What the public list leaves out."""
    for opcode, kind in ((TEXT, "text"), (PING, "a ping"), (8, "a close frame")):
        yield case(f"B.1.{opcode}", f"{kind} without a mask fails", Send(bytes([0x80 | opcode, 0])), FAILS)
    mask = b"\x11\x22\x33\x44"
    yield case("B.2.1", "a length of 125 in two bytes more than it needs fails",
               Send(bytes([0x81, 0xfe, 0, 125]) + mask), FAILS)
    yield case("B.2.2", "a length of 65535 in six bytes more than it needs fails",
               Send(bytes([0x81, 0xff]) + (65535).to_bytes(8, "big") + mask), FAILS)
    yield case("B.2.3", "a length of 64 bits fails", Send(bytes([0x82, 0xff]) + b"\xff" * 8 + mask), FAILS)
    yield case("B.2.4", "a frame past the limit fails at its header",
               Send(bytes([0x82, 0xff]) + (MOST_MESSAGE + 1).to_bytes(8, "big") + mask), Fails(TOO_BIG))
    yield case("B.2.5", "fragments past the limit fail at the header of the one that goes past it",
               Send(binary(b"\0" * (1 << 20), final=False)), Send(more(b"")),
               Send(bytes([0x00, 0xff]) + (15 << 20).to_bytes(8, "big") + mask + b"\0" * (15 << 20)),
               Send(bytes([0x80, 0x81]) + mask), Fails(TOO_BIG))
    yield case("B.3.1", "binary data in fragments comes back as binary data",
               Send(b"".join(fragments(BINARY, NOT_TEXT, 3))), Hear(BINARY, NOT_TEXT))
    yield case("B.3.2", "messages of both kinds come back in their order",
               Send(SAY_HELLO + binary(NOT_TEXT) + SAY_HELLO), HELLO, Hear(BINARY, NOT_TEXT), HELLO)
    yield case("B.3.3", "the wrong frame of a message in fragments fails at its header without its payload",
               Send(text(b"begun", final=False) + text(b"no")[:6]), FAILS)
    yield case("B.3.4", "what was said before an end in order comes back before it",
               Send(SAY_HELLO * 100 + close()), *[HELLO] * 100, Answers(NORMAL))


def _ten() -> Iterator[Case]:
    payload = bytes(range(32, 96)) * 1024
    yield case("10.1.1", "text of 65536 bytes in fragments of 1300 comes back",
               Send(b"".join(fragments(TEXT, payload, 1300))), Hear(TEXT, payload))


CASES = [*_lengths(), *_pings(), *_reserved_bits(), *_reserved_opcodes(), *_fragments(), *_ten(), *_own()]
