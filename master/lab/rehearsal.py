"""How quick a program is: three of its nodes are started, told something, killed, and asked until it shows.

What is asked here so often counts for nothing; it only sets the pace of the runs that count.
"""

from __future__ import annotations

import time
from typing import Callable, Dict, List, Sequence

from master import script
from master.lab import lines, pace
from master.lab.connection import Connection, Unanswered
from master.lab.submission import Submission, cannot_be_run

_NODES = 3
_ASK_EVERY_S = 0.02
_SAID = "rehearsal"


class NotQuick(Exception):
    """Something did not happen within the lab's own time; the text says what."""


def cast(scripts: Sequence[Sequence[script.Command]]) -> List[script.Start]:
    """The first three nodes of the script that starts most."""
    best: List[script.Start] = []
    for commands in scripts:
        nodes: Dict[int, script.Start] = {}
        for command in script.until_exit(commands):
            if isinstance(command, script.Start):
                nodes.setdefault(command.node, command)
        if len(nodes) > len(best):
            best = list(nodes.values())
    return best[:_NODES]


def measure(submission: Submission, starts: Sequence[script.Start], patience: float) -> pace.Pace:
    """Raises NotQuick; whatever it started is left to `submission.end()`."""
    run = _Rehearsal(submission, patience)
    try:
        start_s = max([run.start(each) for each in starts])
        delivery_s = run.broadcast(starts[0].node)
        if len(starts) == 1:
            return pace.from_measured(start_s, lines.CRASH_S, delivery_s)
        last = starts[-1]
        try:
            crash_s = run.crash(last.node)
            start_s = max(start_s, run.start(last))
        except NotQuick:
            # Scripts without a crash need not suffer for it, and in the others it gets all the time that there is.
            crash_s = lines.CRASH_S
        return pace.from_measured(start_s, crash_s, delivery_s)
    finally:
        run.close()


class _Rehearsal:
    def __init__(self, submission: Submission, patience: float) -> None:
        self._submission = submission
        self._start_s = lines.START_S * patience
        self._second = patience
        self._connections: Dict[int, Connection] = {}

    def start(self, command: script.Start) -> float:
        try:
            begun = self._submission.start(command.node, command.grid_size, command.port).begun
        except OSError as error:
            raise NotQuick(cannot_be_run("./process", error)) from None

        def connected() -> bool:
            try:
                self._connections[command.node] = Connection(command.port, self._start_s)
            except OSError:
                return False
            return True

        _until(connected, begun + self._start_s, f"node {command.node} did not listen on port {command.port}")
        self._all_alive(begun + self._start_s)
        return time.monotonic() - begun

    def broadcast(self, node: int) -> float:
        begun = time.monotonic()
        self._tell(node, f"broadcast {_SAID}")
        for each in sorted(self._connections):
            _until(lambda: self._ask(each, "get").rstrip() == f"messages {_SAID}", begun + self._second,
                   f"what node {node} broadcast did not arrive at node {each}")
        return time.monotonic() - begun

    def crash(self, node: int) -> float:
        self._connections.pop(node).close()
        begun = time.monotonic()
        self._submission.crash(node)
        self._all_alive(begun + lines.CRASH_S * self._second)
        return time.monotonic() - begun

    def close(self) -> None:
        for connection in self._connections.values():
            connection.close()

    def _all_alive(self, deadline: float) -> None:
        expected = "alive " + ",".join(str(node) for node in sorted(self._connections))
        for node in sorted(self._connections):
            _until(lambda: self._ask(node, "alive").rstrip() == expected, deadline,
                   f"node {node} did not answer `{expected}`")

    def _tell(self, node: int, line: str) -> None:
        try:
            self._connections[node].tell(line, self._start_s)
        except Unanswered as error:
            raise NotQuick(f"node {node} {error}") from None

    def _ask(self, node: int, line: str) -> str:
        try:
            return self._connections[node].ask(line, self._start_s)
        except Unanswered as error:
            raise NotQuick(f"node {node} {error}") from None


def _until(condition: Callable[[], bool], deadline: float, otherwise: str) -> None:
    while not condition():
        if time.monotonic() > deadline:
            raise NotQuick(f"{otherwise} in time")
        time.sleep(_ASK_EVERY_S)
