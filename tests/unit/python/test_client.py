"""buzzer.Client against a server that says what the test wants."""

import json
import time
import unittest
from typing import Any, Callable, Dict, List

from buzzer import ChainBroken, Client, RequestFailed, WebSocketClosed, v1
from tests.unit.python.small_server import DEADLINE_S, Peer, SmallServer

WELCOME = {
    "type": "welcome", "protocol": "buzzer.v1.json", "node": 1, "nodes": 3, "time": "2026-06-23T13:30:00.000Z",
    "limits": {"message_bytes": 65536, "requests_in_flight": 32, "subscriptions": 100, "queued_bytes": 1048576,
               "ping_ms": 30000, "idle_ms": 75000},
}
LOGGED_IN = {"type": "logged_in", "user": {"name": "gus"}, "expires": "2027-01-01T00:00:00.000Z"}
HOME = v1.UserFeed("home", "gus")


def buzz(number: int) -> Dict[str, Any]:
    return {"id": str(number), "author": "bob", "text": f"text {number}", "version": 1,
            "posted": "2026-06-23T13:30:00.000Z", "entities": []}


def push(subscription: int, prev: str, position: str, number: int) -> Dict[str, Any]:
    return {"type": "push", "subscription": subscription, "prev": prev, "position": position,
            "entry": {"kind": "posted", "buzz": buzz(number)}}


def mark(subscription: int, position: str, **prev: str) -> Dict[str, Any]:
    return {"type": "mark", "subscription": subscription, "position": position, **prev}


class Node:
    """Answers one connection: each request by what `answers` has for its type, after which come the messages there."""

    def __init__(self, answers: Dict[str, List[Dict[str, Any]]]) -> None:
        self.answers = {
            "login": [{**LOGGED_IN, "token": "t-1"}],
            "authenticate": [LOGGED_IN],
            "ping": [{"type": "pong", "time": "2026-06-23T13:30:00.000Z"}],
            **answers,
        }
        self.asked: List[Dict[str, Any]] = []

    def __call__(self, peer: Peer) -> None:
        peer.upgrade()
        peer.send(json.dumps(WELCOME))
        while True:
            text = peer.receive()
            if text is None:
                return
            request = json.loads(text)
            self.asked.append(request)
            first, *rest = self.answers[request["type"]]
            for message in [{"id": request["id"], **first}, *rest]:
                peer.send(json.dumps(message))


