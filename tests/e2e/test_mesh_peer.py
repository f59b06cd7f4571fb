"""A peer in Python, over the nodes' own frames and handshake, joins a real grid; what it may not do has no effect."""

import socket
import unittest
from typing import List

import tests.unit.python  # noqa: F401
from buzzer.mesh import Identity, Peer, Refusal, Refused, encode, framed
from tests.e2e.nodes import DEADLINE_S, Nodes
from tests.e2e.support import GridTest

PEER = 2
"""Its id; the nodes are 0 and 1, which it dials both."""

ROOM_LINE = {"room_line": {"text": b"from another time"}}


class MeshPeerTest(GridTest):
    def setUp(self) -> None:
        super().setUp()
        # A busy machine shall not take the peer for dead; who leaves is off at once all the same.
        self.grid = Nodes(self, 3, "--heartbeat-timeout", "5000")
        for node in range(2):
            self.grid.start(node)
        self.grid.wait_whole()

    def identity(self, *, encrypt: bool = False) -> Identity:
        key = bytes.fromhex((self.folder / "grid.key").read_text("ascii").strip())
        return Identity(grid="scenario", grid_key=key, grid_size=3, node=PEER, encrypt=encrypt)

    def dial(self, identity: Identity, node: int, link_number: int = 1) -> Peer:
        peer = Peer.dial(identity, self.grid.mesh_port(node), link_number=link_number)
        self.addCleanup(peer.close)
        return peer

    def join(self, identity: Identity, node: int, link_number: int = 1) -> Peer:
        peer = self.dial(identity, node, link_number)
        peer.shake_hands()
        peer.live()
        return peer

    def listen(self, port: int) -> socket.socket:
        listening = socket.create_server(("127.0.0.1", port))
        self.addCleanup(listening.close)
        return listening

    def wait_alive(self, node: int, ids: str) -> None:
        self.wait_for(lambda: self.grid.ask(node, "alive") == f"alive {ids}", f"node {node} has {ids} alive")

    def wait_messages(self, node: int, messages: List[str]) -> None:
        wanted = f"messages {','.join(messages)}"
        self.wait_for(lambda: self.grid.ask(node, "get") == wanted, f"node {node} has {messages}")

    def assert_peer_of_the_grid(self, encrypt: bool) -> None:
        identity = self.identity(encrypt=encrypt)
        peers = [self.join(identity, node) for node in range(2)]
        for node in range(2):
            self.wait_alive(node, "0,1,2")
        for peer in peers:
            peer.say("hello from afar")
        for node in range(2):
            self.wait_messages(node, ["hello from afar"])
        self.grid.tell(0, "broadcast welcome")
        # The answer waits for the mark that the peer has echoed, and for what was sent before it.
        self.assertEqual(self.grid.ask(0, "mark"), "marked 1,2")
        self.assertEqual(peers[0].until("room_line"), {"text": b"welcome"})
        peers[0].send({"room_mark": {"number": 7}})
        self.assertEqual(peers[0].until("room_mark_echo"), {"number": 7})
        for peer in peers:
            peer.close()
        for node in range(2):
            self.wait_alive(node, "0,1")

    def test_a_peer_joins_talks_answers_marks_and_leaves(self) -> None:
        self.assert_peer_of_the_grid(encrypt=False)

    def test_so_does_one_whose_links_are_sealed(self) -> None:
        self.assert_peer_of_the_grid(encrypt=True)

    def test_a_newer_link_replaces_the_older_one_of_which_nothing_more_is_executed(self) -> None:
        for encrypt in (False, True):
            with self.subTest(encrypt=encrypt):
                before = self.grid.ask(0, "get")[len("messages "):].split(",") if encrypt else []
                identity = self.identity(encrypt=encrypt)
                older = self.join(identity, 0, link_number=1)
                self.wait_alive(0, "0,1,2")
                older.say("from the older one")
                self.wait_messages(0, before + ["from the older one"])
                newer = self.join(identity, 0, link_number=2)
                # The proof has come back, so the newer link counts; the older one is not asked.
                try:
                    for _ in range(100):
                        older.say("too late")
                except ConnectionError:
                    pass  # the node has closed it by now
                newer.say("from the newer one")
                self.wait_messages(0, before + ["from the older one", "from the newer one"])
                self.assertTrue(older.wait_closed())
                self.wait_alive(0, "0,1,2")  # the newer link is up as well
                self.assertEqual(self.grid.ask(0, "mark"), "marked 1,2")
                newer.close()
                self.wait_alive(0, "0,1")

    def test_a_link_with_an_older_number_does_not_replace_the_newer_one(self) -> None:
        identity = self.identity()
        newer = self.join(identity, 0, link_number=2)
        self.wait_alive(0, "0,1,2")
        late = self.dial(identity, 0, link_number=1)
        late.send_hello()
        late.receive_hello()
        # In one piece, so that the line is there when the proof is judged.
        late.send_bytes(framed(encode({"proof": {"mac": late.proof()}})) + framed(encode(ROOM_LINE)))
        self.assertTrue(late.wait_closed())
        newer.say("still here")
        self.wait_messages(0, ["still here"])
        self.assertFalse(newer.ended)

    def test_a_peer_that_asks_what_no_node_would_is_refused_and_harms_nobody(self) -> None:
        identity = self.identity()
        peer = self.join(identity, 0)
        self.join(identity, 1)
        self.wait_alive(0, "0,1,2")
        buzz = {"id": 64 * 4096 + 64, "author": "a"}
        for number, asked in enumerate((
            {"shard": 2, "interest": {"in": 1, "followed": [{"author": "Not A Name", "followers": 1}]}},
            {"shard": 2, "followed": {"from": "x" * 200, "limit": 5}},
            {"shard": 2, "held": {"from": 1, "buzzes": [{**buzz, "entities": [{"kind": 1, "value": "no name"}]}]}},
            {"shard": 2, "held": {"from": 1, "buzzes": [{**buzz, "entities": [{"kind": 2, "value": "\x01"}]}]}},
            {"shard": 64, "streams": {}},
            {"shard": 2},
        ), 1):
            peer.send({"request": {"number": number, "time_left_ms": 2000, "query": {"inspection": asked}}})
            response = peer.until("response", DEADLINE_S)
            self.assertEqual(int(response["number"]), number)
            self.assertGreater(response["answer"]["error"], 0, asked)
        self.assertTrue(self.grid.ask(0, "audit 0").startswith("audit "))

    def test_a_replayed_handshake_proves_nothing(self) -> None:
        identity = self.identity()
        recorded = self.join(identity, 0)
        self.wait_alive(0, "0,1,2")
        replay = self.dial(identity, 0)
        replay.send_hello(recorded.own_hello)
        replay.receive_hello()
        replay.send_payload(recorded.own_proof)
        with self.assertRaises(Refused) as refused:
            replay.receive_proof()
        self.assertIs(refused.exception.reason, Refusal.GRID_KEY)
        recorded.say("still here")
        self.wait_messages(0, ["still here"])

    def test_a_node_that_dials_trusts_only_who_holds_the_key(self) -> None:
        # Node 1 dials node 0, whose place somebody else has taken.
        self.grid.stop(0)
        listening = self.listen(self.grid.mesh_port(0))
        key = self.identity().grid_key
        impostor = Peer.accept(Identity("scenario", bytes(32), 3, 0), listening)
        impostor.receive_hello()
        impostor.send_hello()
        self.assertIn("proof", impostor.receive())
        impostor.send_proof()
        with self.assertRaises(Refused) as refused:
            impostor.receive()
        self.assertIs(refused.exception.reason, Refusal.GRID_KEY)
        impostor.close()
        self.assertEqual(self.grid.ask(1, "alive"), "alive 1")
        # Whoever holds the key is node 0.
        peer = Peer.accept(Identity("scenario", key, 3, 0), listening)
        self.addCleanup(peer.close)
        peer.shake_hands()
        peer.live()
        self.wait_alive(1, "0,1")


if __name__ == "__main__":
    unittest.main()
