"""Who is away costs the others no memory and no time, and gets all that it is owed when it comes back."""

import random
import time
import unittest
from collections import deque
from typing import Deque, Dict, List, Tuple

from master.control_client import ControlClient
from tests.e2e import feeds
from tests.e2e.naive_grid import Buzz
from tests.e2e.nodes import DEADLINE_S, FULL, Nodes
from tests.e2e.support import BINARY, GridTest


def sanitized() -> bool:
    """Whether the node under test is watched by a sanitizer: slower, and with memory that says nothing."""
    program = BINARY.read_bytes() if BINARY.exists() else b""
    return b"__asan_init" in program or b"__tsan_init" in program


SANITIZED = sanitized()
RUN_IN = 300 if SANITIZED else 1_000
AWAY = 700 if SANITIZED else 10_000 if FULL else 2_500
"""Buzzes while the node is away. Each is owed to every shard with a follower; all of that, as it is sent,
would be more than MOST_GROWTH (a sanitizer's memory is not judged)."""
MOST_GROWTH = 48 << 20
"""Bytes of memory that the poster's node may come to need beyond the run-in: what is written goes to two buffers of
16 MiB before it goes to a table (node/store/rocksdb_store.h); the rest is for what comes and goes."""
SHARDS = 16
"""With a follower, all at the node that is away."""
UNDER_WAY = 64
POSTED_WITHIN_S = 120.0
SETTLE_MS = 240_000
AS_FAST = 2.0
"""The full variant: so many times as long as before may posting take."""


