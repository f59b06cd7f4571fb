"""A peer's host name that the name server never answers once kept all named peers off and the stop waiting for seconds.

The machine with the silent name server is a network namespace, with an /etc/resolv.conf of its own.
"""

import socket
import subprocess
import time
import unittest
from dataclasses import dataclass, field
from typing import Dict, List

from master.control_client import ControlClient, ControlError
from master.node_process import NodeOptions, NodeProcess
from tests.e2e.namespaces import Namespace
from tests.e2e.nodes import DEADLINE_S
from tests.e2e.support import BINARY, GridTest

STOP_S = 2.0
"""The system's resolver itself gives up after ten seconds or more."""

WITH_ITS_OWN_NAME_SERVER = 'mount --bind "$1" /etc/resolv.conf && shift && exec "$@"'


@dataclass(frozen=True)
class OnThatMachine(NodeOptions):
    """A node that is started there."""

    prefix: List[str] = field(default_factory=list)

    def command(self) -> List[str]:
        return [*self.prefix, *super().command()]


class SilentNameServerTest(GridTest):
    def setUp(self) -> None:
        super().setUp()
        self.machine = Namespace(self)
        resolv_conf = self.folder / "resolv.conf"
        resolv_conf.write_text("nameserver 127.0.0.1\n", "ascii")
        # None of these words forks, so that what is started is the node.
        self.prefix = ["ip", "netns", "exec", self.machine.name, "unshare", "--mount"]
        self.prefix += ["sh", "-c", WITH_ITS_OWN_NAME_SERVER, "sh", str(resolv_conf)]
        probe = subprocess.run([*self.prefix, "true"], stderr=subprocess.PIPE, encoding="utf-8")
        if probe.returncode != 0:
            self.skipTest(f"a name server of its own needs a mount namespace: {probe.stderr.strip()}")
        self.name_server = self.machine.run(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        self.addCleanup(self.name_server.close)
        self.name_server.bind(("127.0.0.1", 53))
        self.name_server.settimeout(DEADLINE_S)
        self.processes: Dict[int, NodeProcess] = {}
        self.clients: Dict[int, ControlClient] = {}

    def start(self, node: int, *options: str) -> NodeProcess:
        folder = self.folder / f"node-{node}"
        process = NodeProcess(OnThatMachine(BINARY, node, 3, folder, extra=list(options), prefix=self.prefix))
        self.addCleanup(process.crash)
        self.clients[node] = ControlClient(10_000 + node, process.token_file)
        self.addCleanup(self.clients[node].close)
        return process

    def alive(self, node: int) -> str:
        deadline = time.monotonic() + DEADLINE_S
        try:
            return self.machine.run(lambda: self.clients[node].ask("alive", deadline))
        except ControlError:
            return ""

    def wait_for_a_question(self) -> None:
        """The node has asked for the name that nobody will ever tell it."""
        while b"\4slow\7example" not in self.name_server.recv(4096):
            pass

    def test_a_peer_by_name_is_seen_though_another_name_is_never_answered(self) -> None:
        self.start(1)
        self.start(2, "--peer=0=slow.example:3000", "--peer=1=localhost:3001")
        self.wait_for_a_question()
        self.wait_for(lambda: self.alive(2) == "alive 1,2" and self.alive(1) == "alive 1,2", "they see each other")

    def test_a_node_stops_at_once_though_a_name_is_never_answered(self) -> None:
        process = self.start(1, "--peer=0=slow.example:3000")
        self.wait_for_a_question()
        self.wait_for(lambda: self.alive(1) == "alive 1", "it answers")
        process.begin_stop()
        self.assertIsNone(process.finish_stop(STOP_S), self.logs())


if __name__ == "__main__":
    unittest.main()
