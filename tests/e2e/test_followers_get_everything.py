"""Whatever befalls the nodes, each buzz reaches every follower, topic, mention and thread once, in order, as it is now."""

import random
import unittest

from tests.e2e.clients import Addresses, assert_none_failed, seed, wait_for_progress
from tests.e2e.faults import ALL, CUT, FREEZE, ONE, ONE_WAY, STOP, Faults
from tests.e2e.naive_grid import NaiveGrid
from tests.e2e.nodes import FULL, Nodes
from tests.e2e.people import Deletions, Person
from tests.e2e.support import GridTest

FAULTS = 130 if FULL else 13
KINDS = (ONE,) * 4 + (CUT,) * 3 + (FREEZE,) * 2 + (ONE_WAY,) * 2 + (ALL, STOP)
USERS = ("Bob", "Carl", "Gus", "Finn", "Max", "Ada", "Dora", "Eve", "Hugo", "Ida", "Jan", "Kim")
USERS_OF_ONE = 2
MOST_POSTS = 500 if FULL else 170
"""Of each user. Up to 200 a follower has all of them; beyond, at least what was posted after the follow."""
OUTCOMES = 50
"""That must become known between two faults: service returns."""
SETTLE_MS = 60_000


class FollowersTest(GridTest):
    def test_every_feed_is_what_a_naive_model_says_after_kills_pauses_and_cuts(self) -> None:
        number = seed()
        dice = random.Random(number)
        told = f"BUZZER_TEST_SEED={number}"
        nodes = Nodes(self, 3).start_all()
        grid = NaiveGrid(list(USERS))
        self.register_all(nodes)
        addresses, gone = Addresses(nodes, self.folder), Deletions()
        bots = [
            Person(list(USERS[at:at + USERS_OF_ONE]), MOST_POSTS, grid, gone, addresses, random.Random(dice.random()))
            for at in range(0, len(USERS), USERS_OF_ONE)
        ]
        self.addCleanup(lambda: [bot.leave() for bot in bots])
        faults = Faults(nodes, KINDS, dice, longest_s=1.2)
        for bot in bots:
            bot.start()
        for _ in range(FAULTS):
            wait_for_progress(self, bots, OUTCOMES, told)
            faults.strike()
        nodes.wait_whole()
        wait_for_progress(self, bots, OUTCOMES, told)
        for bot in bots:
            bot.leave()
        assert_none_failed(self, bots, told)
        self.assertEqual(nodes.ask(0, f"settle {SETTLE_MS}", SETTLE_MS / 1000 + 5), "settled", f"{told}\n{self.logs()}")
        self.check(nodes, grid, told)
        repeated = sum(bot.commands.repeated for bot in bots)
        self.assertGreater(repeated, 0, f"{told}: no fault has struck a command under way, so nothing was shown")
        if FULL:
            known = sum(bot.commands.known for bot in bots)
            print(f"{known} commands, {repeated} repetitions, {len(grid.buzzes)} buzzes, {FAULTS} faults, {told}")

    def register_all(self, nodes: Nodes) -> None:
        homes = []
        for user in USERS:
            self.assertEqual(nodes.ask(0, f"as {user} register"), f"registered {user}")
            homes.append(nodes.ask(0, f"home {user}").split()[1])
        for node in range(nodes.size):
            self.assertGreaterEqual(homes.count(str(node)), 3, f"users at home at node {node}")

    def check(self, nodes: Nodes, grid: NaiveGrid, told: str) -> None:
        for node in range(nodes.size):
            wrong = list(grid.differences(lambda line: nodes.ask(node, line)))
            self.assertEqual(wrong, [], f"{told}: asked at node {node}\n{self.logs()}")
            self.assertEqual(nodes.ask(node, "owed"), "owed nothing", told)
            self.assertEqual(nodes.log_lines(node, "anew"), [], f"{told}: no store has lost anything")


if __name__ == "__main__":
    unittest.main()
