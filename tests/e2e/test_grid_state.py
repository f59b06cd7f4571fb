"""How the grid is, as clients learn it: /api/v1/grid, `get_grid` and `subscribe_grid`."""

import json
import time
import unittest
from typing import Any, Dict, List, Tuple

from scripts.generate.validator import Validator, load_document
from tests.e2e.http_get import get
from tests.e2e.nodes import Nodes
from tests.e2e.support import GridTest
from tests.e2e.websocket import WebSocket

Message = Dict[str, Any]


class GridStateTest(GridTest):
    def setUp(self) -> None:
        super().setUp()
        self.validator = Validator(load_document())

    def grid(self, size: int, *options: str) -> Nodes:
        return Nodes(self, size, "--ephemeral", "--test-cheap-passwords", *options).start_all()

    def client(self, port: int) -> WebSocket:
        client = WebSocket(port, subprotocol="buzzer.v1.json")
        self.addCleanup(client.drop)
        self.assertEqual(self.next(client)["type"], "welcome")
        return client

    def next(self, client: WebSocket, timeout_s: float = 10) -> Message:
        text = client.receive(timeout_s)
        self.validator.check_from_server(text)
        message: Message = json.loads(text)
        return message

    def ask(self, client: WebSocket, kind: str, **fields: Any) -> Message:
        request = json.dumps({"id": 1, "type": kind, **fields})
        self.validator.check_request(request)
        client.send(request)
        return self.next(client)

    def log_in(self, client: WebSocket, name: str) -> None:
        self.assertEqual(self.ask(client, "register", name=name, password="a good secret")["type"], "registered")
        self.assertEqual(self.ask(client, "login", name=name, password="a good secret")["type"], "logged_in")

    def wait_for_grid(self, client: WebSocket, what: str, **told: Any) -> Message:
        """Until a `grid_changed` says so of node 2; the message."""
        deadline = time.monotonic() + 10
        while True:
            message = self.next(client, max(0.001, deadline - time.monotonic()))
            self.assertEqual(message["type"], "grid_changed", what)
            if all(message["grid"]["nodes"][2][name] == value for name, value in told.items()):
                return message

    def state(self, port: int) -> Message:
        """As the address for programs tells it."""
        answer = get(port, "/api/v1/grid")
        self.assertEqual((answer.status, answer.headers["content-type"]), (200, "application/json"))
        found: Message = json.loads(answer.body)
        self.assertEqual(self.validator.problems({"$ref": "#/components/schemas/Grid"}, found, "grid"), [])
        return found

    def test_anybody_is_told_who_is_there_and_no_figures(self) -> None:
        grid = self.grid(3)
        self.wait_for(lambda: len(self.state(grid.client_port(1))["links"]) == 3, "node 1 knows all links")
        found = self.state(grid.client_port(1))
        self.assertEqual(sorted(found), ["links", "node", "nodes", "owed", "partial"])
        self.assertEqual([node["alive"] for node in found["nodes"]], [True] * 3)
        self.assertEqual([sorted(link) for link in found["links"]], [["from", "to", "up"]] * 3)
        self.assertEqual((found["owed"], found["partial"]), ([], True))

    def test_a_public_grid_tells_programs_its_figures_too(self) -> None:
        grid = self.grid(3, "--public-grid")

        def state(node: int) -> Message:
            return self.state(grid.client_port(node))

        def links(node: int) -> List[Tuple[int, int, bool]]:
            return [(link["from"], link["to"], link["up"]) for link in state(node)["links"]]

        whole = [(1, 0, True), (1, 2, True), (0, 2, True)]
        self.wait_for(lambda: links(1) == whole, "node 1 knows all links")
        self.wait_for(lambda: all("round_trip_ms" in link for link in state(1)["links"]), "and how far they are")
        found = state(1)
        self.assertEqual(found["node"], 1)
        self.assertNotIn("home", found)
        for node in range(3):
            url = f"ws://127.0.0.1:{grid.client_port(node)}/ws"
            self.assertEqual(found["nodes"][node], {"node": node, "alive": True, "url": url})
        for link in found["links"]:
            self.assertLess(link["round_trip_ms"], 1000)
        grid.kill(2)
        self.wait_for(lambda: not state(1)["nodes"][2]["alive"], "node 2 is gone")
        self.assertEqual(state(1)["links"][1], {"from": 1, "to": 2, "up": False})
        self.wait_for(lambda: links(1) == [(1, 0, True), (1, 2, False), (0, 2, False)], "node 0 has said so too")
        self.assertTrue(state(1)["partial"], "who is gone does not say what it owes")

    def test_a_cut_between_two_others_is_seen(self) -> None:
        grid = self.grid(4)
        client = self.client(grid.client_port(0))
        self.log_in(client, "Bob")

        def between_others() -> List[Tuple[int, int, bool, bool]]:
            links = self.ask(client, "get_grid")["grid"]["links"]
            return [(link["from"], link["to"], link["up"], "round_trip_ms" in link) for link in links if link["from"]]

        whole = [(1, 2, True, True), (1, 3, True, True), (2, 3, True, True)]
        self.wait_for(lambda: between_others() == whole, "all six links are known")
        grid.ask(2, "block 3")
        cut = [(1, 2, True, True), (1, 3, True, True), (2, 3, False, False)]
        self.wait_for(lambda: between_others() == cut, "2 and 3 do not hear each other")
        grid.ask(2, "unblock 3")
        self.wait_for(lambda: between_others() == whole, "they do again")
        grid.kill(3)
        gone = [(1, 2, True, True), (1, 3, False, False), (2, 3, False, False)]
        self.wait_for(lambda: between_others() == gone, "nobody hears 3")
        grid.kill(2)
        self.wait_for(lambda: between_others() == [(1, 2, False, False), (1, 3, False, False)],
                      "of the link between two that are gone nothing is said")

    def test_what_is_owed_to_a_dead_node_is_told_by_nodes(self) -> None:
        grid = self.grid(3, "--public-grid")
        for user in ("Bob", "Gus"):  # at home at nodes 0 and 1
            self.assertEqual(grid.ask(0, f"as {user} register"), f"registered {user}")
        self.assertEqual(grid.ask(0, "as Bob follow Gus"), "followed Gus")
        self.assertEqual(grid.ask(0, "settle 10000"), "settled")
        grid.kill(0)
        self.wait_for(lambda: grid.ask(1, "alive") == "alive 1,2", "node 0 is gone")
        self.assertRegex(grid.ask(1, "as Gus post to nobody who is there"), "^posted ")

        def owed() -> Any:
            return json.loads(get(grid.client_port(2), "/api/v1/grid").body)["owed"]

        self.wait_for(lambda: {"from_node": 1, "to_node": 0, "rows": 1} in owed(), "one row from node 1 to node 0")

    def test_only_who_is_logged_in_is_told_and_where_home_is(self) -> None:
        grid = self.grid(3)
        client = self.client(grid.client_port(1))
        for kind in ("get_grid", "subscribe_grid"):
            self.assertEqual(self.ask(client, kind)["error"]["code"], "unauthorized")
        self.log_in(client, "Max")
        answer = self.ask(client, "get_grid")
        self.assertEqual((answer["type"], answer["grid"]["node"], answer["grid"]["home"]), ("grid", 1, 2))

    def test_a_node_may_tell_everybody(self) -> None:
        grid = self.grid(2, "--public-grid")
        client = self.client(grid.client_port(0))
        answer = self.ask(client, "get_grid")
        self.assertEqual(answer["type"], "grid")
        self.assertNotIn("home", answer["grid"])

    def test_who_subscribes_is_told_at_once_and_then_what_changes(self) -> None:
        grid = self.grid(3)
        client = self.client(grid.client_port(0))
        self.log_in(client, "Bob")
        feed = self.ask(client, "subscribe", feed={"kind": "author", "of": "Bob"})
        self.assertEqual(self.next(client)["type"], "mark")
        number = self.ask(client, "subscribe_grid")["subscription"]
        self.assertNotEqual(number, feed["subscription"])
        first = self.wait_for_grid(client, "node 2 is there", alive=True)
        self.assertEqual((first["subscription"], first["grid"]["home"]), (number, 0))
        grid.kill(2)
        self.wait_for_grid(client, "node 2 is gone", alive=False)
        grid.start(2)
        self.wait_for_grid(client, "node 2 is back", alive=True)

    def test_who_unsubscribes_or_logs_out_is_told_no_more(self) -> None:
        grid = self.grid(3)
        client = self.client(grid.client_port(0))
        self.log_in(client, "Bob")

        def subscribe() -> int:
            number: int = self.ask(client, "subscribe_grid")["subscription"]
            self.assertEqual(self.next(client)["type"], "grid_changed")
            return number

        number = subscribe()
        client.send(json.dumps({"id": 2, "type": "unsubscribe", "subscription": number}))
        while (message := self.next(client))["type"] == "grid_changed":
            pass
        self.assertEqual((message["type"], message["subscription"]), ("unsubscribed", number))
        unknown = self.ask(client, "unsubscribe", subscription=number)
        self.assertEqual(unknown["error"]["code"], "unknown_subscription")
        self.assertGreater(subscribe(), number, "no number is given twice")
        client.send(json.dumps({"id": 3, "type": "logout"}))
        while (message := self.next(client))["type"] == "grid_changed":
            pass
        self.assertEqual(message["type"], "logged_out")
        grid.kill(2)
        self.wait_for(lambda: grid.ask(0, "alive") == "alive 0,1", "node 2 is gone")
        self.assertTrue(client.silent(2.5))


if __name__ == "__main__":
    unittest.main()
