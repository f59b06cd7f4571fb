"""One node process that we started: its command line, its signals, its end.

A node runs in a session of its own, so Ctrl-C at the terminal reaches only us, and we stop it in order.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, List, Optional

from master import interrupts, pid_file
from master.tail import last_lines

LOG_NAME = "node.log"
ORDERLY_STOP_S = 3.0
"""A node has one second to stop in order; a busy machine gets the rest."""


@dataclass(frozen=True)
class NodeOptions:
    """Everything `buzzer node` is started with. Ports left None are the node's own defaults."""

    binary: Path
    node: int
    grid_size: int
    run_folder: Path
    grid: str = "local"
    mesh_port: Optional[int] = None
    control_port: Optional[int] = None
    client_port: Optional[int] = None
    room_port: Optional[int] = None
    peers: Dict[int, int] = field(default_factory=dict)
    """Mesh port of each other node, on 127.0.0.1; empty means the default local grid."""
    peer_clients: Dict[int, int] = field(default_factory=dict)
    """Client port of each other node, on 127.0.0.1, so that it can tell clients of them."""
    web_root: Optional[Path] = None
    """The web client that it serves."""
    extra: List[str] = field(default_factory=list)
    inherit_environment: bool = False
    """Whether BUZZER_NODE_* of our own environment reach the node (scenarios must not depend on them)."""

    def command(self) -> List[str]:
        words = [str(self.binary), "node", "--id", str(self.node), "--grid-size", str(self.grid_size)]
        words += ["--grid", self.grid, "--run-folder", str(self.run_folder)]
        if self.mesh_port is not None:
            words += ["--mesh-port", str(self.mesh_port)]
        if self.control_port is not None:
            words += ["--control-port", str(self.control_port)]
        if self.client_port is not None:
            words += ["--client-port", str(self.client_port)]
        if self.room_port is not None:
            words += ["--room-port", str(self.room_port)]
        for peer, port in sorted(self.peers.items()):
            words += ["--peer", f"{peer}=127.0.0.1:{port}"]
        for peer, port in sorted(self.peer_clients.items()):
            words += ["--client-url", f"{peer}=ws://127.0.0.1:{port}/ws"]
        if self.web_root is not None:
            words += ["--web-root", str(self.web_root)]
        return words + self.extra

    def environment(self) -> Dict[str, str]:
        if self.inherit_environment:
            return dict(os.environ)
        return {name: value for name, value in os.environ.items() if not name.startswith("BUZZER_NODE_")}


class NodeProcess:
    """A launched node. `node.log` in its run folder gets what it writes, over all its lives."""

    def __init__(self, options: NodeOptions) -> None:
        """Launches it. Raises OSError when the program cannot be started."""
        self.options = options
        self.log = options.run_folder / LOG_NAME
        options.run_folder.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log, interrupts.deferred():
            self._popen = subprocess.Popen(
                options.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=options.environment(),
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def token_file(self) -> Path:
        return self.options.run_folder / "token"

    def ended(self) -> Optional[str]:
        """How it ended (`exit code 1`, `signal SIGSEGV`), or None while it runs."""
        code = self._popen.poll()
        return None if code is None else describe_exit(code)

    def last_log_lines(self, count: int = 15) -> List[str]:
        return last_lines(self.log, count)

    def crash(self) -> None:
        """SIGKILL, and reap it: afterwards its ports are free."""
        self._popen.kill()
        self._popen.wait()

    def pause(self, timeout_s: float = 1.0) -> None:
        """SIGSTOP, and see it stopped. Raises TimeoutError."""
        self._popen.send_signal(signal.SIGSTOP)
        deadline = time.monotonic() + timeout_s
        while pid_file.state(self.pid) not in ("T", "Z", None):
            if time.monotonic() > deadline:
                raise TimeoutError(f"node {self.options.node} does not freeze")
            time.sleep(0.001)

    def resume(self) -> None:
        self._popen.send_signal(signal.SIGCONT)

    def begin_stop(self) -> None:
        """SIGTERM; a frozen node is thawed so that it can obey."""
        self._popen.send_signal(signal.SIGTERM)
        self._popen.send_signal(signal.SIGCONT)

    def finish_stop(self, timeout_s: float = ORDERLY_STOP_S) -> Optional[str]:
        """Waits for the end after `begin_stop`, kills what does not end. None if it ended with exit code 0."""
        try:
            code = self._popen.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self.crash()
            return f"node {self.options.node} did not stop within {timeout_s:g} s of SIGTERM and was killed"
        if code != 0:
            return f"node {self.options.node} did not stop in order: {describe_exit(code)}"
        return None


def describe_exit(code: int) -> str:
    """For a return code as Python's subprocess gives it: negative for a signal."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"signal {signal.Signals(-code).name}"
    except ValueError:
        return f"signal {-code}"
