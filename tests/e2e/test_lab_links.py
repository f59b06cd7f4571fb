"""With --link-format lab a grid speaks the lab's lines, so that a node of another maker can be in it and hurts nobody."""

import json
import random
import socket
import time
import unittest
from typing import Dict, List

from tests.e2e import link_bytes
from tests.e2e.lab_peer import LabPeer
from tests.e2e.nodes import DEADLINE_S, FULL, Nodes
from tests.e2e.raw_socket import read_to_end, send
from tests.e2e.support import GridTest

LAB = "--link-format=lab"
CUTS = ((0, 1, ""), (2, 0, " out"), (2, 1, ""), (0, 2, " in"), (1, 0, " out"), (1, 2, " in"))
"""Who blocks whom; by the one who is dialled and by the one who dials."""

FULLY_WORKING_S = 3.0
"""The lab demands so much of a node that was started; measured in the longer variant only."""


class LabGridTest(GridTest):
    def wait_alive(self, nodes: Nodes, views: Dict[int, str]) -> None:
        """Until each of our nodes says that these are alive."""
        self.wait_for(
            lambda: all(nodes.ask(node, "alive") == f"alive {ids}" for node, ids in views.items()), f"alive: {views}"
        )

    def wait_log(self, nodes: Nodes, node: int, sender: str, messages: List[str]) -> None:
        """Until these are, in this order, what the node's log has of that sender (whose name its messages begin with)."""
        self.wait_for(lambda: len(of_sender(nodes, node, sender)) >= len(messages), f"all of {sender} at node {node}")
        self.assertEqual(of_sender(nodes, node, sender), messages)


class OurNodesTest(LabGridTest):
    def setUp(self) -> None:
        super().setUp()
        self.nodes = Nodes(self, 3, LAB).start_all()

    def test_broadcasts_reach_everybody_in_the_order_of_their_sender(self) -> None:
        sent = {node: [f"n{node} {number} I’m alive!" for number in range(100)] for node in range(3)}
        for number in range(100):
            for node in range(3):
                self.nodes.tell(node, f"broadcast {sent[node][number]}")
        for node in range(3):
            for sender in range(3):
                self.wait_log(self.nodes, node, f"n{sender}", sent[sender])

    def test_a_killed_node_is_gone_and_comes_back(self) -> None:
        for victim in range(3):
            others = [node for node in range(3) if node != victim]
            self.nodes.kill(victim)
            left = ",".join(map(str, others))
            self.nodes.follow({node: ("0,1,2", left) for node in others}, time.monotonic())
            self.nodes.start(victim)
            self.nodes.wait_whole()

    def test_a_frozen_node_is_gone_and_comes_back(self) -> None:
        self.nodes.freeze(1)
        self.wait_alive(self.nodes, {0: "0,2", 2: "0,2"})
        self.nodes.thaw(1)
        self.nodes.wait_whole()

    def test_a_blocked_peer_is_gone_at_both_ends_until_it_is_unblocked(self) -> None:
        for node, peer, ways in CUTS if FULL else CUTS[:2]:
            with self.subTest(node=node, peer=peer, ways=ways):
                self.assertEqual(self.nodes.ask(node, f"block {peer}{ways}"), "ok")
                third = 3 - node - peer
                self.wait_alive(self.nodes, {each: view(each, third) for each in (node, peer)})
                # Longer than a peer waits before it dials again.
                self.nodes.stays(1.2, {node: view(node, third), peer: view(peer, third), third: "0,1,2"})
                self.assertEqual(self.nodes.ask(node, f"unblock {peer}"), "ok")
                self.nodes.wait_whole()

    def test_what_the_lines_cannot_carry_is_answered_at_once(self) -> None:
        began = time.monotonic()
        self.assertEqual(self.nodes.ask(0, "mark"), "error mark: --link-format lab has no marks")
        answers = {self.nodes.ask(0, f"as {user} register") for user in ("Gus", "Max") for _ in range(20)}
        self.assertEqual(answers, {"error unavailable"})  # at home at nodes 1 and 2; a request in vain takes 2 s each
        self.assertEqual(self.nodes.ask(0, "as Bob register"), "registered Bob")
        self.assertLess(time.monotonic() - began, 20.0)

    def test_status_tells_of_the_links(self) -> None:
        links = json.loads(self.nodes.ask(1, "status"))["links"]
        self.assertEqual([(link["peer"], link["state"], link["rtt_us"]) for link in links],
                         [(0, "up", None), (2, "up", None)])

    def test_the_longest_line_and_one_with_any_bytes_arrive_as_they_are(self) -> None:
        messages = ["n1 " + "x" * (65_536 - len("broadcast n1 ")), "n1 tab\tand \x01 and   spaces "]
        for message in messages:
            self.nodes.tell(1, f"broadcast {message}")
        for node in range(3):
            self.wait_log(self.nodes, node, "n1", messages)