class OwedTest(GridTest):
    """Bob is at home at node 0; his followers, and others, at node 1, which goes away."""

    def setUp(self) -> None:
        super().setUp()
        self.grid = Nodes(self, 3).start_all()
        self.posted: List[Buzz] = []
        self.register("Bob", 0)
        self.followers, self.streams = self.register_followers()
        for user in self.followers:
            self.assertEqual(self.grid.ask(2, f"as {user} follow Bob"), "followed Bob")

    def register(self, user: str, home: int) -> None:
        self.assertEqual(self.grid.ask(2, f"home {user}").split()[1], str(home))
        self.assertEqual(self.grid.ask(2, f"as {user} register"), f"registered {user}")

    def register_followers(self) -> Tuple[List[str], List[str]]:
        """Names at home at node 1, each in a shard of its own, and their streams as `owed` names them."""
        by_shard: Dict[str, str] = {}
        for number in range(1000):
            _, node, _, shard = self.grid.ask(2, f"home reader{number}").split()
            if node == "1" and len(by_shard) < SHARDS:
                by_shard.setdefault(shard, f"reader{number}")
        for user in by_shard.values():
            self.register(user, 1)
        bob = self.grid.ask(2, "home Bob").split()[3]
        return list(by_shard.values()), [f"{bob}>{shard}" for shard in sorted(by_shard, key=int)]

    def post(self, count: int) -> float:
        """So many of about 2 KB through node 0, each acknowledged. Returns how long it took."""
        client = ControlClient(self.grid.control_port(0), self.folder / "node-0" / "token")
        self.addCleanup(client.close)
        began = time.monotonic()
        deadline = began + POSTED_WITHIN_S
        under_way: Deque[Tuple[int, str]] = deque()
        for number in range(len(self.posted), len(self.posted) + count):
            if len(under_way) == UNDER_WAY:
                self.take(client, under_way, deadline)
            text = long_text(number)
            under_way.append((client.send(f"as Bob with {number} post {text}", deadline), text))
        while under_way:
            self.take(client, under_way, deadline)
        client.close()
        return time.monotonic() - began

    def take(self, client: ControlClient, under_way: Deque[Tuple[int, str]], deadline: float) -> None:
        ticket, text = under_way.popleft()
        answer = client.answer(ticket, deadline)
        self.assertRegex(answer, "^posted [0-9]+$", self.logs())
        self.posted.append(Buzz(int(answer.split()[1]), "Bob", text, None, 0))

    def change_some(self) -> None:
        """The one that went away knows these as they were."""
        for at in (0, 1, RUN_IN - 1, RUN_IN, len(self.posted) - 1):
            buzz = self.posted[at]
            self.assertEqual(self.grid.ask(0, f"as Bob edit {buzz.id} anew {at}"), f"edited {buzz.id}/2")
            self.posted[at] = Buzz(buzz.id, "Bob", f"anew {at}", None, 0, version=2)
        for at in (RUN_IN + 1, 2):  # the later one first: places stay
            self.assertEqual(self.grid.ask(0, f"as Bob delete {self.posted[at].id}"), f"deleted {self.posted[at].id}")
            del self.posted[at]

    def owed(self) -> Dict[str, int]:
        told = self.grid.ask(0, "owed").partition(" ")[2]
        if told == "nothing":
            return {}
        return {stream: int(rows) for stream, rows in (each.split(" ") for each in told.split(","))}

    def settle(self) -> None:
        self.assertEqual(self.grid.ask(0, f"settle {SETTLE_MS}", SETTLE_MS / 1000 + 5), "settled", self.logs())

    def assert_all_there(self) -> None:
        expected = [buzz.shown() for buzz in self.posted[::-1]]
        for user in self.followers:
            found = feeds.whole_feed(lambda line: self.grid.ask(2, line), f"feed {user}")
            self.assertTrue(found == expected, f"{user} has {len(found)} of {len(expected)}\n{self.logs()}")

    def answers_while_catching_up(self) -> int:
        """Asks the node that is back, until nothing is owed any more. Returns how often while something was.

        Routing answers `unavailable` after 2 s, so whatever is answered otherwise was answered within them.
        """
        client = ControlClient(self.grid.control_port(1), self.folder / "node-1" / "token")
        self.addCleanup(client.close)
        rounds = 0
        deadline = time.monotonic() + SETTLE_MS / 1000
        while self.owed():
            self.assertLess(time.monotonic(), deadline, f"still owed: {self.owed()}\n{self.logs()}")
            user = self.followers[rounds % len(self.followers)]
            for line, form in (
                (f"user {user}", f"^user {user} buzzes 0 followers 0 following 1$"),
                (f"feed {user} limit 5", "^feed [0-9]+/"),
                (f"followees {user}", "^followees Bob$"),
                (f"as Gus with {rounds} post of Gus", "^posted "),
                ("author Gus limit 1", "^author [0-9]+/1 \"of Gus\""),
            ):
                self.assertRegex(client.ask(line, time.monotonic() + DEADLINE_S)[:200], form, self.logs())
            rounds += 1
        return rounds

    def test_thousands_of_buzzes_wait_on_disk_for_a_node_that_is_away_and_all_arrive(self) -> None:
        self.register("Gus", 1)
        before = self.post(RUN_IN) / RUN_IN
        self.settle()
        run_in = (self.grid.resident_kb(0) << 10)
        self.grid.kill(1)
        self.wait_for(lambda: self.grid.ask(0, "alive") == "alive 0,2", "it is known to be away")
        away = self.post(AWAY) / AWAY
        self.change_some()
        grown = (self.grid.resident_kb(0) << 10) - run_in
        owed = self.owed()
        self.assertEqual(sorted(owed, key=lambda stream: int(stream.split(">")[1])), self.streams)
        self.assertEqual(set(owed.values()), {AWAY + 7}, "every buzz, five edits and two deletions")
        if not SANITIZED:
            self.assertLess(grown, MOST_GROWTH, f"{run_in} bytes after the run-in")
        self.grid.start(1)
        self.grid.wait_whole()
        self.wait_for(lambda: self.grid.ask(1, "author Gus") == "author ", "it serves again")
        rounds = self.answers_while_catching_up()
        self.assertGreater(rounds, 2, "it had caught up before it could be asked, so nothing was shown")
        self.settle()
        self.assert_all_there()
        if FULL:
            self.assertLess(away, AS_FAST * before, "seconds for a buzz, with a node away and before")
            print(f"{grown >> 20} MiB more, {before * 1e6:.0f} and {away * 1e6:.0f} us a post, {rounds} rounds")


def long_text(number: int) -> str:
    """About 2 KB, always the same for a number."""
    dice = random.Random(number)
    return f"{number} " + "".join(map(chr, dice.choices(range(0x20000, 0x2A6D0), k=480)))


if __name__ == "__main__":
    unittest.main()
