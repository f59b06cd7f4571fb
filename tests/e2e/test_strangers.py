"""Strangers at the mesh port cost their own connection alone, and one line of log a minute.

Each stranger has an address of its own in 127.0.0.0/8, so that nodes can tell them apart.
"""

import json
import random
import socket
import struct
import time
import unittest

from tests.e2e import link_bytes
from tests.e2e.nodes import DEADLINE_S, Nodes
from tests.e2e.raw_socket import read_to_end, send
from tests.e2e.support import GridTest

ACCEPTOR, DIALER = 0, 1
"""The lower id is dialled."""


class StrangersTest(GridTest):
    def setUp(self) -> None:
        super().setUp()
        self.grid = Nodes(self, 2).start_all()
        self.addCleanup(self.assert_undisturbed)

    def assert_undisturbed(self) -> None:
        """Whatever a test did: the grid is whole, has never been otherwise, and nobody's log was flooded."""
        for node in (ACCEPTOR, DIALER):
            self.assertEqual(self.grid.ask(node, "alive"), "alive 0,1")
            self.assertEqual(self.grid.log_lines(node, "peer is down"), [], self.logs())
            self.assertEqual(len(self.grid.log_lines(node, "peer is up")), 1)
            lines = self.grid.log_lines(node, "from=127.0.")
            self.assertEqual(len({line.split("from=")[1].split()[0] for line in lines}), len(lines), lines)

    def connect(self, source: str = "127.0.1.1", node: int = ACCEPTOR) -> socket.socket:
        stranger = socket.create_connection(
            ("127.0.0.1", self.grid.mesh_port(node)), DEADLINE_S, source_address=(source, 0)
        )
        self.addCleanup(stranger.close)
        return stranger

    def assert_logged(self, source: str, reason: str, node: int = ACCEPTOR) -> None:
        """One line, however often it was done."""
        self.wait_for(lambda: self.grid.log_lines(node, f"from={source} "), f"a line about {source}")
        lines = self.grid.log_lines(node, f"from={source} ")
        self.assertEqual(len(lines), 1, lines)
        self.assertIn(reason, lines[0])

    def test_random_bytes_close_their_connection(self) -> None:
        generator = random.Random(2)
        for _ in range(20):
            stranger = self.connect()
            send(stranger, b"\xff" + generator.randbytes(generator.randrange(4, 9000)))
            self.assertEqual(read_to_end(stranger), b"")
        self.assert_logged("127.0.1.1", "the limit is 1 to 4096")

    def test_a_frame_of_random_bytes_closes_its_connection(self) -> None:
        generator = random.Random(3)
        for _ in range(20):
            stranger = self.connect()
            send(stranger, struct.pack(">I", 500) + generator.randbytes(500))
            self.assertEqual(read_to_end(stranger), b"")
        self.assert_logged("127.0.1.1", "no known LinkFrame")

    def test_a_frame_beyond_the_limit_or_empty_is_refused_at_its_header(self) -> None:
        for source, length in (("127.0.1.1", link_bytes.MOST_UNPROVEN + 1), ("127.0.1.2", 2**32 - 1), ("127.0.1.3", 0)):
            stranger = self.connect(source)
            send(stranger, struct.pack(">I", length))
            self.assertEqual(read_to_end(stranger), b"")
            self.assert_logged(source, f"a frame of {length} bytes: the limit is 1 to 4096")

    def test_silence_and_a_frame_that_never_ends_are_closed_at_the_handshakes_deadline(self) -> None:
        began = time.monotonic()
        silent, truncated, dawdling = (self.connect(f"127.0.1.{number}") for number in (1, 2, 3))
        send(truncated, link_bytes.hello(1)[:-1])
        send(dawdling, link_bytes.hello(1))
        for stranger in (silent, truncated):
            self.assertEqual(read_to_end(stranger), b"")
            self.assertGreater(time.monotonic() - began, 0.9)
        self.assertEqual(link_bytes.first_frame(read_to_end(dawdling))[0], link_bytes.HELLO)
        self.assertLess(time.monotonic() - began, 3.0)
        for number in (1, 2, 3):
            self.assert_logged(f"127.0.1.{number}", "the handshake took too long")

    def test_frames_out_of_turn_close_their_connection(self) -> None:
        room_line = link_bytes.frame(link_bytes.ROOM_LINE, link_bytes.field(1, "let me in"))
        for number, data, reason in (
            (1, link_bytes.frame(link_bytes.HEARTBEAT, b""), "a frame before the hello"),
            (2, room_line, "a frame before the hello"),
            (3, link_bytes.proof(b"p" * 32), "a frame before the hello"),
            (4, link_bytes.hello(1) * 2, "a frame before the proof"),
            (5, link_bytes.hello(1) + room_line, "a frame before the proof"),
        ):
            with self.subTest(reason=reason, number=number):
                stranger = self.connect(f"127.0.1.{number}")
                send(stranger, data)
                read_to_end(stranger)
                self.assert_logged(f"127.0.1.{number}", reason)
        for node in (ACCEPTOR, DIALER):
            self.assertEqual(self.grid.ask(node, "get"), "messages ")

    def test_a_hello_that_does_not_fit_is_refused_with_what_is_wrong(self) -> None:
        for number, hello, reason, told in (
            (1, link_bytes.hello(1, grid="other"), link_bytes.GRID_ID, 'grids differ: here it is "scenario"'),
            (2, link_bytes.hello(1, size=3), link_bytes.GRID_SIZE, "here it is 2, the peer says 3; start every node"),
            (3, link_bytes.hello(2), link_bytes.NODE_ID, "node 2 cannot be the dialer"),
            (4, link_bytes.hello(0), link_bytes.NODE_ID, "node 0 cannot be the dialer"),
            (5, link_bytes.hello(2**32 - 1), link_bytes.NODE_ID, "cannot be the dialer"),
            (6, link_bytes.hello(1, protocol=2), link_bytes.PROTOCOL_VERSION, "run the same release"),
            (7, link_bytes.hello(1, placement=2), link_bytes.PLACEMENT_VERSION, "run the same release"),
            (8, link_bytes.hello(1, nonce=b"n" * 31), link_bytes.MALFORMED, "32 bytes each"),
            (9, link_bytes.hello(1, share=b""), link_bytes.MALFORMED, "32 bytes each"),
        ):
            with self.subTest(told=told):
                for _ in range(3):
                    stranger = self.connect(f"127.0.1.{number}")
                    send(stranger, hello)
                    got, message = link_bytes.refusal(read_to_end(stranger))
                    self.assertEqual(got, reason)
                    self.assertIn(told, message)
                    stranger.close()
                self.assert_logged(f"127.0.1.{number}", "refused: ")

    def test_who_claims_to_be_a_node_without_the_key_does_not_disturb_its_link(self) -> None:
        for _ in range(5):
            stranger = self.connect()
            send(stranger, link_bytes.hello(1, link_number=2**40) + link_bytes.proof(b"p" * 32))
            body, _, rest = link_bytes.first_frame(read_to_end(stranger))
            self.assertEqual(body, link_bytes.HELLO)
            self.assertEqual(link_bytes.refusal(rest)[0], link_bytes.GRID_KEY)
            stranger.close()
        self.assert_logged("127.0.1.1", "the grid keys differ")
        self.assertEqual(json.loads(self.grid.ask(ACCEPTOR, "status"))["links"][0]["state"], "up")

    def test_a_flood_of_knocks_changes_nothing(self) -> None:
        for node in (ACCEPTOR, DIALER):
            for knock in (link_bytes.knock(1 - node), link_bytes.knock(node), link_bytes.knock(77),
                          link_bytes.knock(1 - node, "other")):
                for _ in range(50):
                    stranger = self.connect(node=node)
                    send(stranger, knock * 10)
                    self.assertEqual(read_to_end(stranger), b"")
                    stranger.close()
            self.assertEqual(self.grid.log_lines(node, "from="), [], "a knock is nobody's fault")

    def test_a_hundred_idle_connections_are_closed_and_the_link_stays(self) -> None:
        idle = [self.connect() for _ in range(100)]
        self.assertEqual(self.grid.ask(ACCEPTOR, "mark"), "marked 1")
        self.assertEqual({read_to_end(stranger) for stranger in idle}, {b""})
        self.assert_logged("127.0.1.1", "the handshake took too long")


