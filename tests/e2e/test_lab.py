"""scripts/lab as the lab's own harness uses it: from its folder, process groups, the lab's ports."""

import os
import signal
import socket
import subprocess
import unittest
from pathlib import Path
from typing import Dict

from master import holder, leftovers, paths
from tests.e2e.support import GridTest, ask

LAB = paths.ROOT / "scripts" / "lab"
RUN = paths.RUN / "lab"


@unittest.skipIf("BUZZER_BINARY" in os.environ, "scripts/lab/process runs build/release/buzzer")
class LabTest(GridTest):
    def setUp(self) -> None:
        super().setUp()
        for port in (3000, 3001, 3002, 10000, 10001, 10002):
            self.assertTrue(holder.is_free(port), f"port {port} is taken by {holder.describe(port)}")
        self.groups: Dict[int, "subprocess.Popen[bytes]"] = {}
        self.addCleanup(self.stopall)

    def process(self, node: int) -> None:
        self.groups[node] = subprocess.Popen(
            ["./process", str(node), "3", str(10000 + node)], cwd=LAB, start_new_session=True
        )

    def stopall(self) -> None:
        done = subprocess.run(["./stopall"], cwd=LAB, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertEqual(done.returncode, 0, done.stdout)
        for process in self.groups.values():
            process.wait(5)

    def sees(self, node: int, ids: str) -> bool:
        try:
            return ask(10000 + node, Path("/unused"), "alive") == f"alive {ids}"
        except Exception:
            return False

    def test_build_succeeds_from_its_own_folder(self) -> None:
        done = subprocess.run(["./build"], cwd=LAB, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_nodes_start_crash_by_group_and_restart_with_an_empty_log(self) -> None:
        for node in range(3):
            self.process(node)
        for node in range(3):
            self.wait_for(lambda: self.sees(node, "0,1,2"), f"node {node} sees all")
        with socket.create_connection(("127.0.0.1", 10000), timeout=5) as connection:
            answers = connection.makefile("rb")
            connection.sendall("broadcast I’m alive!\nget\n".encode("utf-8"))
            self.assertEqual(answers.readline().decode("utf-8"), "messages I’m alive!\n")
        self.wait_for(lambda: ask(10001, Path("/unused"), "get") == "messages I’m alive!", "it arrives")
        os.killpg(self.groups[1].pid, signal.SIGKILL)
        self.groups[1].wait(5)
        self.wait_for(lambda: self.sees(0, "0,2"), "the crashed node is gone", timeout=1)
        self.process(1)
        self.wait_for(lambda: self.sees(1, "0,1,2"), "it is back", timeout=3)
        self.assertEqual(ask(10001, Path("/unused"), "get"), "messages ")

    def test_stopall_ends_every_node_of_the_lab_and_nothing_else(self) -> None:
        done = self.master("0 start 1 10000\n0 alive\n")
        self.assertEqual(done.stdout, "alive 0\n", done.stderr)
        other = self.begin_master("0 start 1 10000\n0 alive\nsleep 600000\n", "other")
        self.wait_for(lambda: other.out == "alive 0\n", "another grid runs")
        for node in range(2):
            self.process(node)
        self.wait_for(lambda: self.sees(0, "0,1"), "both run")
        self.stopall()
        self.assertEqual([process.returncode for process in self.groups.values()], [0, 0], "stopped in order")
        self.assertEqual(leftovers.running(RUN), [])
        self.assertEqual(len(self.nodes()), 1)
        other.end()


if __name__ == "__main__":
    unittest.main()
