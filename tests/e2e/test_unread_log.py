"""A standard error that nobody reads, such as a pipe to a program that hangs, once froze the mesh thread and the stop.

The stop a second time: at its end the process waited for the lock of the stream that its log was writing to.
"""

import os
import signal
import subprocess
import unittest

from master.control_client import ControlClient
from tests.e2e.nodes import Nodes
from tests.e2e.support import GridTest

STOP_S = 2.0
ROUNDS = 2000
"""Two log lines each: several times what a pipe (64 KiB) takes."""


class UnreadLogTest(GridTest):
    def test_a_node_whose_log_nobody_reads_works_on_and_stops_at_once(self) -> None:
        nodes = Nodes(self, 2)
        read_end, write_end = os.pipe()
        self.addCleanup(os.close, read_end)
        options = nodes.options(0)
        options.run_folder.mkdir(parents=True)
        node = subprocess.Popen(
            options.command(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=write_end,
            env=options.environment(), start_new_session=True,
        )
        os.close(write_end)
        self.addCleanup(node.wait)
        self.addCleanup(node.kill)
        nodes.clients[0] = ControlClient(nodes.control_port(0), options.run_folder / "token")
        nodes.start(1)
        nodes.wait_whole()
        for _ in range(ROUNDS):
            self.assertEqual(nodes.ask(0, "block 1 in"), "ok")
            self.assertEqual(nodes.ask(0, "unblock 1"), "ok")
        self.assertEqual(nodes.ask(0, "alive"), "alive 0,1")
        self.assertEqual(nodes.ask(1, "alive"), "alive 0,1")
        self.assertEqual(nodes.log_lines(1, "peer is down"), [])
        os.set_blocking(read_end, False)
        self.assertGreater(len(os.read(read_end, 1)), 0, "it did log")
        node.send_signal(signal.SIGTERM)
        self.assertEqual(node.wait(STOP_S), 0)


if __name__ == "__main__":
    unittest.main()