class OtherMakersGridTest(LabGridTest):
    """Nodes 0 and 2 are ours, node 1 is not: it is dialled by one of them, and dials the other."""

    def setUp(self) -> None:
        super().setUp()
        self.nodes = Nodes(self, 3, LAB)
        self.nodes.start(0)
        self.nodes.start(2)
        self.nodes.wait_whole()
        self.wait_alive(self.nodes, {0: "0,2", 2: "0,2"})
        began = time.monotonic()
        self.peer = LabPeer(self, self.nodes, 1)
        self.wait_whole()
        if FULL:
            self.assertLess(time.monotonic() - began, FULLY_WORKING_S)

    def wait_whole(self) -> None:
        self.wait_alive(self.nodes, {0: "0,1,2", 2: "0,1,2"})
        self.peer.wait_alive(0, 1, 2)

    def assert_nothing_strange(self) -> None:
        """Our nodes have sent it nothing but pings and their own messages."""
        self.assertEqual(self.peer.faults, [])


class OtherMakersNodeTest(OtherMakersGridTest):
    def test_broadcasts_go_both_ways_in_the_order_of_their_sender(self) -> None:
        sent = {node: [f"n{node} {number} I’m, alive!".replace(",", "") for number in range(200)] for node in range(3)}
        for number in range(0, 200, 10):
            self.peer.broadcast(*sent[1][number:number + 10])
            for node in (0, 2):
                for message in sent[node][number:number + 10]:
                    self.nodes.tell(node, f"broadcast {message}")
        for node in (0, 2):
            for sender in range(3):
                self.wait_log(self.nodes, node, f"n{sender}", sent[sender])
            self.wait_for(lambda sender=node: len(self.peer.received(sender)) >= 200, f"all of {node} arrived")
            self.assertEqual(self.peer.received(node), sent[node])
        self.assert_nothing_strange()

    def test_lines_of_room_clients_go_both_ways_byte_for_byte(self) -> None:
        clients = {node: socket.create_connection(("127.0.0.1", self.nodes.room_port(node)), DEADLINE_S)
                   for node in (0, 2)}
        for client in clients.values():
            self.addCleanup(client.close)
        self.wait_for(lambda: all(self.room_clients(node) == 1 for node in clients), "both are in the room")
        said = b"msg 9 \xff ping\r"
        clients[0].sendall(said + b"\n")
        for client in clients.values():
            self.assertEqual(read_line(client), said)
        self.wait_for(lambda: self.peer.received(0), "it has arrived")
        self.assertEqual(self.peer.received(0), [said.decode("utf-8", "surrogateescape")])
        self.peer.send_raw(b"msg 1 \xfe from afar\r\nmsg 1 \nmsg 1 last\n")
        for client in clients.values():
            self.assertEqual([read_line(client) for _ in range(3)], [b"\xfe from afar\r", b"", b"last"])
        self.assert_nothing_strange()

    def room_clients(self, node: int) -> int:
        found: int = json.loads(self.nodes.ask(node, "status"))["room"]["clients"]
        return found

    def test_it_is_gone_when_it_dies_and_back_when_it_is_started_again(self) -> None:
        for round_ in range(2):
            self.peer.kill()
            self.nodes.follow({node: ("0,1,2", "0,2") for node in (0, 2)}, time.monotonic())
            self.peer = LabPeer(self, self.nodes, 1)
            self.wait_whole()
            self.peer.broadcast(f"n1 life {round_}")
            for node in (0, 2):
                self.wait_for(lambda at=node: f"n1 life {round_}" in of_sender(self.nodes, at, "n1"), "heard again")
        self.assert_nothing_strange()

    def test_it_sees_our_nodes_go_and_come_back(self) -> None:
        for victim in (0, 2):
            self.nodes.kill(victim)
            self.peer.wait_alive(1, 2 - victim)
            self.nodes.start(victim)
            self.nodes.wait_whole()
            self.wait_whole()
        self.assert_nothing_strange()

    def test_while_it_is_blocked_it_sees_nothing_of_our_node(self) -> None:
        for node in (0, 2):
            self.assertEqual(self.nodes.ask(node, "block 1"), "ok")
            self.peer.wait_alive(1, 2 - node)
            self.wait_alive(self.nodes, {node: "0,2"})
            until = time.monotonic() + 1.2  # longer than anybody waits before dialling again
            while time.monotonic() < until:
                self.assertEqual(self.peer.alive(), sorted((1, 2 - node)))
                self.nodes.stays(0.01, {node: "0,2"})
            self.assertEqual(self.nodes.ask(node, "unblock 1"), "ok")
            self.wait_whole()
        self.assert_nothing_strange()


