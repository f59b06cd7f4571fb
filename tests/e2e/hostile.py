"""What the tests with hostile peers share: a grid that must not notice, and what a process holds, as the kernel sees it."""

from __future__ import annotations

import contextlib
import json
import os
import random
import socket
from typing import Iterator, List

from tests.e2e import link_bytes
from tests.e2e.nodes import DEADLINE_S, Nodes
from tests.e2e.support import PATIENCE, GridTest

MANY = 2000
"""Connections, of one test."""
MOST_GROWTH_KB = 60_000 if PATIENCE == 1 else 600_000
"""Of a node's memory, by whatever strangers do. A sanitizer keeps what was freed for a while."""


class HostileTest(GridTest):
    """Nodes 0 and 1 are real, of a grid of `size`; when the test ends they must have noticed nothing."""

    size = 2

    def setUp(self) -> None:
        super().setUp()
        self.grid = Nodes(self, self.size)
        for node in range(2):
            self.grid.start(node)
        self.grid.wait_whole()
        self.assertEqual(self.grid.ask(0, "as Gus register"), "registered Gus")
        self.assert_answers()
        self.posts = 0
        self.downs = [0, 0]
        self.measure()
        self.addCleanup(self.assert_unharmed)

    def measure(self) -> None:
        """What the nodes hold now is what they may hold in the end, or little more."""
        self.before = [(self.grid.resident_kb(node), descriptors(self.grid.pid(node))) for node in range(2)]

    def expect_restart_of_1(self) -> None:
        """The test itself has killed node 1 and started it again."""
        self.downs[0] += 1
        self.before[1] = (self.grid.resident_kb(1), descriptors(self.grid.pid(1)))

    def assert_answers(self) -> None:
        """Each node reaches the other one, now."""
        for node in range(2):
            self.assertEqual(self.grid.ask(node, "alive").split(",2")[0], "alive 0,1", self.logs())
            self.assertEqual(self.grid.ask(node, "mark").split(",2")[0], f"marked {1 - node}", self.logs())

    def assert_works(self) -> None:
        """And a buzz comes through, by way of either node."""
        self.assert_answers()
        for node in range(2):
            self.posts += 1
            self.assertRegex(self.grid.ask(node, f"as Gus post number {self.posts}"), "^posted [0-9]+$")

    def assert_unharmed(self) -> None:
        self.assert_works()
        for node in range(2):
            self.assertEqual(len(self.grid.log_lines(node, f"peer is down peer={1 - node}")), self.downs[node], self.logs())
            links = json.loads(self.grid.ask(node, "status"))["links"]
            self.assertEqual([link["state"] for link in links if link["peer"] == 1 - node], ["up"])
            memory, held = self.before[node]
            pid = self.grid.pid(node)
            # A few come and go by themselves: files of the store, a dial to who is absent.
            self.wait_for(lambda: descriptors(pid) <= held + 4, f"node {node} lets go of its descriptors")
            self.assertLess(self.grid.resident_kb(node) - memory, MOST_GROWTH_KB)

    def connect(self, port: int, source: str = "127.0.0.1") -> socket.socket:
        """OSError if the node does not take it in time."""
        stranger = socket.create_connection(("127.0.0.1", port), DEADLINE_S, source_address=(source, 0))
        self.addCleanup(stranger.close)
        return stranger

    def ports(self) -> List[int]:
        """Of node 0: mesh, control, room, clients."""
        return [self.grid.mesh_port(0), self.grid.control_port(0), self.grid.room_port(0), self.grid.client_port(0)]

    @contextlib.contextmanager
    def crowd(self, port: int, count: int) -> Iterator[List[socket.socket]]:
        """So many connections at once, of which the node may have closed any; the grid is asked in between."""
        sockets: List[socket.socket] = []
        try:
            for number in range(count):
                sockets.append(socket.create_connection(("127.0.0.1", port), DEADLINE_S))
                if number % 500 == 0:
                    self.assert_answers()
            yield sockets
        finally:
            for each in sockets:
                each.close()


def descriptors(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))


def random_message(generator: random.Random, depth: int = 3) -> bytes:
    """Bytes that Protobuf takes for a message; the fields are of any kind and number."""
    message = b""
    for _ in range(generator.randrange(5)):
        number = generator.randrange(1, 12)
        kind = generator.randrange(5)
        if kind == 0:
            message += link_bytes.field(number, generator.choice([0, 1, 2, 63, 64, 2**31, 2**32 - 1, 2**63, 2**64 - 1]))
        elif kind == 1:
            message += link_bytes.varint(number << 3 | 1) + generator.randbytes(8)
        elif kind == 2:
            message += link_bytes.field(number, generator.randbytes(generator.randrange(40)))
        elif depth > 0:
            message += link_bytes.field(number, random_message(generator, depth - 1))
    return message
