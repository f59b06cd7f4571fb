"""Every node's alive set is right, at the default heartbeat settings.

The everyday tests check what happens and in which order; with BUZZER_TEST_FULL=1 the promised times are measured.
"""

import json
import statistics
import time
import unittest
from typing import Callable, Dict, List

from tests.e2e.nodes import DEADLINE_S, FULL, Nodes
from tests.e2e.support import GridTest

ROUNDS = 5
KILLED_S = 0.1
SILENT_S = 0.7
SIXTEEN_S = 2.0
REDIAL_S = 0.25
"""Far below the second that the others' back-off has grown to."""
ALL = "0,1,2"


class ThreeNodesTest(GridTest):
    """What befalls three nodes, and how long each then needs to know. Every round ends with all three up."""

    def setUp(self) -> None:
        super().setUp()
        self.grid = Nodes(self, 3).start_all()

    def killed(self) -> Dict[int, float]:
        since = time.monotonic()
        self.grid.kill(1)
        seconds = self.grid.follow({0: (ALL, "0,2"), 2: (ALL, "0,2")}, since)
        self.grid.start(1)
        self.grid.wait_whole()
        return seconds

    def frozen(self) -> Dict[int, float]:
        since = time.monotonic()
        self.grid.freeze(1)
        seconds = self.grid.follow({0: (ALL, "0,2"), 2: (ALL, "0,2")}, since)
        self.grid.thaw(1)
        self.grid.follow({0: ("0,2", ALL), 2: ("0,2", ALL)}, since)
        self.grid.wait_whole()
        return seconds

    def started_after_a_while(self) -> Dict[int, float]:
        """Node 0, which the others dial; they have long slowed down when it comes back."""
        self.grid.kill(0)
        self.grid.follow({1: (ALL, "1,2"), 2: (ALL, "1,2")}, time.monotonic())
        self.grid.stays(2.0, {1: "1,2", 2: "1,2"})
        since = time.monotonic()
        self.grid.start(0)
        return self.grid.follow({1: ("1,2", ALL), 2: ("1,2", ALL)}, since)

    def cut(self) -> Dict[int, float]:
        """As a partition does: nothing passes between 0 and 1."""
        return self.parted({0: "1", 1: "0"})

    def cut_at_one_end(self) -> Dict[int, float]:
        return self.parted({0: "1"})

    def cut_one_way_at_the_sender(self) -> Dict[int, float]:
        return self.parted({0: "1 out"})

    def cut_one_way_at_the_receiver(self) -> Dict[int, float]:
        return self.parted({0: "1 in"})

    def parted(self, blocks: Dict[int, str]) -> Dict[int, float]:
        """By what each node blocks, 0 and 1 lose each other, and 2 sees both all the time; then all is as before."""
        since = time.monotonic()
        for node, block in blocks.items():
            self.assertEqual(self.grid.ask(node, f"block {block}"), "ok")
        seconds = self.grid.follow({0: (ALL, "0,2"), 1: (ALL, "1,2"), 2: (ALL, ALL)}, since)
        for node, block in blocks.items():
            self.assertEqual(self.grid.ask(node, f"unblock {block.split()[0]}"), "ok")
        self.grid.follow({0: ("0,2", ALL), 1: ("1,2", ALL), 2: (ALL, ALL)}, since)
        return {end: seconds[end] for end in (0, 1)}


