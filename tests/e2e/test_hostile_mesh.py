"""Whoever comes to the mesh port, with the grid's key or without it, harms nobody but himself.

What a single stranger may try is in test_strangers.py, what a peer of another life in test_mesh_peer.py.
"""

import contextlib
import json
import random
import socket
import struct
import unittest

import tests.unit.python  # noqa: F401
from buzzer.mesh import Identity, MeshClosed, Peer
from tests.e2e import link_bytes
from tests.e2e.hostile import MANY, HostileTest, random_message
from tests.e2e.raw_socket import read_to_end, send

VANDAL = 2
BODIES = range(1, 18)
"""Fields of LinkFrame, and some that are none."""


class HostileStrangersTest(HostileTest):
    def test_two_thousand_connections_that_say_nothing_harm_nobody(self) -> None:
        with self.crowd(self.grid.mesh_port(0), MANY) as strangers:
            self.assert_works()
            # The oldest go, the others at the handshake's deadline.
            self.assertEqual({read_to_end(each) for each in strangers}, {b""})

    def test_two_thousand_connections_that_are_left_half_open_harm_nobody(self) -> None:
        hello = link_bytes.hello(1)
        for number in range(MANY):
            stranger = self.connect(self.grid.mesh_port(0))
            send(stranger, hello[:number % len(hello)])
            if number % 2 == 0:
                stranger.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # a reset
            stranger.close()
            if number % 500 == 0:
                self.assert_works()

    def test_texts_that_are_no_utf_8_are_not_written_to_the_nodes_standard_error(self) -> None:
        """Protobuf once wrote a line for each, on the mesh thread."""
        hello = link_bytes.frame(link_bytes.HELLO, link_bytes.field(1, 1) + link_bytes.field(2, b"\xff\xfe"))
        for _ in range(50):
            stranger = self.connect(self.grid.mesh_port(0), "127.0.1.1")
            send(stranger, hello)
            self.assertEqual(read_to_end(stranger), b"")
        self.assertEqual(len(self.grid.log_lines(0, "from=127.0.1.1")), 1)
        self.assertEqual(self.grid.log_lines(0, "libprotobuf"), [])

    def test_all_places_taken_by_hellos_of_others_ids_leave_the_links_up(self) -> None:
        for number in range(200):
            stranger = self.connect(self.grid.mesh_port(0))
            send(stranger, link_bytes.hello(1, link_number=2**63 + number) + link_bytes.proof(bytes([number]) * 32))
            if number % 50 == 0:
                self.assert_works()


class HostilePeerTest(HostileTest):
    """Somebody who holds the key, as node 2 of three: a peer gone mad."""

    size = 3

    def join(self, link_number: int = 1, encrypt: bool = False, living: bool = True) -> Peer:
        key = bytes.fromhex((self.folder / "grid.key").read_text("ascii").strip())
        identity = Identity(grid="scenario", grid_key=key, grid_size=3, node=VANDAL, boot=77, encrypt=encrypt)
        peer = Peer.dial(identity, self.grid.mesh_port(0), link_number=link_number)
        self.addCleanup(peer.close)
        peer.shake_hands()
        if living:
            peer.live()
        return peer

    def test_frames_of_every_kind_with_anything_in_them_harm_nobody(self) -> None:
        generator = random.Random(7)
        peer = self.join()
        ended = 0
        for number in range(1500):
            payload = link_bytes.field(generator.choice(BODIES), random_message(generator))
            if generator.randrange(20) == 0:
                payload = generator.randbytes(generator.randrange(1, 300))
            try:
                peer.send_payload(payload)
            except MeshClosed:
                peer.close()
                ended += 1
                peer = self.join(link_number=1 + ended)
            if number % 300 == 0:
                self.assert_answers()
        self.assertGreater(ended, 0, "what is no frame ends its link")

    def test_heartbeats_with_numbers_that_cannot_be_harm_nobody(self) -> None:
        extremes = [0, 1, 2**31, 2**32 - 1, 2**62, 2**63 - 1, 2**63, 2**64 - 1]
        generator = random.Random(8)
        peer = self.join()
        for _ in range(200):
            clock = generator.choice([-2**63, -1, 0, 2**63 - 1])
            beat = {"sent_at_us": generator.choice(extremes), "heard_ago_us": generator.choice(extremes) % 2**32,
                    "wall_clock_ms": clock, "links_us": [generator.choice(extremes) % 2**32] * generator.randrange(100)}
            if generator.randrange(2):
                beat["heard_sent_at_us"] = generator.choice(extremes)
            try:
                peer.heartbeat(**beat)
            except MeshClosed:
                self.fail("a heartbeat is no reason to close")
        self.assert_works()

    def test_a_peer_that_never_reads_is_dropped_and_the_others_get_all(self) -> None:
        peer = self.join(living=False)

        def has_come_up() -> bool:
            peer.heartbeat()
            with contextlib.suppress(TimeoutError):
                peer.receive(0.01)
            return self.grid.ask(0, "alive") == "alive 0,1,2"

        self.wait_for(has_come_up, "the vandal is in")
        text = "x" * 60_000
        for number in range(200):  # 12 MB: more than the queue of a link holds, less than the log
            self.grid.tell(0, f"broadcast {text}")
            if number % 20 == 0:
                self.wait_for(lambda: self.lines_of(1) == number + 1, "node 1 has all so far")
        self.wait_for(lambda: self.lines_of(1) == 200, "node 1 has them all")
        self.assertTrue(peer.wait_closed())

    def lines_of(self, node: int) -> int:
        lines: int = json.loads(self.grid.ask(node, "status"))["room"]["lines"]
        return lines

    def test_frames_that_are_not_sealed_end_a_sealed_link_alone(self) -> None:
        for number in range(1, 6):
            peer = self.join(link_number=number, encrypt=True)
            peer.send_bytes(link_bytes.frame(link_bytes.ROOM_LINE, link_bytes.field(1, b"not sealed")))
            self.assertTrue(peer.wait_closed())
        self.assertEqual(self.grid.ask(0, "get"), "messages ")


if __name__ == "__main__":
    unittest.main()