class NewcomersTest(GridTest):
    def test_a_node_gets_in_while_strangers_take_all_places(self) -> None:
        nodes = Nodes(self, 2)
        nodes.start(0)
        nodes.wait_whole()

        def whole_after_one_more() -> bool:
            stranger = socket.create_connection(("127.0.0.1", nodes.mesh_port(0)), DEADLINE_S)
            self.addCleanup(stranger.close)
            return nodes.ask(0, "alive") == "alive 0,1"

        for _ in range(100):
            self.assertFalse(whole_after_one_more())
        nodes.start(1)
        self.wait_for(whole_after_one_more, "node 1 gets in")
        nodes.wait_whole()

    def test_a_node_that_was_knocked_at_for_an_absent_peer_still_dials_it_when_it_comes(self) -> None:
        nodes = Nodes(self, 2)
        nodes.start(1)
        nodes.wait_whole()
        for _ in range(300):
            with socket.create_connection(("127.0.0.1", nodes.mesh_port(1)), DEADLINE_S) as stranger:
                send(stranger, link_bytes.knock(0))
        self.assertEqual(nodes.ask(1, "alive"), "alive 1")
        nodes.start(0)
        nodes.wait_whole()
        self.assertEqual(nodes.log_lines(1, "from="), [])

    def test_nodes_told_of_different_grid_sizes_refuse_each_other_and_say_what_to_do(self) -> None:
        nodes = Nodes(self, 2)
        nodes.start(0)
        nodes.start(1, size=3)
        why = "start every node with the same --grid-size"
        for node in range(2):
            self.wait_for(lambda: nodes.log_lines(node, why), f"node {node} says why")
        nodes.stays(1.0, {0: "0", 1: "1"})
        for node in range(2):
            self.assertEqual(len(nodes.log_lines(node, why)), 1, "at most once a minute")


if __name__ == "__main__":
    unittest.main()
