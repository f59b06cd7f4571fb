"""Two signals at once (a terminal that goes away, an impatient Ctrl-C) once left all nodes of a master running."""

import os
import signal
import sys
import unittest
from typing import Tuple

from master import leftovers
from tests.e2e.support import BINARY, Background, GridTest

THREE = "0 start 3 10000\n1 start 3 10001\n2 start 3 10002\n0 alive\nsleep 600000\n"
PAIRS: Tuple[Tuple[signal.Signals, signal.Signals], ...] = (
    (signal.SIGTERM, signal.SIGINT),
    (signal.SIGINT, signal.SIGTERM),
    (signal.SIGHUP, signal.SIGTERM),
    (signal.SIGINT, signal.SIGINT),
)


class TwoSignalsTest(GridTest):
    def end(self, background: Background, pair: Tuple[signal.Signals, signal.Signals]) -> int:
        for number in pair:
            background.process.send_signal(number)
        return background.process.wait(10)

    def test_a_master_that_gets_two_signals_in_a_row_ends_all_its_nodes(self) -> None:
        for pair in PAIRS:
            for round_number in range(3):
                with self.subTest(pair=pair, round=round_number):
                    master = self.begin_master(THREE, f"master-{pair[0].name}-{pair[1].name}-{round_number}")
                    self.wait_for(lambda: master.out == "alive 0,1,2\n", "the nodes run")
                    # Of two that arrive before either is handled, Python handles the smaller one first.
                    self.assertIn(self.end(master, pair), [128 + number for number in pair], master.err)
                    self.assertEqual(leftovers.running(self.folder), [])
                    leftovers.kill_all(self.folder)

    def test_a_master_that_finds_two_signals_at_once_ends_all_its_nodes(self) -> None:
        master = self.begin_master(THREE)
        self.wait_for(lambda: master.out == "alive 0,1,2\n", "the nodes run")
        # Stopped meanwhile, it finds both; the system hands out the smaller number first.
        os.kill(master.process.pid, signal.SIGSTOP)
        master.process.send_signal(signal.SIGTERM)
        master.process.send_signal(signal.SIGINT)
        os.kill(master.process.pid, signal.SIGCONT)
        self.assertEqual(master.process.wait(10), 128 + signal.SIGINT, master.err)
        self.assertEqual(leftovers.running(self.folder), [])

    def test_a_second_signal_while_the_nodes_are_ended_changes_neither_that_nor_the_exit_code(self) -> None:
        master = self.begin_master(THREE)
        self.wait_for(lambda: master.out == "alive 0,1,2\n", "the nodes run")
        nodes = self.nodes()
        master.process.send_signal(signal.SIGTERM)
        self.wait_for(lambda: len(self.nodes()) < len(nodes) or master.process.poll() is not None, "it ends them")
        self.assertEqual(master.end(signal.SIGINT), 128 + signal.SIGTERM, master.err)
        self.assertEqual(leftovers.running(self.folder), [])

    def test_a_local_grid_that_gets_two_signals_while_it_starts_ends_all_its_nodes_and_can_be_started_again(self) -> None:
        command = [sys.executable, "-m", "master.up", "8", "--ports", "auto", "--binary", str(BINARY), "--run-folder"]
        for round_number in range(3):
            with self.subTest(round=round_number):
                folder = self.folder / f"round-{round_number}"
                grid = Background([*command, str(folder)], self.folder / f"up-{round_number}")
                self.addCleanup(grid.close)
                self.wait_for(lambda: len(self.nodes(folder)) > 2, "some nodes run")
                codes = [128 + signal.SIGTERM, 128 + signal.SIGINT]
                self.assertIn(self.end(grid, (signal.SIGTERM, signal.SIGINT)), codes, grid.err)
                self.assertEqual(leftovers.running(self.folder), [])
        again = Background([*command, str(self.folder / "round-0")], self.folder / "up-again")
        self.addCleanup(again.close)
        self.wait_for(lambda: "Ctrl-C" in again.out or again.process.poll() is not None, "it is up again", 20)
        self.assertEqual((again.end(), again.err), (0, ""))


if __name__ == "__main__":
    unittest.main()
