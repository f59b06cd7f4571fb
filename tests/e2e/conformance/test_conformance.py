"""RFC 6455 as the public list of cases for servers reads it, case by case, against /echo of one node.

Each is numbered as there. Expected is the strict outcome: what must come back before a connection fails, with which code
it fails, and that the server ends it in order and sends nothing else.
"""

import time
import unittest
from collections import Counter
from typing import Callable, List, Optional, Tuple

from tests.e2e.conformance import closing, framing, texts, volume
from tests.e2e.conformance.case import NORMAL, NO_CODE, Answers, Case, Fails, Hear, Send, Step, close
from tests.e2e.nodes import Nodes
from tests.e2e.support import GridTest
from tests.e2e.websocket import CLOSE, CONTINUATION, DEADLINE_S, WebSocket

CASES: List[Case] = [*framing.CASES, *texts.CASES, *closing.CASES, *volume.CASES]
COUNTS = {
    "1.1": 8, "1.2": 8, "2": 11, "3": 7, "4.1": 5, "4.2": 5, "5": 20, "6.1": 3, "6.2": 4, "6.3": 2, "6.4": 4, "6.5": 5,
    "6.6": 11, "6.7": 4, "6.8": 2, "6.9": 4, "6.10": 3, "6.11": 5, "6.12": 8, "6.13": 5, "6.14": 10, "6.15": 1, "6.16": 3,
    "6.17": 5, "6.18": 5, "6.19": 5, "6.20": 7, "6.21": 8, "6.22": 34, "6.23": 7, "7.1": 6, "7.3": 6, "7.5": 1, "7.7": 13,
    "7.9": 9, "7.13": 2, "9.1": 6, "9.2": 6, "9.3": 9, "9.4": 9, "9.5": 6, "9.6": 6, "9.7": 6, "9.8": 6, "10.1": 1,
    "12": 5, "13": 7,
}
"""Cases of each part of the public list; of 12 and 13 its parts are cases here."""
MOST_END_S = 4.0
"""From the server's close frame to its end: sooner than it would cut off a client that does not answer."""


class OneNode(GridTest):
    """The node of all cases; no test by itself."""

    port = 0
    _only: "Optional[OneNode]" = None
    _nodes: Optional[Nodes] = None

    @classmethod
    def start(cls) -> None:
        cls._only = node = cls()
        node.setUp()
        node._nodes = Nodes(node, 1, "--ephemeral", "--test-echo").start_all()
        cls.port = node._nodes.client_port(0)

    @classmethod
    def stop(cls) -> None:
        """Raises AssertionError if the node does not end in order, or had ended before."""
        node, cls._only = cls._only, None
        if node is None:
            return
        try:
            if node._nodes is not None:
                node._nodes.stop_all()
        finally:
            left_nothing = node.doCleanups()  # type: ignore[func-returns-value]  # typeshed says None
        node.assertTrue(left_nothing, "processes were left behind")


def setUpModule() -> None:
    unittest.addModuleCleanup(OneNode.stop)
    OneNode.start()


class ConformanceTest(unittest.TestCase):
    maxDiff = 500

    def play(self, played: Case) -> None:
        headers = {"Sec-WebSocket-Extensions": played.offer} if played.offer else {}
        with WebSocket(OneNode.port, target="/echo", headers=headers) as client:
            self.assertNotIn("sec-websocket-extensions", client.answer.lower())
            step: Optional[Step] = None
            for step in played.steps():
                self.take(client, step)
            if not isinstance(step, (Fails, Answers)):
                self.take(client, Send(close()))
                self.take(client, Answers(NORMAL))

    def take(self, client: WebSocket, step: Step) -> None:
        if isinstance(step, Send):
            for piece in step.pieces():
                client.send_bytes(piece)
            return
        opcode, payload = self.next_told(client)
        if isinstance(step, Hear):
            self.assertEqual(opcode, step.opcode, f"{payload[:200]!r}")
            if payload != step.payload:
                self.fail(f"{len(payload)} bytes {payload[:50]!r}, not {len(step.payload)} {step.payload[:50]!r}")
            return
        self.assertEqual(opcode, CLOSE, f"{payload[:200]!r}")
        code = int.from_bytes(payload[:2], "big") if payload else NO_CODE
        self.assertEqual(code, step.code, payload[2:])
        reason = payload[2:].decode()
        self.assertEqual(bool(reason), isinstance(step, Fails), reason)
        self.assertEqual(client.receive_end(MOST_END_S), b"", "nothing comes behind a close frame")

    @staticmethod
    def next_told(client: WebSocket) -> Tuple[int, bytes]:
        """The next control frame or whole message: its opcode and payload."""
        deadline = time.monotonic() + DEADLINE_S
        message, kind = b"", CONTINUATION
        while True:
            final, opcode, payload = client.receive_frame(max(0.001, deadline - time.monotonic()))
            if opcode >= CLOSE:
                return opcode, payload
            kind = kind or opcode
            message += payload
            if final:
                return kind, message

    def test_the_list_is_complete(self) -> None:
        parts = {played.number: played.number for played in CASES}
        self.assertEqual(len(parts), len(CASES), "each has a number of its own")
        found = Counter(number.rpartition(".")[0] for number in parts if not number.startswith("B"))
        self.assertEqual(dict(found), COUNTS)
        for part, count in COUNTS.items():
            for number in range(1, count + 1):
                self.assertIn(f"{part}.{number}", parts)

    def test_the_texts_are_what_another_decoder_takes_them_for(self) -> None:
        for group in texts.GROUPS:
            for payload in group.texts:
                with self.subTest(group=group.number, payload=payload):
                    try:
                        payload.decode()
                        valid = True
                    except UnicodeDecodeError:
                        valid = False
                    self.assertEqual(valid, group.valid)


def _method(played: Case) -> Callable[[ConformanceTest], None]:
    return lambda self: self.play(played)


for _case in CASES:
    setattr(ConformanceTest, _case.name(), _method(_case))


if __name__ == "__main__":
    unittest.main()
