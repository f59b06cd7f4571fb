"""A node that stood still does nothing that its clients have long given up: what waited for it unread is dropped."""

import time
import unittest

from tests.e2e.json_client import JsonClient, author, logged_in, register
from tests.e2e.nodes import Nodes
from tests.e2e.support import GridTest
from tests.e2e.websocket import Closed, WebSocket

STILL_S = 6.0
"""Longer than the 5 s after which a node drops what it finds (node/gateway/awake_core.h)."""
STOOD_STILL = 4003


class StoodStillTest(GridTest):
    """Gus is at home at node 1, Dora at node 0, which stands still."""

    def setUp(self) -> None:
        super().setUp()
        self.grid = Nodes(self, 2, "--test-cheap-passwords").start_all()
        with JsonClient(self.grid.client_port(1)) as client:
            register(client, "Dora", "Gus")

    def client(self, node: int, user: str) -> JsonClient:
        client = logged_in(self.grid.client_port(node), user)
        self.addCleanup(client.drop)
        return client

    def texts(self, user: str) -> object:
        return [buzz["text"] for buzz in self.client(1, user).ask("get_feed", feed=author(user))["buzzes"]]

    def assert_closed(self, socket: WebSocket) -> None:
        with self.assertRaises(Closed) as closed:
            while True:
                socket.receive()
        self.assertEqual(closed.exception.code, STOOD_STILL)

    def test_requests_that_waited_too_long_are_dropped_and_done_once_when_repeated(self) -> None:
        late, also_late, idle = self.client(0, "Gus"), self.client(0, "Dora"), self.client(0, "Dora")
        text = WebSocket(self.grid.client_port(0))
        self.addCleanup(text.drop)
        text.send("login Gus correct-horse")
        self.assertEqual(text.receive(), "OK")
        self.grid.freeze(0)
        frozen = time.monotonic()
        late.send("post", text="through the node that stands still", key="k1")
        also_late.send("post", text="at home there", key="k2")
        text.send("post with no key at all")
        self.wait_for(lambda: time.monotonic() - frozen > STILL_S, "it stood still for long enough", STILL_S + 10)
        self.grid.thaw(0)
        for client in (late, also_late, idle):
            self.assert_closed(client.socket)
        self.assert_closed(text)
        self.grid.wait_whole()
        self.assertEqual((self.texts("Gus"), self.texts("Dora")), ([], []))
        for user, key, words in (("Gus", "k1", "through the node that stands still"), ("Dora", "k2", "at home there")):
            again = self.client(0, user)
            again.ask("post", text=words, key=key)
            again.ask("post", text=words, key=key)
            self.assertEqual(self.texts(user), [words])

    def test_a_short_pause_closes_nobody_and_loses_nothing(self) -> None:
        client = self.client(0, "Dora")
        self.grid.freeze(0)
        number = client.send("post", text="a little late")
        self.wait_for(lambda: self.grid.ask(1, "alive") == "alive 1", "node 1 misses node 0")
        self.grid.thaw(0)
        self.assertEqual(client.answer(number)["type"], "posted")


if __name__ == "__main__":
    unittest.main()