class ClientTest(unittest.TestCase):
    def client(self, *nodes: Callable[[Peer], None]) -> Client:
        self.server = SmallServer(*nodes)
        self.addCleanup(self.server.close)
        client = Client(self.server.port, timeout_s=DEADLINE_S)
        self.addCleanup(client.drop)
        return client

    def numbers(self, client: Client, count: int) -> List[int]:
        return [told.what.buzz.id for told in client.events(count) if isinstance(told.what, v1.BuzzEntry)]

    def test_answers_find_their_requests_and_what_is_unasked_is_kept(self) -> None:
        node = Node({
            "subscribe": [{"type": "subscribed", "subscription": 7}, mark(7, "p0"), push(7, "p0", "p1", 1)],
            "post": [{"type": "posted", "buzz_id": "2", "version": 1, "posted": "2026-06-23T13:30:00.000Z"},
                     push(7, "p1", "p2", 2)],
        })
        client = self.client(node)
        self.assertEqual((client.welcome.node, client.welcome.limits.subscriptions), (1, 100))
        home = client.subscribe(HOME)
        self.assertEqual(client.post("text 2").buzz_id, 2)
        self.assertEqual(self.numbers(client, 2), [1, 2])
        self.assertEqual(client.position(home), "p2")
        self.assertEqual([request["id"] for request in node.asked], [1, 2])

    def test_a_refused_request_raises_what_the_node_said(self) -> None:
        problem = {"type": "urn:buzzer:error:unavailable", "title": "t", "status": 503, "detail": "try again",
                   "code": "unavailable", "definite": False}
        client = self.client(Node({"follow": [{"type": "error", "error": problem}]}))
        with self.assertRaisesRegex(RequestFailed, "unavailable: try again") as caught:
            client.follow("bob")
        self.assertFalse(caught.exception.definite)
        client.ping()

    def test_a_broken_chain_is_noticed(self) -> None:
        for wrong in (push(1, "p1", "p2", 2), mark(1, "p2", prev="p1"), mark(1, "p2")):
            with self.subTest(wrong["type"]):
                client = self.client(Node({
                    "subscribe": [{"type": "subscribed", "subscription": 1}, mark(1, "p0")],
                    "ping": [{"type": "pong", "time": "2026-06-23T13:30:00.000Z"}, wrong],
                }))
                client.subscribe(HOME)
                client.ping()
                with self.assertRaises(ChainBroken):
                    client.events(1)

    def test_resume_goes_on_behind_the_last_position_with_the_token(self) -> None:
        first = Node({"subscribe": [{"type": "subscribed", "subscription": 1}, mark(1, "p0"), push(1, "p0", "p5", 1)]})
        second = Node({"subscribe": [{"type": "subscribed", "subscription": 4}, push(4, "p5", "p6", 2),
                                     mark(4, "p9", prev="p6"), push(4, "p9", "p10", 3)]})
        client = self.client(first, second)
        client.login("gus", "secret")
        home = client.subscribe(HOME)
        self.assertEqual(self.numbers(client, 1), [1])
        client.drop()
        client.resume(self.server.port)
        self.assertEqual(self.numbers(client, 2), [2, 3])
        self.assertEqual(client.position(home), "p10")
        self.assertEqual([(request["type"], request.get("token"), request.get("after")) for request in second.asked],
                         [("authenticate", "t-1", None), ("subscribe", None, "p5")])

    def test_a_push_that_does_not_follow_the_resumed_position_is_a_broken_chain(self) -> None:
        first = Node({"subscribe": [{"type": "subscribed", "subscription": 1}, mark(1, "p0")]})
        second = Node({"subscribe": [{"type": "subscribed", "subscription": 1}, push(1, "p1", "p2", 2)]})
        client = self.client(first, second)
        client.subscribe(HOME)
        client.resume(self.server.port)
        with self.assertRaises(ChainBroken):
            client.events(1)

    def test_a_gap_is_told_and_gone_on_from(self) -> None:
        first = Node({"subscribe": [{"type": "subscribed", "subscription": 1}, mark(1, "p0")]})
        second = Node({"subscribe": [{"type": "subscribed", "subscription": 1},
                                     {"type": "gap", "subscription": 1, "position": "q3", "reload": True},
                                     push(1, "q3", "q4", 2)]})
        client = self.client(first, second)
        client.subscribe(HOME)
        client.resume(self.server.port)
        gap, after = client.events(2)
        self.assertIsInstance(gap.what, v1.Gap)
        self.assertIsInstance(after.what, v1.BuzzEntry)

    def test_a_subscription_that_ends_is_told_and_forgotten(self) -> None:
        problem = {"type": "urn:buzzer:error:unavailable", "title": "t", "status": 503, "detail": "d",
                   "code": "unavailable", "definite": False}
        client = self.client(Node({
            "subscribe": [{"type": "subscribed", "subscription": 1}, mark(1, "p0"),
                          {"type": "subscription_ended", "subscription": 1, "error": problem}],
        }))
        home = client.subscribe(HOME)
        (told,) = client.events(1)
        self.assertIsInstance(told.what, v1.SubscriptionEnded)
        with self.assertRaises(KeyError):
            client.position(home)

    def test_events_return_what_came_when_the_connection_ends(self) -> None:
        def leave(peer: Peer) -> None:
            peer.upgrade()
            peer.send(json.dumps(WELCOME))
            asked = json.loads(peer.receive() or "")
            for message in ({"id": asked["id"], "type": "subscribed", "subscription": 1}, mark(1, "p0"),
                            push(1, "p0", "p1", 1)):
                peer.send(json.dumps(message))
            peer.close(4001, "stopping")

        client = self.client(leave)
        client.subscribe(HOME)
        began = time.monotonic()
        self.assertEqual(self.numbers(client, 5), [1])
        self.assertLess(time.monotonic() - began, DEADLINE_S)
        self.assertEqual(client.closed.code if client.closed else None, 4001)
        with self.assertRaises(WebSocketClosed):
            client.ping()


if __name__ == "__main__":
    unittest.main()
