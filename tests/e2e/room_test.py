"""What the tests of the room share: a grid with clients of its rooms."""

import json
from typing import Any, Dict

import tests.unit.python  # noqa: F401
from buzzer import RoomClients
from tests.e2e.nodes import Nodes
from tests.e2e.room_client import RoomClient
from tests.e2e.support import PATIENCE, GridTest

MOST_GROWTH_KB = 20_000 if PATIENCE == 1 else 200_000
"""Of the node's memory. A sanitizer keeps what was freed for a while."""


def numbered(first: int, count: int, size: int) -> bytes:
    """So many lines of that many bytes, each with its number."""
    return b"".join(b"%09d" % number + b"." * (size - 10) + b"\n" for number in range(first, first + count))


class RoomTest(GridTest):
    nodes = 1

    def setUp(self) -> None:
        super().setUp()
        self.grid = Nodes(self, self.nodes, "--ephemeral").start_all()
        self.joined: Dict[int, int] = {}

    def join(self, node: int = 0, receive_buffer: int = 0) -> RoomClient:
        """A client that the node knows of."""
        client = RoomClient(self.grid.room_port(node), receive_buffer)
        self.addCleanup(client.close)
        self.expect_clients(1, node)
        return client

    def crowd(self, count: int, node: int = 0) -> RoomClients:
        clients = RoomClients(self.grid.room_port(node), count)
        self.addCleanup(clients.close_all)
        self.expect_clients(count, node)
        return clients

    def expect_clients(self, more: int, node: int) -> None:
        self.joined[node] = self.joined.get(node, 0) + more
        self.wait_for(lambda: self.room(node)["clients"] == self.joined[node], "the node knows its clients")

    def status(self, node: int) -> Dict[str, Any]:
        found: Dict[str, Any] = json.loads(self.grid.ask(node, "status"))
        return found

    def room(self, node: int = 0) -> Dict[str, int]:
        found: Dict[str, int] = self.status(node)["room"]
        return found
