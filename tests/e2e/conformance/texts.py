"""Chapter 6: text is UTF-8, judged at the first byte that cannot be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterator, List, Sequence

from tests.e2e.conformance.case import (
    INVALID_TEXT, Case, Fails, Hear, Send, Step, case, fragments, more, ping, text,
)
from tests.e2e.websocket import PONG, TEXT

FAILS = Fails(INVALID_TEXT)
GREEK = "\u03ba\u1f79\u03c3\u03bc\u03b5".encode()
MIXED = "h\u00e9 \u00b5\u20ac \u4e2d \U0001d11e".encode()
SURROGATE = b"\xed\xa0\x80"
TOO_HIGH = b"\xf4\x90\x80\x80"
EDITED = b"edited"
FIRST_BAD = len(GREEK) + 1
"""Where the second byte of TOO_HIGH stands behind GREEK: the first that cannot be."""


def coded(value: int, length: int) -> bytes:
    """The number as the scheme of UTF-8 would have it in so many bytes (1 to 6), whether UTF-8 allows that or not."""
    if length == 1:
        return bytes([value])
    lead = (0xff00 >> length) & 0xff
    tail = [0x80 | value >> 6 * place & 0x3f for place in range(length - 1)]
    return bytes([lead | value >> 6 * (length - 1)] + tail[::-1])


def most(length: int) -> int:
    """The greatest number that so many bytes hold."""
    return 0x7f if length == 1 else (1 << 5 * length + 1) - 1


@dataclass(frozen=True)
class Group:
    number: str
    says: str
    valid: bool
    texts: Sequence[bytes]
    first: int = 1
    """The number of its first text."""


MISSING = [coded(value, length)[:-1] for value_of in (lambda length: 0, most)
           for length in range(2, 7) for value in [value_of(length)]]
HIGH_SURROGATES = (0xd800, 0xdb7f, 0xdb80, 0xdbff)
LOW_SURROGATES = (0xdc00, 0xdfff)

GROUPS = [
    Group("6.5", "characters of each length", True,
          [b"hello%sworld" % char.encode() for char in "$\u00a2\u20ac\U00024b62"] + [GREEK]),
    Group("6.7", "the first character of a length", True,
          [coded(0, 1)] + [coded(most(length - 1) + 1, length) for length in (2, 3, 4)]),
    Group("6.8", "the first number of five and six bytes", False,
          [coded(most(length - 1) + 1, length) for length in (5, 6)]),
    Group("6.9", "the last character of a length", True,
          [coded(most(length), length) for length in (1, 2, 3)] + [coded(0x10ffff, 4)]),
    Group("6.10", "the last number of four to six bytes", False, [coded(most(length), length) for length in (4, 5, 6)]),
    Group("6.11", "a character at a border", True, [coded(value, 3) for value in (0xd7ff, 0xe000, 0xfffd)]
          + [coded(0x10ffff, 4)]),
    Group("6.11", "the first number past all characters", False, [coded(0x110000, 4)], first=5),
    Group("6.12", "tails without a lead", False,
          [b"\x80", b"\xbf"] + [(b"\x80\xbf" * 3)[:count] for count in range(2, 7)] + [bytes(range(0x80, 0xc0))]),
    Group("6.13", "leads without a tail", False,
          [b" ".join(bytes([lead]) for lead in leads) + b" " for leads in (
              range(0xc0, 0xe0), range(0xe0, 0xf0), range(0xf0, 0xf8), range(0xf8, 0xfc), range(0xfc, 0xfe))]),
    Group("6.14", "a character whose last byte is missing", False, MISSING),
    Group("6.15", "many characters whose last bytes are missing", False, [b"".join(MISSING)]),
    Group("6.16", "bytes that never stand in UTF-8", False, [b"\xfe", b"\xff", b"\xfe\xfe\xff\xff"]),
    Group("6.17", "a slash in more bytes than it needs", False, [coded(0x2f, length) for length in range(2, 7)]),
    Group("6.18", "the greatest number that needs a byte less", False,
          [coded(most(length - 1), length) for length in range(2, 7)]),
    Group("6.19", "zero in more bytes than it needs", False, [coded(0, length) for length in range(2, 7)]),
    Group("6.20", "a surrogate", False, [coded(value, 3) for value in (
        0xd800, 0xdb7f, 0xdb80, 0xdbff, 0xdc00, 0xdf80, 0xdfff)]),
    Group("6.21", "a pair of surrogates", False,
          [coded(high, 3) + coded(low, 3) for high in HIGH_SURROGATES for low in LOW_SURROGATES]),
    Group("6.22", "a number that is no character, but valid", True,
          [coded(plane << 16 | last, 4 if plane else 3) for plane in range(17) for last in (0xfffe, 0xffff)]),
    Group("6.23", "one of the specials", True, [coded(value, 3) for value in range(0xfff9, 0x10000)]),
]


def _single(number: str, says: str, payload: bytes, valid: bool) -> Case:
    return case(number, f"{says} {payload[:8].hex()} {'comes back' if valid else 'fails'}", Send(text(payload)),
                Hear(TEXT, payload) if valid else FAILS)


def _groups() -> Iterator[Case]:
    for length in range(1, len(GREEK) + 1):
        ends = {len(GREEK[:length].decode(errors="ignore").encode())}
        yield _single(f"6.6.{length}", "a text that is cut", GREEK[:length], length in ends)
    for group in GROUPS:
        for index, payload in enumerate(group.texts):
            yield _single(f"{group.number}.{group.first + index}", group.says, payload, group.valid)


def _fragments() -> Iterator[Case]:
    yield case("6.1.1", "an empty text comes back", Send(text(b"")), Hear(TEXT, b""))
    yield case("6.1.2", "three empty fragments come back as an empty text",
               Send(text(b"", final=False) + more(b"") + more(b"", final=True)), Hear(TEXT, b""))
    yield case("6.1.3", "a fragment between two empty ones comes back",
               Send(text(b"", final=False) + more(b"middle") + more(b"", final=True)), Hear(TEXT, b"middle"))
    border = len("h\u00e9 \u00b5\u20ac".encode())
    yield case("6.2.1", "a text of many languages comes back", Send(text(MIXED)), Hear(TEXT, MIXED))
    yield case("6.2.2", "a text cut between two characters comes back",
               Send(text(MIXED[:border], final=False) + more(MIXED[border:], final=True)), Hear(TEXT, MIXED))
    for number, payload in ((3, MIXED), (4, GREEK)):
        yield case(f"6.2.{number}", "a text in fragments of one byte comes back",
                   Send(b"".join(fragments(TEXT, payload, 1))), Hear(TEXT, payload))
    wrong = GREEK + SURROGATE + EDITED
    yield case("6.3.1", "a surrogate within a text fails", Send(text(wrong)), FAILS)
    yield case("6.3.2", "a surrogate within a text in fragments of one byte fails",
               Send(b"".join(fragments(TEXT, wrong, 1))), FAILS)


def _at_once() -> Iterator[Case]:
    still_open: List[Step] = [Send(ping(b"open")), Hear(PONG, b"open")]
    wrong = GREEK + TOO_HIGH + EDITED
    for number, first, last in ((1, len(GREEK), len(GREEK + TOO_HIGH)), (2, FIRST_BAD, FIRST_BAD + 1)):
        upto = "the bad character" if number == 1 else "its first bad byte"
        yield case(f"6.4.{number}", f"a text fails with the fragment that has {upto} before the last one comes",
                   Send(text(wrong[:first], final=False)), *still_open, Send(more(wrong[first:last])), FAILS)
        frame = text(wrong)
        head = len(frame) - len(wrong)
        yield case(f"6.4.{number + 2}", f"a text fails with {upto} before the frame has come",
                   Send(frame[:head + first]), Send(frame[head + first:head + last]), FAILS)


def _byte_by_byte() -> Iterator[Case]:
    """Every text of the groups once more, so that each character is cut at each place."""
    for group in GROUPS:
        for index, payload in enumerate(group.texts):
            yield case(f"B.{group.number}.{group.first + index}", f"{group.says} in fragments of one byte",
                       Send(b"".join(fragments(TEXT, payload, 1))), Hear(TEXT, payload) if group.valid else FAILS)


CASES = [*_fragments(), *_at_once(), *_groups(), *_byte_by_byte()]
