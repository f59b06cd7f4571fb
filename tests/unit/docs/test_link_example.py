"""The worked example of docs/protocols/link.md, recomputed; tests/e2e/test_link_page.py holds a real node to it."""

import re
import unittest
from pathlib import Path
from typing import Dict

from tests.unit.docs import link_wire as wire

PAGE = Path(__file__).resolve().parents[3] / "docs" / "protocols" / "link.md"
BLOCK = re.compile(r"^```hex (\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def examples() -> Dict[str, bytes]:
    """The page's blocks of hexadecimal digits by name; `;` begins a comment."""
    found = {}
    for block in BLOCK.finditer(PAGE.read_text("utf-8")):
        lines = [line.split(";")[0] for line in block[2].splitlines()]
        found[block[1]] = bytes.fromhex("".join(lines))
    return found


class LinkExampleTest(unittest.TestCase):
    maxDiff = None

    def setUp(self) -> None:
        self.page = examples()
        self.dialer_hello = wire.hello(
            grid="local", size=3, node=1, boot=0x0123456789ABCDEF, number=1, nonce=b"\xaa" * 32,
            share=wire.x25519(self.page["dialer_secret"], wire.BASE_POINT), encrypt=True)
        self.acceptor_hello = wire.hello(
            grid="local", size=3, node=0, boot=0xFEDCBA9876543210, number=1, nonce=b"\xbb" * 32,
            share=wire.x25519(self.page["acceptor_secret"], wire.BASE_POINT), encrypt=True)

    def check(self, name: str, expected: bytes) -> None:
        self.assertEqual(self.page[name].hex(), expected.hex(), name)

    def mac(self, prover: str) -> bytes:
        return wire.mac(self.page["grid_key"], prover, self.dialer_hello, self.acceptor_hello)

    def test_plain_frames_are_what_the_page_shows(self) -> None:
        self.check("room_mark", wire.frame(wire.room_mark(7)))
        self.check("heartbeat", wire.frame(wire.heartbeat(
            sent_at_us=2_000_000, heard_sent_at_us=1_900_000, heard_ago_us=40_000, wall_clock_ms=1_767_225_600_000,
            worker_idle_ms=7)))

    def test_hellos_are_what_the_page_shows(self) -> None:
        self.check("dialer_hello", wire.frame(self.dialer_hello))
        self.check("acceptor_hello", wire.frame(self.acceptor_hello))

    def test_proofs_are_what_the_page_shows(self) -> None:
        self.check("dialer_proof", wire.frame(wire.proof(self.mac("dialer"))))
        self.check("acceptor_proof", wire.frame(wire.proof(self.mac("acceptor"))))

    def test_keys_and_the_sealed_frame_are_what_the_page_shows(self) -> None:
        dialer, acceptor = self.page["dialer_secret"], self.page["acceptor_secret"]
        shared = wire.x25519(dialer, wire.x25519(acceptor, wire.BASE_POINT))
        self.check("shared_secret", shared)
        keys = wire.link_keys(self.page["grid_key"], self.dialer_hello, self.acceptor_hello, shared)
        self.check("dialer_sends_with", keys[0])
        self.check("acceptor_sends_with", keys[1])
        sealed = wire.seal(keys[0], 0, wire.room_mark(7))
        self.check("sealed_room_mark", wire.frame(sealed))
        self.assertEqual(wire.unseal(keys[0], 0, sealed), wire.room_mark(7))

    def test_lengths_in_the_comments_are_those_of_the_frames(self) -> None:
        for name, length in re.findall(r"```hex (\w+)\n00 00 \S\S \S\S +; length: (\d+)", PAGE.read_text("utf-8")):
            self.assertEqual(len(self.page[name]) - 4, int(length), name)


if __name__ == "__main__":
    unittest.main()