class SixteenNodesTest(LabGridTest):
    def test_six_of_another_maker_are_in_a_grid_of_sixteen(self) -> None:
        nodes = Nodes(self, 16, LAB, "--no-clients")
        theirs = {node: LabPeer(self, nodes, node) for node in (0, 3, 6, 9, 12, 15)}
        ours = [node for node in range(16) if node not in theirs]
        for node in ours:
            nodes.start(node)
        nodes.wait_whole()
        self.wait_alive(nodes, {node: ",".join(map(str, range(16))) for node in ours})
        for peer in theirs.values():
            peer.wait_alive(*range(16))
        sent = {node: [f"n{node} {number}" for number in range(10)] for node in range(16)}
        for node in ours:
            for message in sent[node]:
                nodes.tell(node, f"broadcast {message}")
        for node, peer in theirs.items():
            peer.broadcast(*sent[node])
        for sender in range(16):
            for node in ours:
                self.wait_log(nodes, node, f"n{sender} ", sent[sender])
            for node, peer in theirs.items():
                if node == sender:
                    continue
                self.wait_for(lambda at=peer: len(at.received(sender)) >= 10, f"all of {sender} at {node}")
                self.assertEqual(peer.received(sender), sent[sender])
        self.assertEqual([fault for peer in theirs.values() for fault in peer.faults], [])


SKIPPED = (
    b"", b" ", b"ping", b"ping ", b"ping x", b"ping 01", b"ping 1 ", b"ping -1", b"ping 1\r", b"ping 0", b"ping 77",
    b"ping 99999999999999999999", b"PING 1", b"pong 1", b"msg", b"msg 1", b"msg x hello", b"msg 0 in another's name",
    b"msg 77 of nobody", b"msg  1 hello", b"messages a", b"\x00\xff\xfe\x80", b"GET / HTTP/1.1", b"x" * 70_000,
    b"msg 1 " + b"y" * 65_537, b"ping 1 " + b"1" * 200_000,
)
"""Lines on the link of a live peer; none of them is one of its own."""


