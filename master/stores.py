"""The data of nodes that do not run: wiped, torn, checked and moved. docs/scenarios.md tells what a script sees of it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any, Container, Dict, NamedTuple

from master.layout import Layout
from master.node_process import describe_exit

TIMEOUT_S = 60.0
"""What a script keeps is small; a tool that takes longer hangs."""
TORN_BYTES = 512
"""A sector: the last write that was acknowledged, and little more."""

_REASONS = {1: "damaged", 3: "refused"}
"""By the exit code of a tool (node/exit_codes.h)."""


class StoresError(Exception):
    """What was asked cannot be done: the scenario fails."""


class Told(NamedTuple):
    """What a tool said. `reason`: why it did not do what it should; otherwise empty, and `json` is its result."""

    reason: str
    json: Dict[str, Any]


class Stores:
    def __init__(self, layout: Layout, running: Container[int], patience: float) -> None:
        """`running` stays the caller's: the nodes that run now. `patience` multiplies deadlines."""
        self._layout = layout
        self._running = running
        self._patience = patience

    def wipe(self, node: int) -> None:
        self._refuse_running(node, "its data is wiped")
        try:
            self._layout.wipe(node)
        except OSError as error:
            raise StoresError(f"the data of node {node} cannot be wiped: {error}") from error

    def tear(self, node: int) -> None:
        """Cuts the end of its newest log off, as a disk that lies about what it has synced leaves it."""
        self._refuse_running(node, "its log is torn")
        logs = sorted((self._store(node) / "db").glob("*.log"))
        if not logs or logs[-1].stat().st_size <= TORN_BYTES:
            raise StoresError(f"node {node} has written little since it was started: there is too little to tear")
        with logs[-1].open("rb+") as log:
            log.truncate(logs[-1].stat().st_size - TORN_BYTES)

    def check(self, node: int) -> str:
        told = self._tool("store", "check", str(self._store(node)))
        return f"store {told.reason or 'sound'}"

    def accept_loss(self, node: int) -> str:
        told = self._tool("store", "accept-loss", str(self._store(node)))
        if told.reason:
            return f"store {told.reason}"
        return "store lost" if told.json["lost"] else "store whole"

    def reshard(self, nodes: int) -> str:
        told = self._tool("reshard", str(self._layout.run_folder), "--to", str(nodes))
        return f"reshard {told.reason}" if told.reason else f"resharded {told.json['from']} {told.json['to']}"

    def _tool(self, *words: str) -> Told:
        """Runs a command of the node's program. Raises StoresError when it ends otherwise than it promises."""
        command = [str(self._layout.binary), *words, "--json"]
        try:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
                timeout=TIMEOUT_S * self._patience,
            )
            if done.returncode in _REASONS:
                return Told(_REASONS[done.returncode], {})
            if done.returncode == 0:
                return Told("", json.loads(done.stdout))
        except (OSError, ValueError, subprocess.TimeoutExpired) as error:
            raise StoresError(f"`{' '.join(command)}`: {error}") from error
        raise StoresError(f"`{' '.join(command)}` ended with {describe_exit(done.returncode)}: {done.stderr.strip()}")

    def _store(self, node: int) -> Path:
        return self._layout.node_folder(node) / "store"

    def _refuse_running(self, node: int, what: str) -> None:
        if node in self._running:
            raise StoresError(f"node {node} runs: crash or stop it before {what}")
