"""A grid of real nodes that a test starts, kills, freezes and watches by itself, each with its control connection."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Callable, Dict, List, Mapping, Tuple

from master import readiness
from master.control_client import ControlClient
from master.layout import Layout
from master.node_process import ORDERLY_STOP_S, NodeOptions, NodeProcess
from master.ports import acquire
from tests.e2e.support import BINARY, PATIENCE, GridTest

FULL = os.environ.get("BUZZER_TEST_FULL") == "1"
"""Whether the longer variants run, and promises are measured rather than only kept in order."""

DEADLINE_S = 10.0 * PATIENCE
STOP_S = ORDERLY_STOP_S * PATIENCE


class Nodes:
    """Everything it starts is ended, in order where possible, when the test ends."""

    def __init__(self, test: GridTest, size: int, *options: str) -> None:
        """`options` go to every node."""
        self.size = size
        self._test = test
        self._block = acquire()
        test.addCleanup(self._block.close)
        test.addCleanup(self.stop_all)
        self._options = list(options)
        if PATIENCE != 1 and "--heartbeat-timeout" not in options:
            self._options += ["--heartbeat-timeout", str(round(500 * PATIENCE))]
        self._processes: Dict[int, NodeProcess] = {}
        self.clients: Dict[int, ControlClient] = {}

    def options(self, node: int, *options: str, size: int = 0) -> NodeOptions:
        """How it is started. It may have options of its own, and be told of another grid size than the others."""
        layout = Layout(BINARY, self._test.folder, self._block, self._options + list(options))
        return layout.options(node, size or self.size, self.control_port(node))

    def start(self, node: int, *options: str, size: int = 0) -> None:
        """Launches it, and does not wait for it."""
        self.take_over(node, NodeProcess(self.options(node, *options, size=size)))

    def take_over(self, node: int, process: NodeProcess) -> None:
        """A process that the test has started in a way of its own; from now on it is one of these."""
        self._processes[node] = process
        self.clients[node] = ControlClient(self.control_port(node), process.token_file)

    def start_all(self) -> Nodes:
        """Starts every node and waits until all see each other."""
        for node in range(self.size):
            self.start(node)
        self.wait_whole()
        return self

    def stop_all(self) -> None:
        """SIGTERM to all; the test fails if one had ended by itself or does not end in order."""
        processes = list(self._processes.values())
        for client in self.clients.values():
            client.close()
        ended = [f"node {each.options.node}: {how}" for each in processes if (how := each.ended()) is not None]
        running = [each for each in processes if each.ended() is None]
        for each in running:
            each.begin_stop()
        complaints = [complaint for each in running if (complaint := each.finish_stop(STOP_S)) is not None]
        self._processes.clear()
        self.clients.clear()
        self._test.assertEqual(ended + complaints, [], self._test.logs())

    def kill(self, node: int) -> None:
        self.clients.pop(node).close()
        self._processes.pop(node).crash()

    def stop(self, node: int) -> None:
        """SIGTERM, and its orderly end."""
        process = self.hand_over(node)
        process.begin_stop()
        self._test.assertIsNone(process.finish_stop(STOP_S), self._test.logs())

    def freeze(self, node: int) -> None:
        self._processes[node].pause()

    def thaw(self, node: int) -> None:
        self._processes[node].resume()

    def hand_over(self, node: int) -> NodeProcess:
        """From now on it is the test that ends it."""
        self.clients.pop(node).close()
        return self._processes.pop(node)

    def pid(self, node: int) -> int:
        return self._processes[node].pid

    def resident_kb(self, node: int) -> int:
        """Memory that its process has now."""
        words = Path(f"/proc/{self.pid(node)}/status").read_text("ascii").split()
        return int(words[words.index("VmRSS:") + 1])

    def mesh_port(self, node: int) -> int:
        return self._block.mesh(node)

    def control_port(self, node: int) -> int:
        return self._block.control(node)

    def client_port(self, node: int) -> int:
        return self._block.client(node)

    def room_port(self, node: int) -> int:
        return self._block.room(node)

    def token(self, node: int) -> str:
        return self._processes[node].token_file.read_text("ascii").strip()

    def log(self, node: int) -> List[str]:
        return (self._test.folder / f"node-{node}" / "node.log").read_text("utf-8").splitlines()

    def log_lines(self, node: int, text: str) -> List[str]:
        """The lines of its log that contain the text."""
        return [line for line in self.log(node) if text in line]

    def ask(self, node: int, line: str, timeout: float = DEADLINE_S) -> str:
        return self.clients[node].ask(line, time.monotonic() + timeout)

    def tell(self, node: int, line: str) -> None:
        self.clients[node].tell(line, time.monotonic() + DEADLINE_S)

    def wait_whole(self, timeout: float = DEADLINE_S) -> float:
        """Until every two running nodes see each other. Returns when that was (time.monotonic())."""
        deadline = time.monotonic() + timeout
        self._wait(lambda: readiness.unseen(self.clients, lambda a, b: False, deadline) is None, "whole", deadline)
        return time.monotonic()

    def follow(self, changes: Mapping[int, Tuple[str, str]], since: float) -> Dict[int, float]:
        """Watches nodes go from one alive set (`0,1,2`) to another, and never to a third one or back.

        Returns how long after `since` (time.monotonic()) each was first seen to have changed.
        """
        changed: Dict[int, float] = {}

        def all_changed() -> bool:
            for node, (before, after) in changes.items():
                answer = self.ask(node, "alive")
                allowed = (after,) if node in changed and before != after else (before, after)
                self._test.assertIn(answer, [f"alive {ids}" for ids in allowed], f"node {node}\n{self._test.logs()}")
                if answer == f"alive {after}":
                    changed.setdefault(node, time.monotonic() - since)
            return len(changed) == len(changes)

        self._wait(all_changed, f"the changes {dict(changes)}", time.monotonic() + DEADLINE_S)
        return changed

    def stays(self, seconds: float, views: Mapping[int, str]) -> None:
        """Samples for so long that each node's alive set is what it shall be."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for node, ids in views.items():
                self._test.assertEqual(self.ask(node, "alive"), f"alive {ids}", self._test.logs())
            time.sleep(0.02)

    def _wait(self, condition: Callable[[], bool], what: str, deadline: float) -> None:
        """As GridTest.wait_for, but polls as tightly as a measurement needs."""
        while not condition():
            if time.monotonic() > deadline:
                self._test.fail(f"not in time: {what}\n{self._test.logs()}")
            time.sleep(0.001)