class VandalTest(OtherMakersGridTest):
    """Whatever somebody sends: our two nodes go on, and so does every link but the one it was sent on."""

    def setUp(self) -> None:
        super().setUp()
        self.addCleanup(self.assert_undisturbed)

    def assert_undisturbed(self) -> None:
        self.wait_whole()
        for node in (0, 2):
            self.assertEqual(self.nodes.log_lines(node, f"peer is down peer={2 - node}"), [])
            for trouble in ("is skipped peer=1", "connection refused from=127.0.0.1"):
                self.assertLessEqual(len(self.nodes.log_lines(node, trouble)), 1, "once a minute")
            self.nodes.tell(node, f"broadcast n{node} still here")
        self.peer.broadcast("n1 still here")
        for node in (0, 2):
            for sender in range(3):
                self.wait_log(self.nodes, node, f"n{sender} ", [f"n{sender} still here"])
        self.assert_nothing_strange()

    def connect(self, node: int) -> socket.socket:
        stranger = socket.create_connection(("127.0.0.1", self.nodes.mesh_port(node)), DEADLINE_S)
        self.addCleanup(stranger.close)
        return stranger

    def test_strange_lines_of_a_peer_are_skipped_and_counted_and_its_link_stays(self) -> None:
        for line in SKIPPED:
            self.peer.send_raw(line + b"\n")
        for node in (0, 2):
            self.wait_for(lambda at=node: self.strange_lines(at) >= len(SKIPPED), "all are counted")
            self.assertEqual(self.strange_lines(node), len(SKIPPED))
            self.assertEqual(self.nodes.log_lines(node, "peer is down"), [])

    def strange_lines(self, node: int) -> int:
        links = json.loads(self.nodes.ask(node, "status"))["links"]
        found: int = next(link["strange_lines"] for link in links if link["peer"] == 1)
        return found

    def test_who_cannot_be_the_dialler_is_closed(self) -> None:
        for first in (b"ping 0\n", b"ping 1\n", b"ping 2\n", b"ping 3\n", b"ping 4000000000\n", b"GET / HTTP/1.1\r\n",
                      b"POST / HTTP/1.1\r\n\r\nping 3\n", b"\0\0\0\x05hello", link_bytes.hello(2), b"z" * 70_000):
            with self.subTest(first=first[:30]):
                stranger = self.connect(2)  # the highest id: nobody has to dial it
                send(stranger, first)
                self.assertEqual(read_to_end(stranger).replace(b"ping 2\n", b""), b"")

    def test_who_does_not_ping_is_closed_within_a_second_or_so(self) -> None:
        firsts = (b"", b"\n", b"ping\n", b"ping one\n", b"msg 1 hello\n", b"ping 1", b"\xff" * 100)
        strangers = [self.connect(0) for _ in firsts]
        for stranger, first in zip(strangers, firsts):
            send(stranger, first)
        for stranger, first in zip(strangers, firsts):
            with self.subTest(first=first):
                self.assertEqual(read_to_end(stranger).replace(b"ping 0\n", b""), b"")
        self.assertEqual([self.nodes.ask(node, "get") for node in (0, 2)], ["messages ", "messages "])

    def test_a_second_connection_in_the_name_of_a_live_peer_is_closed_and_the_first_one_stays(self) -> None:
        for claimed in (1, 2):
            for _ in range(5):
                stranger = self.connect(0)
                send(stranger, b"ping %d\nmsg %d not me\n" % (claimed, claimed))
                self.assertEqual(read_to_end(stranger).replace(b"ping 0\n", b""), b"")
        self.assertEqual(self.nodes.log_lines(0, "peer is down"), [])
        self.wait_for(lambda: len(self.nodes.log_lines(0, "a second connection")) >= 2, "it is told")
        self.assertEqual(len(self.nodes.log_lines(0, "a second connection")), 2, "one for each peer")
        self.assertEqual([self.nodes.ask(node, "get") for node in (0, 2)], ["messages ", "messages "])

    def test_a_flood_of_random_bytes_disturbs_nobody_else(self) -> None:
        generator = random.Random(7)
        for _ in range(20):
            for node in (0, 2):
                stranger = self.connect(node)
                send(stranger, generator.randbytes(generator.randrange(1, 300_000)))
                if generator.random() < 0.5:
                    stranger.close()
        # On its own link as well: the newline before and after keeps the flood from spoiling its next line.
        self.peer.send_raw(b"\n" + generator.randbytes(1_000_000) + b"\n")

    def test_a_hundred_connections_that_say_nothing_are_closed_and_the_links_stay(self) -> None:
        strangers = [self.connect(node) for node in (0, 2) for _ in range(100)]
        for stranger in strangers:
            read_to_end(stranger)
        for node in (0, 2):
            self.assertEqual(self.nodes.log_lines(node, "peer is down"), [])


class MixedFormatsTest(LabGridTest):
    """The nodes of a grid close connections of another format than theirs, and say what to do."""

    def check(self, lab_node: int) -> None:
        nodes = Nodes(self, 2)
        why = "start every node with the same --link-format"
        for node in (0, 1):
            nodes.start(node, *([LAB] if node == lab_node else []))
        for node in (0, 1):
            self.wait_for(lambda at=node: nodes.log_lines(at, why), f"node {node} says why")
        nodes.stays(1.0, {0: "0", 1: "1"})
        for node in (0, 1):
            self.assertLessEqual(len(nodes.log_lines(node, why)), 2, "a minute: one when dialling, one when dialled")

    def test_one_that_speaks_lines_is_dialled(self) -> None:
        self.check(lab_node=0)

    def test_one_that_speaks_lines_dials(self) -> None:
        self.check(lab_node=1)


def view(node: int, other: int) -> str:
    return ",".join(str(each) for each in sorted((node, other)))


def of_sender(nodes: Nodes, node: int, sender: str) -> List[str]:
    """What the node's log has of it; its messages begin with its name and hold no comma."""
    messages = nodes.ask(node, "get")[len("messages "):].split(",")
    return [message for message in messages if message.startswith(sender)]


def read_line(client: socket.socket) -> bytes:
    """Without its newline."""
    line = b""
    while not line.endswith(b"\n"):
        part = client.recv(1)
        if not part:
            raise AssertionError(f"the node closed the connection after {line!r}")
        line += part
    return line[:-1]


if __name__ == "__main__":
    unittest.main()