class MeshLivenessTest(ThreeNodesTest):
    def test_a_killed_node_leaves_and_the_others_stay(self) -> None:
        self.killed()

    def test_a_frozen_node_leaves_and_comes_back(self) -> None:
        self.frozen()

    def test_two_nodes_cut_off_from_each_other_lose_each_other_and_not_the_third(self) -> None:
        self.cut()
        self.cut_at_one_end()

    def test_a_one_way_cut_takes_both_ends_off_each_others_alive_set(self) -> None:
        for way in (self.cut_one_way_at_the_sender, self.cut_one_way_at_the_receiver):
            with self.subTest(way=way.__name__):
                way()

    def test_a_node_cut_off_from_all_is_alone_and_the_others_stay_together(self) -> None:
        since = time.monotonic()
        self.grid.ask(1, "block 0")
        self.grid.ask(1, "block 2")
        self.grid.follow({0: (ALL, "0,2"), 2: (ALL, "0,2")}, since)
        self.wait_for(lambda: self.grid.ask(1, "alive") == "alive 1", "node 1 is alone")
        self.grid.ask(1, "unblock 0")
        self.grid.ask(1, "unblock 2")
        self.grid.wait_whole()

    def test_a_cut_shorter_than_the_timeout_is_not_noticed(self) -> None:
        client, deadline = self.grid.clients[0], time.monotonic() + DEADLINE_S
        tickets = [client.send(line, deadline) for line in ("block 1", "unblock 1")]
        self.assertEqual([client.answer(ticket, deadline) for ticket in tickets], ["ok", "ok"])
        self.grid.stays(0.7, {0: ALL, 1: ALL, 2: ALL})

    def test_a_node_that_is_killed_and_started_at_once_is_seen_again(self) -> None:
        before = json.loads(self.grid.ask(1, "status"))["boot_id"]
        self.grid.kill(1)
        self.grid.start(1)
        self.grid.wait_whole()
        self.assertNotEqual(json.loads(self.grid.ask(1, "status"))["boot_id"], before)


class SixteenNodesTest(GridTest):
    def setUp(self) -> None:
        super().setUp()
        self.grid = Nodes(self, 16)

    def all_up(self) -> float:
        """Starts all and returns how long after the last start every link was up."""
        for node in range(self.grid.size):
            self.grid.start(node)
        last_start = time.monotonic()
        return self.grid.wait_whole() - last_start

    def test_sixteen_nodes_have_every_link_up(self) -> None:
        self.all_up()
        for node in range(self.grid.size):
            links = json.loads(self.grid.ask(node, "status"))["links"]
            self.assertEqual([link["peer"] for link in links], [peer for peer in range(16) if peer != node])
            self.assertEqual({link["state"] for link in links}, {"up"})

    @unittest.skipUnless(FULL, "times are measured with BUZZER_TEST_FULL=1")
    def test_sixteen_nodes_have_every_link_up_within_two_seconds_of_the_last_start(self) -> None:
        seconds: List[float] = []
        for _ in range(ROUNDS):
            seconds.append(self.all_up())
            self.grid.stop_all()
        self.assertLess(statistics.median(seconds), SIXTEEN_S, seconds)


@unittest.skipUnless(FULL, "times are measured with BUZZER_TEST_FULL=1")
class MeshTimingTest(ThreeNodesTest):
    def assert_median_below(self, limit: float, one_round: Callable[[], Dict[int, float]]) -> None:
        """Of five rounds, at every node concerned."""
        rounds = [one_round() for _ in range(ROUNDS)]
        for node in rounds[0]:
            seconds = [each[node] for each in rounds]
            self.assertLess(statistics.median(seconds), limit, f"node {node}: {seconds}")

    def test_a_killed_node_is_off_in_under_100_ms(self) -> None:
        self.assert_median_below(KILLED_S, self.killed)

    def test_a_node_that_starts_is_dialled_at_once(self) -> None:
        self.assert_median_below(REDIAL_S, self.started_after_a_while)

    def test_a_frozen_node_is_off_in_under_700_ms(self) -> None:
        self.assert_median_below(SILENT_S, self.frozen)

    def test_a_cut_is_seen_at_both_ends_in_under_700_ms(self) -> None:
        self.assert_median_below(SILENT_S, self.cut)
        self.assert_median_below(SILENT_S, self.cut_at_one_end)

    def test_a_one_way_cut_is_seen_at_both_ends_in_under_700_ms(self) -> None:
        self.assert_median_below(SILENT_S, self.cut_one_way_at_the_sender)
        self.assert_median_below(SILENT_S, self.cut_one_way_at_the_receiver)


if __name__ == "__main__":
    unittest.main()
