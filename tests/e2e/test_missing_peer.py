"""A peer that never comes, perhaps since its address is misspelt, was once told of nowhere."""

import json
import unittest
from datetime import datetime, timedelta
from typing import List, Optional

from tests.e2e.nodes import Nodes
from tests.e2e.support import GridTest

PATIENCE = timedelta(seconds=3)
FURTHER_DIALS = 3


class MissingPeerTest(GridTest):
    def setUp(self) -> None:
        super().setUp()
        self.grid = Nodes(self, 2, "--log-level=debug")
        self.grid.start(1)  # it is who dials; nobody listens on node 0's mesh port
        self.grid.wait_whole()

    def last_error(self) -> Optional[str]:
        error: Optional[str] = json.loads(self.grid.ask(1, "status"))["links"][0]["last_error"]
        return error

    def told(self, level: str) -> List[str]:
        return [line for line in self.grid.log_lines(1, "no link to peer") if line.split()[1] == level]

    def test_status_says_why_there_is_no_link_until_there_is_one(self) -> None:
        self.wait_for(self.last_error, "an error")
        self.assertIn("refused", str(self.last_error()))
        self.grid.start(0)
        self.grid.wait_whole()
        self.assertIsNone(self.last_error())
        self.grid.kill(0)
        self.wait_for(self.last_error, "why the link ended")

    def test_the_log_tells_of_it_once_after_three_seconds(self) -> None:
        self.wait_for(lambda: self.told("warn"), "a warning")
        dials = len(self.told("debug"))
        self.wait_for(lambda: len(self.told("debug")) >= dials + FURTHER_DIALS, "further dials")
        warnings = self.told("warn")
        self.assertEqual(len(warnings), 1, self.logs())
        self.assertIn("peer=0", warnings[0])
        self.assertIn("refused", warnings[0])
        self.assertGreaterEqual(time_of(warnings[0]) - time_of(self.grid.log(1)[0]), PATIENCE - timedelta(seconds=0.1))


def time_of(line: str) -> datetime:
    return datetime.fromisoformat(line.split()[0].replace("Z", "+00:00"))


if __name__ == "__main__":
    unittest.main()
