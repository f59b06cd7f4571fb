"""A node whose disk is full refuses what it cannot keep, and serves again by itself once there is room."""

import json
import random
import unittest
from typing import Dict, List

from master.node_process import NodeProcess
from tests.e2e import feeds
from tests.e2e.feeds import Entry
from tests.e2e.http_get import get
from tests.e2e.nodes import Nodes
from tests.e2e.small_disk import OnSmallDisk, SmallDisk
from tests.e2e.support import GridTest

DISK_BYTES = 16 << 20
"""Less than RocksDB would reserve for a log, which would have to be used up first."""
POSTS = 200
"""So many are there first: half a megabyte, which opening the store writes once more."""


def text(number: int) -> str:
    """About 2 KiB, always the same for a number."""
    dice = random.Random(number)
    return f"{number} " + "".join(chr(dice.randrange(0x20000, 0x2A6D0)) for _ in range(480))


class FullDiskTest(GridTest):
    """Dora is at home at node 0, Gus at node 1, whose disk is the small one."""

    def setUp(self) -> None:
        super().setUp()
        self.disk = SmallDisk(self, self.folder / "node-1" / "store", DISK_BYTES)
        self.grid = Nodes(self, 2)
        self.grid.start(0)
        self.start_node_1()
        self.posts: Dict[int, str] = {}
        self.assertEqual(self.grid.ask(0, "as Dora register"), "registered Dora")
        self.assertEqual(self.grid.ask(0, "as Gus register"), "registered Gus")

    def start_node_1(self) -> None:
        options = OnSmallDisk(**vars(self.grid.options(1)), enter=self.disk.enter())
        self.grid.take_over(1, NodeProcess(options))
        self.grid.wait_whole()

    def post(self, number: int) -> bool:
        """Whether it was acknowledged; its key is its number."""
        answer = self.grid.ask(number % 2, f"as Gus with {number} post {text(number)}")
        if answer == "error unavailable":
            return False
        self.assertRegex(answer, "^posted [0-9]+$")
        self.posts[number] = answer
        return True

    def squeeze(self, first: int) -> int:
        """Fills the disk and posts, from number `first` on, until the node cannot even open its store any more.

        It has reserved some room beforehand, which it gives back when it closes the store.
        Returns the number of the post that was refused.
        """
        refused = first
        before = len(self.failed_openings())

        def is_shut() -> bool:
            nonlocal refused
            self.disk.fill()
            while self.post(refused):
                refused += 1
            return len(self.failed_openings()) > before

        self.wait_for(is_shut, "there is no room left")
        self.disk.fill()
        return refused

    def failed_openings(self) -> List[str]:
        return self.grid.log_lines(1, "the store cannot be opened; trying again")

    def assert_all_kept(self) -> None:
        """What was acknowledged is in the feed once, in its order, and nothing else is."""
        found = feeds.whole(lambda line: self.grid.ask(0, line), "Gus")
        expected = [Entry(int(posted.split()[1]), 1, text(key)) for key, posted in self.posts.items()]
        self.assertEqual(found[::-1], expected)

    def test_writes_are_unavailable_while_the_disk_is_full_and_all_comes_back_by_itself(self) -> None:
        for number in range(POSTS):
            self.assertTrue(self.post(number), self.logs())
        refused = POSTS
        for cycle in range(3):
            refused = self.squeeze(refused)
            for _ in range(3):
                self.assertFalse(self.post(refused), "the disk is still full")
            self.assertEqual(self.grid.ask(1, "as Finn register"), "error unavailable")
            self.assertFalse(self.homes()["store_open"])
            self.assertEqual((self.ready(0), self.ready(1)), (200, 503))
            self.assertRegex(self.grid.ask(1, "as Dora post others go on"), "^posted ")
            self.assertEqual(len(feeds.whole(lambda line: self.grid.ask(1, line), "Dora")), cycle + 1)
            self.disk.free()
            self.wait_for(lambda: self.post(refused), "service returns")
            self.assertEqual(self.ready(1), 200)
            self.assert_all_kept()
            refused += 1
        self.assertEqual(self.homes()["serving"], self.homes()["shards"])
        for key, posted in self.posts.items():
            self.assertEqual(self.grid.ask(0, f"as Gus with {key} post {text(key)}"), posted)
        self.assert_all_kept()

    def test_a_node_that_is_started_on_a_full_disk_serves_once_there_is_room(self) -> None:
        for number in range(POSTS):
            self.assertTrue(self.post(number), self.logs())
        refused = self.squeeze(POSTS)
        self.grid.kill(1)
        self.disk.fill()  # should the end of the process have freed something
        self.start_node_1()  # it is there, though not to serve its users
        refused = self.squeeze(refused)
        self.assertRegex(self.grid.ask(1, "as Dora post others go on"), "^posted ")
        self.disk.free()
        self.wait_for(lambda: self.post(refused), "service begins")
        self.assert_all_kept()

    def test_a_full_disk_is_no_reason_not_to_stop_in_order(self) -> None:
        refused = self.squeeze(0)
        process = self.grid.hand_over(1)
        process.begin_stop()
        self.assertIsNone(process.finish_stop(), self.logs())
        self.disk.free()
        self.start_node_1()
        self.assertTrue(self.post(refused), "whatever had become of it, it is there once now")
        self.assert_all_kept()

    def ready(self, node: int) -> int:
        answer = get(self.grid.client_port(node), "/readyz")
        self.assertEqual(answer.body == "ready\n", answer.status == 200, answer.body)
        self.assertEqual(get(self.grid.client_port(node), "/healthz").status, 200, "the process turns")
        return answer.status

    def homes(self) -> Dict[str, int]:
        homes: Dict[str, int] = json.loads(self.grid.ask(1, "status"))["homes"]
        return homes


if __name__ == "__main__":
    unittest.main()
