"""kill -9 under load, again and again: after each restart all that was acknowledged is there, once, with every follower.

BUZZER_TEST_SEED chooses what is done and killed; BUZZER_TEST_STRIKES how often.
"""

import os
import unittest

from tests.crashes.killed_grid import KilledGrid
from tests.e2e.clients import seed
from tests.e2e.nodes import FULL
from tests.e2e.support import GridTest

MOST_POSTS = 1500 if FULL else 400
"""Of each user. Up to 200 a follower has all of them; beyond, at least what was posted after the follow."""


def strikes(usual: int, full: int) -> int:
    return int(os.environ.get("BUZZER_TEST_STRIKES") or (full if FULL else usual))


class KillsTest(GridTest):
    def strike_often(self, count: int) -> None:
        grid = KilledGrid(self, seed(), MOST_POSTS)
        for _ in range(count):
            self.assertEqual(grid.strike(), [], f"{grid.told}\n{self.logs()}")
        self.assertEqual(grid.finish(), [], f"{grid.told}\n{self.logs()}")
        self.assertGreater(grid.repeated, 0, f"{grid.told}: no kill has struck a command under way, so nothing was shown")
        print(
            f"{grid.strikes} strikes, {grid.kills} kills, {grid.known} commands, {grid.repeated} repetitions, "
            f"{len(grid.grid.buzzes)} buzzes, {grid.told}"
        )

    def test_nothing_is_lost_or_there_twice_after_any_of_a_hundred_kills(self) -> None:
        self.strike_often(strikes(100, 1000))


if __name__ == "__main__":
    unittest.main()
