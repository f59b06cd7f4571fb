"""A disk that does not answer does not keep a node from ending; a limit on the size of files is but a full disk.

The first once had to be killed; the second killed the node, by SIGXFSZ.
"""

import fcntl
import os
import unittest
from dataclasses import dataclass
from pathlib import Path
from typing import List

from master.node_process import NodeOptions, NodeProcess
from tests.e2e.nodes import Nodes
from tests.e2e.support import GridTest

MOST_FILE_BYTES = 300_000
TEXT = "\U00020000" * 480
"""About 2 KiB: a hundred posts and some reach the limit."""


@dataclass(frozen=True)
class WithSmallFiles(NodeOptions):
    """A node that may write no file beyond a size."""

    def command(self) -> List[str]:
        return ["prlimit", f"--fsize={MOST_FILE_BYTES}", *super().command()]


class HangingDiskTest(GridTest):
    """Whoever reads the witness, which is a FIFO here, waits: opening the store takes for ever."""

    def setUp(self) -> None:
        super().setUp()
        self.nodes = Nodes(self, 1).start_all()
        self.nodes.stop_all()
        self.store = self.folder / "node-0" / "store"
        (self.store / "synced").unlink()
        os.mkfifo(self.store / "synced")

    def start(self) -> NodeProcess:
        process = NodeProcess(self.nodes.options(0))
        self.addCleanup(process.crash)
        return process

    def logged(self, text: str) -> bool:
        return any(text in line for line in self.nodes.log(0))

    def wait_until_it_opens(self) -> None:
        """The node takes the lock first, then it reads the witness."""
        with (self.store / "lock").open("r+") as lock:

            def is_taken() -> bool:
                try:
                    fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return True
                fcntl.lockf(lock, fcntl.LOCK_UN)
                return False

            self.wait_for(is_taken, "the node has taken the store's lock")

    def test_a_node_stops_while_it_opens_its_store(self) -> None:
        process = self.start()
        self.wait_until_it_opens()
        process.begin_stop()
        self.assertIsNone(process.finish_stop(10), self.logs())
        self.assertIn("stopping before the store was open", self.nodes.log(0)[-1])
        self.assertFalse((self.folder / "node-0" / "pid").exists())

    def test_a_node_that_cannot_close_its_store_ends_and_says_so(self) -> None:
        with (self.store / "lock").open("r+") as lock:
            fcntl.lockf(lock, fcntl.LOCK_EX)
            lines = len(self.nodes.log(0))
            process = self.start()
            self.wait_for(lambda: any(" started " in line for line in self.nodes.log(0)[lines:]), "it serves without")
            self.assertTrue(self.logged("is another process using it?"))
        self.wait_until_it_opens()
        process.begin_stop()
        self.assertEqual(process.finish_stop(10), "node 0 did not stop in order: exit code 1", self.logs())
        self.assertIn("waits for the disk, does not end", self.nodes.log(0)[-1])
        self.assertFalse((self.folder / "node-0" / "pid").exists())


class FileSizeLimitTest(GridTest):
    def test_a_node_whose_files_may_not_grow_is_unavailable_and_lives(self) -> None:
        nodes = Nodes(self, 1)
        nodes.take_over(0, NodeProcess(WithSmallFiles(**vars(nodes.options(0)))))
        nodes.wait_whole()
        self.assertEqual(nodes.ask(0, "as Bob register"), "registered Bob")
        answers: List[str] = []

        def is_full() -> bool:
            answers.append(nodes.ask(0, f"as Bob post {len(answers)} {TEXT}"))
            return answers[-1] == "error unavailable"

        self.wait_for(is_full, "a file has reached its limit")
        self.assertGreater(len(answers), 50)
        for answer in answers[:-1]:
            self.assertRegex(answer, "^posted ")
        self.assertGreater(largest_file(self.folder / "node-0" / "store"), MOST_FILE_BYTES // 2)
        self.assertEqual(nodes.ask(0, "alive"), "alive 0")


def largest_file(folder: Path) -> int:
    sizes = []
    for path in folder.rglob("*"):
        try:
            sizes.append(path.stat().st_size)
        except FileNotFoundError:
            continue  # the node removes what it needs no more
    return max(sizes)


if __name__ == "__main__":
    unittest.main()
