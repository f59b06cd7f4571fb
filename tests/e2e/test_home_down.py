"""Who asks for a user whose home does not answer learns so within two seconds, and everybody else goes on."""

import json
import time
import unittest
from typing import List

from master.control_client import ControlClient
from tests.e2e.nodes import DEADLINE_S, Nodes
from tests.e2e.support import GridTest

MOST_WAITING_S = 2.0
SLACK_S = 0.5
"""For a busy machine."""


class HomeDownTest(GridTest):
    """Bob is at home at node 0 of 3, Gus at 1, Max at 2."""

    def setUp(self) -> None:
        super().setUp()
        self.grid = Nodes(self, 3).start_all()
        for user in ("Bob", "Gus", "Max"):
            self.assertEqual(self.grid.ask(0, f"as {user} register"), f"registered {user}")

    def ask_at_once(self, node: int, lines: List[str]) -> List[str]:
        """Each line on a connection of its own; their answers."""
        token = self.folder / f"node-{node}" / "token"
        clients = [ControlClient(self.grid.control_port(node), token) for _ in lines]
        for client in clients:
            self.addCleanup(client.close)
        deadline = time.monotonic() + DEADLINE_S
        tickets = [client.send(line, deadline) for client, line in zip(clients, lines)]
        return [client.answer(ticket, deadline) for client, ticket in zip(clients, tickets)]

    def under_way(self, node: int) -> int:
        found: int = json.loads(self.grid.ask(node, "status"))["homes"]["requests_under_way"]
        return found

    def test_a_home_that_freezes_is_unavailable_in_time(self) -> None:
        self.grid.freeze(1)
        began = time.monotonic()
        answers = self.ask_at_once(0, [f"as Gus with {n} post {n}" for n in range(30)] + ["author Gus"] * 10)
        self.assertLess(time.monotonic() - began, MOST_WAITING_S + SLACK_S)
        self.assertEqual(set(answers), {"error unavailable"})
        self.assertEqual(self.under_way(0), 0)
        self.grid.thaw(1)

    def test_one_that_is_known_to_be_down_is_unavailable_at_once(self) -> None:
        self.grid.kill(1)
        self.wait_for(lambda: self.grid.ask(0, "alive") == "alive 0,2", "it is known")
        began = time.monotonic()
        for number in range(10):
            self.assertEqual(self.grid.ask(0, f"as Gus post {number}"), "error unavailable")
        self.assertLess(time.monotonic() - began, MOST_WAITING_S)

    def test_others_go_on_while_requests_to_a_frozen_home_wait(self) -> None:
        self.grid.freeze(1)
        token = self.folder / "node-0" / "token"
        waiting = ControlClient(self.grid.control_port(0), token)
        self.addCleanup(waiting.close)
        ticket = waiting.send("as Gus with k post once", time.monotonic() + DEADLINE_S)
        self.assertRegex(self.grid.ask(0, "as Bob post here"), "^posted ")
        self.assertRegex(self.grid.ask(0, "as Max post there"), "^posted ")
        self.assertEqual(waiting.answer(ticket, time.monotonic() + DEADLINE_S), "error unavailable")
        self.grid.thaw(1)
        self.grid.wait_whole()
        posted = self.grid.ask(2, "as Gus with k post once")
        self.assertEqual(self.grid.ask(0, "author Gus"), f'author {posted.split()[-1]}/1 "once"')

    def test_a_search_for_users_does_without_a_frozen_node(self) -> None:
        self.grid.freeze(1)
        began = time.monotonic()
        self.assertEqual(self.grid.ask(0, "users"), "users Bob,Max (partial)")
        self.assertLess(time.monotonic() - began, MOST_WAITING_S + SLACK_S)
        self.grid.thaw(1)
        self.grid.wait_whole()
        self.assertEqual(self.grid.ask(0, "users"), "users Bob,Gus,Max")


if __name__ == "__main__":
    unittest.main()
