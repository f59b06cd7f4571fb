"""Other programs keep every core busy, and still no healthy node is suspected."""

import os
import subprocess
import sys
import unittest
from pathlib import Path
from typing import Tuple

from tests.e2e.nodes import FULL, Nodes
from tests.e2e.support import GridTest

SECONDS = 300 if FULL else 30
BUSY = "import os, sys\nwhile os.getppid() == int(sys.argv[1]):\n    pass"
"""It ends by itself should the test be killed."""


class MeshUnderLoadTest(GridTest):
    def test_no_healthy_node_is_ever_suspected_while_all_cores_are_kept_busy(self) -> None:
        nodes = Nodes(self, 3).start_all()
        for _ in range(2 * len(os.sched_getaffinity(0))):
            self.keep_busy()
        before = cpu_times()
        nodes.stays(SECONDS, {0: "0,1,2", 1: "0,1,2", 2: "0,1,2"})
        idle, total = (now - then for now, then in zip(cpu_times(), before))
        for node in range(3):
            self.assertEqual(nodes.log_lines(node, "peer is down"), [])
            self.assertEqual(len(nodes.log_lines(node, "peer is up")), 2)
        self.assertLess(idle, total / 10, "the cores were not kept busy, so nothing was shown")

    def keep_busy(self) -> None:
        process = subprocess.Popen([sys.executable, "-c", BUSY, str(os.getpid())], stdin=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)


def cpu_times() -> Tuple[int, int]:
    """Clock ticks that the machine's cores have been idle, and all their ticks (proc(5), /proc/stat)."""
    ticks = [int(word) for word in Path("/proc/stat").read_text("ascii").splitlines()[0].split()[1:9]]
    return ticks[3] + ticks[4], sum(ticks)


if __name__ == "__main__":
    unittest.main()
