"""The room's TCP clients: what one says, all others get, at every node, and who does not read harms nobody but itself."""

import json
import socket
import time
import unittest
from typing import List

import tests.unit.python  # noqa: F401
from buzzer import RoomClientState
from tests.e2e.http_get import get, parse_metrics
from tests.e2e.nodes import Nodes
from tests.e2e.room_client import RoomClient
from tests.e2e.room_test import MOST_GROWTH_KB, RoomTest, numbered
from tests.e2e.support import PATIENCE, GridTest

LONGEST = 65_536
TOO_LONG = b"error line too long: the limit is 65536 bytes\n"


class OneNodeTest(RoomTest):
    """The multi-client echo server."""

    def test_a_line_goes_back_to_all_exactly_as_it_came(self) -> None:
        ann, bob = self.join(), self.join()
        lines = b"hi\r\n\n\x00\xff\xfe, \xe2\x82\xac\n" + b"x" * LONGEST + b"\n \n"
        ann.say(lines)
        for client in (ann, bob):
            self.assertEqual(client.read_until(b"\n \n"), lines)
        ann.say(b"the rest of ")
        bob.say(b"between\n")
        ann.say(b"a line\n")
        for client in (ann, bob):
            self.assertEqual(client.read_until(b"a line\n"), lines + b"between\nthe rest of a line\n")

    def test_what_follows_the_last_newline_is_no_line(self) -> None:
        ann, bob = self.join(), self.join()
        ann.say(b"one\nand not")
        ann.finish()
        self.assertEqual(ann.read_to_end(), b"one\n")
        bob.say(b"two\n")
        self.assertEqual(bob.read_until(b"two\n"), b"one\ntwo\n")
        self.assertEqual(self.grid.ask(0, "get"), "messages one,two")

    def test_who_half_closes_at_once_still_gets_its_own_lines(self) -> None:
        """As `printf 'hi\\n' | nc -N` does."""
        lines = numbered(0, 3000, 100)
        for said in (b"hi\n", lines):
            client = RoomClient(self.grid.room_port(0))
            self.addCleanup(client.close)
            client.say(said)
            client.finish()
            self.assertEqual(client.read_to_end(), said)
        self.wait_for(lambda: self.room()["clients"] == 0, "both are gone")

    def test_the_log_keeps_lines_without_their_carriage_return(self) -> None:
        ann = self.join()
        ann.say(b"one\r\ntw\ro\n\r\n")
        ann.read_until(b"\n\r\n")
        self.assertEqual(self.grid.ask(0, "get"), "messages one,tw\ro,")

    def test_who_has_got_a_line_finds_it_in_the_log(self) -> None:
        ann = self.join()
        for number in range(100):
            ann.say(b"%d\n" % number)
            ann.read_lines(number + 1)
            self.assertEqual(self.grid.ask(0, "get").count(","), number)

    def test_lines_of_each_of_many_clients_keep_their_order(self) -> None:
        clients, each = 60, 100
        crowd = self.crowd(clients)
        for client in range(clients):
            crowd.keep(client)
        for first in range(0, each, 10):
            for client in range(clients):
                crowd.send(client, b"".join(b"%d %d\n" % (client, n) for n in range(first, first + 10)))
        self.assertEqual(crowd.await_lines(clients * each), [], self.logs())
        for client in range(clients):
            said: List[List[bytes]] = [[] for _ in range(clients)]
            for line in crowd.take(client).splitlines():
                who, number = line.split()
                said[int(who)].append(number)
            self.assertEqual(said, [[b"%d" % n for n in range(each)]] * clients)
        self.assertEqual(self.room()["client_dropped_lines"], 0)

    def test_nobody_who_reads_loses_a_line_of_a_burst(self) -> None:
        """With a queue of 100 lines, healthy clients of such a server once lost most of these."""
        crowd = self.crowd(50)
        lines = numbered(0, 10_000, 100)
        crowd.expect(lines)
        crowd.send(0, lines)
        self.assertEqual(crowd.await_lines(10_000), [], f"{self.room()}\n{self.logs()}")
        self.assertEqual(crowd.differing(), [])
        self.assertEqual(self.room()["client_dropped_lines"], 0)
        self.assertEqual(self.room()["lines"], 10_000)

    def test_who_does_not_read_is_given_a_bounded_part_and_the_others_all(self) -> None:
        crowd = self.crowd(20)
        stalled = self.join()
        before = self.grid.resident_kb(0)
        lines = numbered(0, 100_000, 100)
        crowd.expect(lines)
        crowd.send(0, lines)
        self.assertEqual(crowd.await_lines(100_000), [], f"{self.room()}\n{self.logs()}")
        self.assertEqual(crowd.differing(), [])
        self.assertLess(self.grid.resident_kb(0) - before, MOST_GROWTH_KB)
        dropped = self.room()["client_dropped_lines"]
        self.assertGreater(dropped, 50_000)
        # What was kept for it is one piece from the beginning; then there is room for it again.
        kept = 100_000 - dropped
        self.assertEqual(len(stalled.read_lines(kept)), kept)
        self.assertEqual(stalled.received, lines[: len(stalled.received)])
        crowd.say(1, "again")
        stalled.read_until(b"\nagain\n")

    def test_one_who_stalls_delays_nobody_for_long(self) -> None:
        crowd = self.crowd(5)
        self.join(receive_buffer=4096)
        for round_number in range(1, 11):
            crowd.send(0, numbered(0, 1000, 1000))
            self.assertEqual(crowd.await_lines(1000 * round_number), [], self.logs())
        self.assertGreater(self.room()["client_dropped_lines"], 0)
        began = time.monotonic()
        for number in range(1, 51):
            crowd.say(1, "are you there?")
            self.assertEqual(crowd.await_lines(10_000 + number), [], self.logs())
        # A line comes back in less than a millisecond; waiting 250 ms for each would be 12 s.
        self.assertLess(time.monotonic() - began, 5 * PATIENCE)

    def test_a_line_that_is_too_long_loses_only_itself(self) -> None:
        ann, bob = self.join(), self.join()
        ann.say(b"a\n" + b"x" * (LONGEST + 1) + b"\nb\n")
        self.assertEqual(bob.read_until(b"b\n"), b"a\nb\n")
        self.assertEqual(sorted(ann.read_lines(3)), sorted([b"a", TOO_LONG[:-1], b"b"]))
        ann.say(b"y" * (10 * LONGEST))
        self.assertEqual(ann.read_until(TOO_LONG).count(TOO_LONG), 2)
        ann.say(b"\nc\n")
        self.assertEqual(bob.read_until(b"c\n"), b"a\nb\nc\n")

    def test_a_browser_is_turned_away_without_an_answer(self) -> None:
        ann = self.join()
        for first in (b"POST / HTTP/1.1\r\nHost: x\r\n\r\nhello\r\n", b"GET /" + b"x" * LONGEST):
            browser = RoomClient(self.grid.room_port(0))
            self.addCleanup(browser.close)
            browser.say(first)
            self.assertEqual(browser.read_to_end(), b"")
        ann.say(b"quiet\n")
        self.assertEqual(ann.read_until(b"quiet\n"), b"quiet\n")
        self.assertEqual(self.grid.ask(0, "get"), "messages quiet")

    def test_status_tells_who_is_there(self) -> None:
        self.assertEqual(self.room(), {"lines": 0, "dropped_lines": 0, "clients": 0, "client_dropped_lines": 0})
        ann, bob = self.join(), self.join()
        ann.say(b"hi\n")
        bob.read_until(b"hi\n")
        self.assertEqual(self.room(), {"lines": 1, "dropped_lines": 0, "clients": 2, "client_dropped_lines": 0})
        metrics = parse_metrics(get(self.grid.client_port(0), "/metrics").body)
        self.assertEqual((metrics["buzzer_room_clients"], metrics["buzzer_room_dropped_lines_total"]), (2, 0))
        bob.close()
        self.wait_for(lambda: self.room()["clients"] == 1, "bob has left")
        ann.say(b"alone\n")
        ann.read_until(b"alone\n")

    def test_lines_of_who_leaves_at_once_are_said_all_the_same(self) -> None:
        ann = self.join()
        for number in range(50):
            visitor = RoomClient(self.grid.room_port(0))
            visitor.say(b"%d\n" % number)
            visitor.close()
        self.assertEqual(sorted(ann.read_lines(50)), sorted(b"%d" % number for number in range(50)))
        self.wait_for(lambda: self.room()["clients"] == 1, "the visitors have left")

    def test_an_orderly_stop_closes_all_in_order_and_loses_nothing_that_was_said(self) -> None:
        crowd = self.crowd(20)
        crowd.say(0, "last words")
        crowd.await_lines(1)
        self.grid.stop(0)
        self.assertEqual(crowd.await_ended(), [])
        self.assertEqual({crowd[client].state for client in range(20)}, {RoomClientState.ENDED_BY_SERVER})


