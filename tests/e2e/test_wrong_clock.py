"""A node whose clock is more than 60 s from its peers' takes no new buzz, and serves everything else."""

import json
import re
import time
import unittest
from typing import List

from master.node_process import NodeProcess
from tests.e2e.nodes import Nodes
from tests.e2e.support import GridTest
from tests.e2e.wrong_clock import WithWrongClock, build

ID_EPOCH_S = 1_767_225_600
"""2026-01-01 UTC: a buzz's id counts milliseconds from there."""


class WrongClockTest(GridTest):
    """Gus, Finn and Lea are at home at node 1 of 3, Bob at node 0."""

    def setUp(self) -> None:
        super().setUp()
        self.library = build(self, self.folder)
        self.grid = Nodes(self, 3).start_all()
        self.assertEqual(self.grid.ask(0, "as Gus register"), "registered Gus")
        self.assertEqual(self.grid.ask(0, "as Bob register"), "registered Bob")
        self.old = self.posted(self.grid.ask(0, "as Gus post before"))

    def posted(self, answer: str) -> int:
        found = re.fullmatch("posted ([0-9]+)", answer)
        self.assertIsNotNone(found, answer)
        assert found is not None
        return int(found[1])

    def set_clock(self, ahead_s: int) -> None:
        """Node 1 stops and starts with another clock; waits until it has noticed how wrong it is."""
        before = len(self.warnings())
        process = self.grid.hand_over(1)
        process.begin_stop()
        self.assertIsNone(process.finish_stop())
        usual = vars(self.grid.options(1))
        self.grid.take_over(1, NodeProcess(WithWrongClock(**usual, library=self.library, ahead_s=ahead_s)))
        self.grid.wait_whole()
        self.wait_for(lambda: abs(self.offset_s(1) + ahead_s) < 5, "it measures its peers' clocks")
        self.wait_for(lambda: ahead_s == 0 or len(self.warnings()) > before, "an operator is told")

    def warnings(self) -> List[str]:
        return self.grid.log_lines(1, "this node's clock differs from its peers': synchronise it")

    def offset_s(self, node: int) -> float:
        offset = json.loads(self.grid.ask(node, "status"))["clock_offset_ms"]
        return float("inf") if offset is None else offset / 1000

    def test_it_takes_no_new_buzz_but_all_else_until_its_clock_is_right(self) -> None:
        for ahead_s, newcomer in ((600, "Finn"), (-600, "Lea")):
            with self.subTest(ahead_s=ahead_s):
                self.set_clock(ahead_s)
                for node in range(3):
                    self.assertEqual(self.grid.ask(node, "as Gus post refused"), "error unavailable")
                    self.posted(self.grid.ask(node, "as Bob post others go on"))
                self.assertRegex(self.grid.ask(2, f"as Gus edit {self.old} edited"), f"^edited {self.old}/")
                self.assertRegex(self.grid.ask(0, "author Gus"), f'^author {self.old}/[0-9]+ "edited"$')
                self.assertEqual(self.grid.ask(0, f"as {newcomer} register"), f"registered {newcomer}")
                self.assertIn("Gus", self.grid.ask(2, "users gus"))
        self.set_clock(0)
        new = self.posted(self.grid.ask(2, "as Gus post after"))
        self.assertGreater(new, self.old)
        dated = ID_EPOCH_S + (new >> 12) / 1000
        self.assertLess(abs(time.time() - dated), 60, "no trace of the wrong clock")

    def test_a_clock_that_is_a_little_off_is_no_reason_to_refuse(self) -> None:
        self.set_clock(30)
        new = self.posted(self.grid.ask(2, "as Gus post half a minute ahead"))
        self.set_clock(-30)
        newer = self.posted(self.grid.ask(2, "as Gus post half a minute behind"))
        self.assertGreater(newer, new, "ids never go back")


if __name__ == "__main__":
    unittest.main()
