"""kill -9 under load, again and again: after each restart all that was acknowledged is there, once, with every follower.

BUZZER_TEST_SEED chooses what is done and killed; BUZZER_TEST_STRIKES how often.
"""

import os
import unittest

from tests.crashes.killed_grid import Disk, KilledGrid
from tests.e2e.clients import seed
from tests.e2e.nodes import FULL
from tests.e2e.support import GridTest

MOST_POSTS = 700
"""Of each user. Up to 200 a follower has all of them; beyond, at least what was posted after the follow."""
STRIKES_OF_A_GRID = 200
"""Then it makes room for a new one: the more there is, the longer it takes to look at it."""


def strikes(usual: int, full: int) -> int:
    return int(os.environ.get("BUZZER_TEST_STRIKES") or (full if FULL else usual))


class KillsTest(GridTest):
    def strike_often(self, count: int, disk: Disk) -> None:
        first = seed()
        repeated = 0
        for number, begin in enumerate(range(0, count, STRIKES_OF_A_GRID)):
            repeated += self.strike_one(first + number, min(count - begin, STRIKES_OF_A_GRID), disk)
        self.assertGreater(repeated, 0, f"no kill has struck a command under way, so nothing was shown (seed {first})")

    def strike_one(self, number: int, count: int, disk: Disk) -> int:
        """Returns how many commands had to be repeated."""
        grid = KilledGrid(self, number, MOST_POSTS, disk)
        for _ in range(count):
            self.assertEqual(grid.strike(), [], f"{grid.told}\n{self.logs()}")
        self.assertEqual(grid.finish(), [], f"{grid.told}\n{self.logs()}")
        grid.remove()
        print(
            f"{grid.strikes} strikes, {grid.kills} kills, {grid.known} commands, {grid.repeated} repetitions, "
            f"{len(grid.grid.buzzes)} buzzes, {grid.told}"
        )
        return grid.repeated

    def test_nothing_is_lost_or_there_twice_after_any_of_a_hundred_kills(self) -> None:
        self.strike_often(strikes(100, 1000), Disk())

    def test_nothing_is_lost_when_each_kill_takes_what_was_not_synced(self) -> None:
        self.strike_often(strikes(60, 600), Disk(loses_unsynced=True))


if __name__ == "__main__":
    unittest.main()