class OptionsTest(GridTest):
    def test_without_a_room_there_is_no_port(self) -> None:
        grid = Nodes(self, 1, "--ephemeral", "--no-room").start_all()
        with self.assertRaises(ConnectionRefusedError):
            RoomClient(grid.room_port(0))
        self.assertEqual(json.loads(grid.ask(0, "status"))["room"]["clients"], 0)

    def test_a_room_port_that_is_taken_ends_the_start_and_is_named(self) -> None:
        grid = Nodes(self, 1, "--ephemeral")
        with socket.create_server(("127.0.0.1", grid.room_port(0))):
            grid.start(0)
            node = grid.hand_over(0)
            self.wait_for(node.ended, "it ends by itself")
        self.assertEqual(node.ended(), "exit code 1")
        self.assertTrue(grid.log_lines(0, f"cannot listen on 127.0.0.1:{grid.room_port(0)}"), self.logs())


class ThreeNodesTest(RoomTest):
    nodes = 3

    def test_a_line_reaches_every_log_and_every_client_of_every_node(self) -> None:
        clients = [self.join(node) for node in (0, 0, 1, 2)]
        for number, client in enumerate(clients):
            client.say(b"from %d\r\n" % number)
            for each in clients:
                each.read_until(b"from %d\r\n" % number)
        self.grid.tell(1, "broadcast from the control port")
        for each in clients:
            each.read_until(b"from the control port\n")
            self.assertEqual(each.received.count(b"\n"), 5)
        for node in range(3):
            self.assertEqual(self.grid.ask(node, "get"), "messages from 0,from 1,from 2,from 3,from the control port")

    def test_a_burst_reaches_all_of_every_node_in_order(self) -> None:
        crowds = [self.crowd(5, node) for node in range(3)]
        lines = numbered(0, 10_000, 100)
        for crowd in crowds:
            crowd.expect(lines)
        crowds[0].send(0, lines)
        for node, crowd in enumerate(crowds):
            self.assertEqual(crowd.await_lines(10_000), [], f"node {node}: {self.room(node)}\n{self.logs()}")
            self.assertEqual(crowd.differing(), [])

    def test_order_is_kept_by_those_who_live_when_one_is_killed(self) -> None:
        clients = [self.join(node) for node in range(3)]
        total = 3000
        for first in range(0, total, 100):
            for sender in range(2):
                clients[sender].say(b"".join(b"%d %d\n" % (sender, n) for n in range(first, first + 100)))
            if first == 1000:
                self.grid.kill(2)
            for reader in range(2):
                clients[reader].read_lines(2 * (first + 100))
        for reader in range(2):
            lines = clients[reader].read_lines(2 * total)
            for sender in range(2):
                said = [int(line.split()[1]) for line in lines if line.startswith(b"%d " % sender)]
                self.assertEqual(said, list(range(total)), f"of {sender} at {reader}")
        self.grid.start(2)
        self.grid.wait_whole()
        self.joined[2] = 0
        again = self.join(2)
        clients[0].say(b"back\n")
        self.assertEqual(again.read_until(b"back\n"), b"back\n", "it hears only what is said while it lives")

    def test_a_partition_parts_the_rooms_and_healing_joins_them(self) -> None:
        clients = [self.join(node) for node in range(3)]
        for node, peer in ((2, 0), (2, 1)):
            self.assertEqual(self.grid.ask(node, f"block {peer}"), "ok")
        self.wait_for(lambda: self.grid.ask(2, "alive") == "alive 2", "node 2 is alone")
        self.wait_for(lambda: all(self.grid.ask(node, "alive") == "alive 0,1" for node in range(2)), "and seen so")
        clients[0].say(b"here\n")
        clients[2].say(b"there\n")
        self.assertEqual(clients[1].read_until(b"\n"), b"here\n")
        self.assertEqual(clients[2].read_until(b"\n"), b"there\n")
        for peer in (0, 1):
            self.assertEqual(self.grid.ask(2, f"unblock {peer}"), "ok")
        self.grid.wait_whole()
        clients[0].say(b"together\n")
        self.assertEqual(clients[1].read_until(b"together\n"), b"here\ntogether\n")
        self.assertEqual(clients[2].read_until(b"together\n"), b"there\ntogether\n")


if __name__ == "__main__":
    unittest.main()
