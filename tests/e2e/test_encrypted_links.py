"""Links that leave loopback are encrypted: on a wire between two machines nobody reads what nodes say.

The machines are network namespaces, where every port is free.
"""

import json
import time
import unittest
from typing import Dict

from master.control_client import ControlClient, ControlError
from master.node_process import NodeProcess
from tests.e2e.namespaces import Capture, InNamespace, Namespace
from tests.e2e.nodes import DEADLINE_S
from tests.e2e.support import BINARY, GridTest

GRID = "on-the-wire"
TEXT = "a buzz that is not for everybody"
ADDRESS = {0: "10.77.0.1", 1: "10.77.0.2"}
MESH = {0: 3000, 1: 3001}
CONTROL = {0: 10_000, 1: 10_001}


class TwoNodesTest(GridTest):
    def setUp(self) -> None:
        super().setUp()
        self.homes: Dict[int, Namespace] = {}
        self.clients: Dict[int, ControlClient] = {}
        self.key_file = self.folder / "key"
        self.key_file.write_text("5a" * 32, "ascii")
        self.key_file.chmod(0o600)

    def start(self, node: int, home: Namespace, *options: str) -> None:
        process = NodeProcess(InNamespace(
            BINARY, node, 2, self.folder / f"node-{node}", grid=GRID,
            extra=[f"--grid-key-file={self.key_file}", *options], namespace=home.name,
        ))
        self.addCleanup(lambda: self.assertIsNone(process.finish_stop(), self.logs()))
        self.addCleanup(process.begin_stop)
        self.homes[node] = home
        self.clients[node] = ControlClient(CONTROL[node], process.token_file)
        self.addCleanup(self.clients[node].close)

    def ask(self, node: int, line: str) -> str:
        """The control port is on the loopback of the node's own machine."""
        return self.homes[node].run(lambda: self.clients[node].ask(line, time.monotonic() + DEADLINE_S))

    def sees(self, node: int, ids: str) -> bool:
        try:
            return self.ask(node, "alive") == f"alive {ids}"
        except ControlError:
            return False

    def wait_whole(self) -> None:
        for node in (0, 1):
            self.wait_for(lambda: self.sees(node, "0,1"), f"node {node} sees the other")

    def say_and_capture(self, capture: Capture) -> bytes:
        """Broadcasts the text and returns all that the link has carried since its first byte."""
        self.wait_whole()
        self.clients[0].tell(f"broadcast {TEXT}", time.monotonic() + DEADLINE_S)
        self.assertEqual(self.ask(0, "mark"), "marked 1")
        self.assertEqual(self.ask(1, "get"), f"messages {TEXT}")
        seen = capture.tcp_bytes(*MESH.values())
        self.assertIn(GRID.encode(), seen, "the hellos are in the clear: the link has been captured")
        return seen

    def encrypted(self, node: int) -> bool:
        link = json.loads(self.ask(node, "status"))["links"][0]
        self.assertEqual(link["state"], "up")
        return bool(link["encrypted"])


class BetweenMachinesTest(TwoNodesTest):
    def setUp(self) -> None:
        super().setUp()
        one, other = Namespace(self), Namespace(self)
        one.connect(other, ADDRESS[0], ADDRESS[1])
        self.capture = Capture(self, one, "cable")
        for node, home in enumerate((one, other)):
            peer = f"--peer={1 - node}={ADDRESS[1 - node]}:{MESH[1 - node]}"
            self.start(node, home, f"--bind={ADDRESS[node]}", peer)

    def test_what_crosses_a_wire_is_encrypted(self) -> None:
        self.assertNotIn(TEXT.encode(), self.say_and_capture(self.capture))
        self.assertEqual((self.encrypted(0), self.encrypted(1)), (True, True))

    def test_a_pulled_cable_takes_both_off_and_a_plugged_one_brings_them_back_encrypted(self) -> None:
        self.wait_whole()
        self.homes[0].ip("link", "set", "cable", "down")
        for node in (0, 1):
            self.wait_for(lambda: self.sees(node, str(node)), f"node {node} is alone")
        self.homes[0].ip("link", "set", "cable", "up")
        self.wait_whole()
        self.assertEqual((self.encrypted(0), self.encrypted(1)), (True, True))


class OnOneMachineTest(TwoNodesTest):
    def setUp(self) -> None:
        super().setUp()
        self.machine = Namespace(self)
        self.capture = Capture(self, self.machine, "lo")

    def test_loopback_is_left_in_the_clear(self) -> None:
        for node in (0, 1):
            self.start(node, self.machine)
        self.assertIn(TEXT.encode(), self.say_and_capture(self.capture))
        self.assertEqual((self.encrypted(0), self.encrypted(1)), (False, False))

    def test_loopback_is_encrypted_when_either_end_wants_it(self) -> None:
        self.start(0, self.machine)
        self.start(1, self.machine, "--link-encryption=always")
        self.assertNotIn(TEXT.encode(), self.say_and_capture(self.capture))
        self.assertEqual((self.encrypted(0), self.encrypted(1)), (True, True))


if __name__ == "__main__":
    unittest.main()
