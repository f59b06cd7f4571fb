"""Chapter 7: how a connection ends, and with which codes."""

from __future__ import annotations

from typing import Iterator

from tests.e2e.conformance.case import (
    INVALID_TEXT, NO_CODE, NORMAL, PROTOCOL_ERROR, Answers, Case, Fails, Hear, Send, case, close, more, ping, text,
)
from tests.e2e.conformance.texts import GREEK, SURROGATE
from tests.e2e.websocket import CLOSE, TEXT, encode_frame

VALID = (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999)
INVALID = (0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999)
REGISTERED_LATER = (1012, 1013, 1014)
"""By IANA, after RFC 6455."""
HELLO = b"hello, grid"
MOST_REASON = 123
CLOSED = Answers(NORMAL)
LARGE = b"0123456789abcdef" * (256 * 64)


def _order() -> Iterator[Case]:
    yield case("7.1.1", "a message and a close frame: both are answered",
               Send(text(HELLO) + close()), Hear(TEXT, HELLO), CLOSED)
    yield case("7.1.2", "two close frames: one is answered", Send(close() + encode_frame(CLOSE, b"")), CLOSED)
    yield case("7.1.3", "a ping behind a close frame is not answered", Send(close() + ping(b"late")), CLOSED)
    yield case("7.1.4", "a message behind a close frame does not come back", Send(close() + text(HELLO)), CLOSED)
    yield case("7.1.5", "a message that is cut by a close frame does not come back",
               Send(text(HELLO, final=False) + close() + more(HELLO, final=True)), CLOSED)
    yield case("7.1.6", "a large message and a small one come back whole before a close frame is answered",
               Send(text(LARGE) + text(HELLO) + close() + ping()), Hear(TEXT, LARGE), Hear(TEXT, HELLO), CLOSED)


def _payloads() -> Iterator[Case]:
    yield case("7.3.1", "a close frame without a code is answered without one", Send(encode_frame(CLOSE, b"")),
               Answers(NO_CODE))
    yield case("7.3.2", "a close frame with half a code fails", Send(encode_frame(CLOSE, b"\x03")),
               Fails(PROTOCOL_ERROR))
    yield case("7.3.3", "a close frame with a code is answered", Send(close()), CLOSED)
    yield case("7.3.4", "a close frame with a reason is answered", Send(close(NORMAL, b"I have heard enough")), CLOSED)
    yield case("7.3.5", "a close frame with a reason of 123 bytes is answered",
               Send(close(NORMAL, b"*" * MOST_REASON)), CLOSED)
    yield case("7.3.6", "a close frame with a reason of 124 bytes fails",
               Send(close(NORMAL, b"*" * (MOST_REASON + 1))), Fails(PROTOCOL_ERROR))
    yield case("7.5.1", "a close frame whose reason is not UTF-8 fails",
               Send(close(NORMAL, GREEK + SURROGATE + b"edited")), Fails(INVALID_TEXT))


def _codes() -> Iterator[Case]:
    for number, code in enumerate(VALID, 1):
        yield case(f"7.7.{number}", f"code {code} is answered with itself", Send(close(code)), Answers(code))
    for number, code in enumerate(INVALID, 1):
        yield case(f"7.9.{number}", f"code {code} fails", Send(close(code)), Fails(PROTOCOL_ERROR))
    yield case("7.13.1", "code 5000 fails", Send(close(5000)), Fails(PROTOCOL_ERROR))
    yield case("7.13.2", "code 65535 fails", Send(close(65535)), Fails(PROTOCOL_ERROR))
    yield case("B.7.1", "code 1015 fails", Send(close(1015)), Fails(PROTOCOL_ERROR))
    for code in REGISTERED_LATER:
        yield case(f"B.7.{code}", f"code {code} is answered with itself", Send(close(code)), Answers(code))
    yield case("B.7.2", "a close frame that comes byte by byte is answered", Send(close(4321, b"enough"), 1),
               Answers(4321))
    yield case("B.7.3", "a reason that ends within a character fails", Send(close(NORMAL, GREEK[:-1])),
               Fails(INVALID_TEXT))


CASES = [*_order(), *_payloads(), *_codes()]
