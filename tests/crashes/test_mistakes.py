"""The tests that kill nodes can fail: mistakes made on purpose (buzzer_with_mistakes.cc) are found within a few strikes."""

import os
import re
import unittest

from tests.crashes.killed_grid import MISTAKEN, Disk, KilledGrid
from tests.e2e.clients import seed
from tests.e2e.support import GridTest

MOST_STRIKES = 60
MOST_POSTS = 400
LOST = r"missing \['|shown as nothing|unknown_buzz|unknown_user"


class MistakesTest(GridTest):
    def setUp(self) -> None:
        super().setUp()
        self.assertTrue(os.access(MISTAKEN, os.X_OK), f"{MISTAKEN} is not built: scripts/build.sh")

    def assert_found(self, mistake: str, expected: str, loses_unsynced: bool) -> None:
        """What is said of one of the strikes has the pattern."""
        grid = KilledGrid(self, seed(), MOST_POSTS, Disk(loses_unsynced, mistake))
        said = ""
        try:
            while grid.strikes < MOST_STRIKES and not re.search(expected, said):
                said += "\n".join(grid.strike())
        finally:
            grid.kill_all()
        self.assertRegex(said, expected, f"{mistake} is not found by {grid.strikes} strikes, {grid.told}")
        print(f"{mistake}: found by strike {grid.strikes}, {grid.told}: {said[:200]}")

    def test_an_answer_before_the_sync_is_found(self) -> None:
        self.assert_found("acknowledge-before-sync", LOST, loses_unsynced=True)

    def test_a_log_that_is_written_and_never_synced_is_found(self) -> None:
        """By a kill alone it never would be: what was written outlives it."""
        self.assert_found("written-not-synced", LOST, loses_unsynced=True)

    def test_a_key_that_is_not_kept_with_its_command_is_found(self) -> None:
        self.assert_found("key-not-in-batch", r"feed .*not expected \['", loses_unsynced=False)

    def test_deliveries_that_are_left_out_when_they_are_sent_again_are_found(self) -> None:
        self.assert_found("row-dropped-at-resend", r"feed .*missing \['", loses_unsynced=False)


if __name__ == "__main__":
    unittest.main()
