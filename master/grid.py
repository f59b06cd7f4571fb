"""The nodes of one running scenario: started, killed, frozen, parted, and waited for.

A *healthy* node is one that runs and is not paused. What each operation waits for stands in docs/scenarios.md.
All calls come from one thread.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Deque, Dict, List, Optional, Sequence

from master import holder, interrupts, readiness
from master.control_client import ControlClient, ControlError
from master.faults import Faults
from master.layout import Layout
from master.node_process import ORDERLY_STOP_S, NodeProcess
from master.stores import Stores

START_S = 3.0
"""After this a start goes on with a warning, as the lab's master would."""
END_S = 1.0
"""Likewise after a crash or a stop."""
ANSWER_S = 5.0
"""A node that has not answered a command by then fails the scenario."""
_QUIET_ROUNDS = 2


class GridError(Exception):
    """What was asked cannot be done, or a node misbehaved: the scenario fails."""


@dataclass
class Sent:
    """A line whose answer nobody has asked for yet. It has a connection of its own, so it holds up no other."""

    line: str
    client: ControlClient
    ticket: int


@dataclass
class Node:
    process: NodeProcess
    client: ControlClient
    grid_size: int
    paused: bool = False
    owed: List[str] = field(default_factory=list)
    """Lines for a frozen node, sent when it is resumed."""
    sent: Deque[Sent] = field(default_factory=deque)

    def disconnect(self) -> None:
        self.client.close()
        for each in self.sent:
            each.client.close()
        self.sent.clear()


class Grid:
    def __init__(self, layout: Layout, warn: Callable[[str], None], patience: float = 1.0) -> None:
        """`patience` multiplies every deadline here, for slow builds of the node."""
        self._layout = layout
        self._warn = warn
        self._patience = patience
        self._nodes: Dict[int, Node] = {}
        self._faults = Faults()
        self.stores = Stores(layout, self._nodes, patience)
        """Of its nodes that do not run."""
        self.place = ""
        """File and line of the command in progress, for warnings."""

    # Processes

    def start(self, node: int, grid_size: int, port: int) -> None:
        if node in self._nodes:
            raise GridError(f"node {node} already runs")
        others = {other.grid_size for other in self._nodes.values()} - {grid_size}
        if others:
            told = f"node {node} is told of a grid of {grid_size}, others of {min(others)}"
            self._complain(f"{told}: they will refuse it")
        deadline = self._deadline(START_S)
        options = self._layout.options(node, grid_size, port)
        control_port = self._layout.control_port(node, port)
        try:
            with interrupts.deferred():
                process = NodeProcess(options)
                client = ControlClient(control_port, process.token_file)
                self._nodes[node] = Node(process, client, grid_size)
        except OSError as error:
            raise GridError(f"node {node} cannot be started: {error}") from error
        self._apply_faults(node, deadline)
        self._settle(lambda: self._unseen(deadline), deadline)

    def crash(self, node: int) -> None:
        deadline = self._deadline(END_S)
        self._running(node).process.crash()
        self._forget(node)
        self._settle(lambda: self._still_seen(node, deadline), deadline)

    def stop(self, node: int) -> None:
        running = self._healthy(node)
        deadline = self._deadline(END_S)
        # What it was told to broadcast before must have gone out: a signal overtakes what it has not read yet.
        found = readiness.unmarked({node: running.client}, deadline)
        self.check()
        if found:
            self._complain(f"stopping without waiting any longer: {found}")
        running.process.begin_stop()
        complaint = running.process.finish_stop(self._orderly_stop_s())
        self._forget(node)
        if complaint:
            raise GridError(complaint)
        self._settle(lambda: self._still_seen(node, deadline), deadline)

    def pause(self, node: int) -> None:
        running = self._healthy(node)
        try:
            running.process.pause()
        except TimeoutError as error:
            raise GridError(str(error)) from error
        running.paused = True

    def resume(self, node: int) -> None:
        running = self._running(node)
        if not running.paused:
            raise GridError(f"node {node} is not paused")
        deadline = self._deadline(ANSWER_S)
        owed, running.owed = running.owed, []
        # Sent while it is still frozen: it finds them waiting before it has much time to talk to its peers.
        try:
            tickets = [running.client.send(line, deadline) for line in owed]
            running.process.resume()
            running.paused = False
            for line, ticket in zip(owed, tickets):
                self._expect_ok(node, line, running.client.answer(ticket, deadline))
        except ControlError as error:
            raise GridError(f"node {node}: {error}") from error

    # Faults

    def partition(self, groups: Sequence[Sequence[int]]) -> None:
        for node in sorted(self._faults.partition(groups)):
            self._say_faults(node)

    def cut(self, sender: int, receiver: int) -> None:
        self._faults.cut(sender, receiver)
        self._say_faults(sender)

    def heal(self) -> None:
        deadline = self._deadline(START_S)
        for node, peer in self._faults.heal():
            self._say(node, [f"unblock {peer}"] + self._faults.lines_towards(node, peer))
        self._settle(lambda: self._unseen(deadline), deadline)

    # Commands of nodes

    def broadcast(self, node: int, line: str) -> None:
        running = self._running(node)
        try:
            running.client.tell(line, self._deadline(ANSWER_S))
        except ControlError as error:
            raise self._silent(node, error) from error

    def ask(self, node: int, line: str) -> str:
        running = self._healthy(node)
        try:
            answer = running.client.ask(line, self._deadline(ANSWER_S + _own_time_s(line)))
        except ControlError as error:
            raise self._silent(node, error) from error
        if answer == "ok":
            self._faults.note(node, line)
        return answer

    def send(self, node: int, line: str) -> None:
        """As `ask`, but `answer` waits for the answer. To a frozen node it goes as well."""
        running = self._running(node)
        client = ControlClient(running.client.port, running.process.token_file)
        try:
            running.sent.append(Sent(line, client, client.send(line, self._deadline(ANSWER_S))))
        except ControlError as error:
            raise self._silent(node, error) from error

    def answer(self, node: int) -> str:
        """That of the oldest line sent to this process which has not been asked for yet."""
        running = self._healthy(node)
        if not running.sent:
            raise GridError(f"node {node} owes no answer: nothing was sent to it since it was started")
        oldest = running.sent.popleft()
        try:
            answer = oldest.client.answer(oldest.ticket, self._deadline(ANSWER_S + _own_time_s(oldest.line)))
        except ControlError as error:
            raise self._silent(node, error) from error
        finally:
            oldest.client.close()
        if answer == "ok":
            self._faults.note(node, oldest.line)
        return answer

    def wait_alive(self, node: int, expected: str, ms: int) -> None:
        """Until the answer to `alive` is `expected`. Raises GridError after `ms`."""
        client = self._healthy(node).client
        deadline = time.monotonic() + ms / 1000 * self._patience

        def complaint() -> Optional[str]:
            self.check()
            try:
                answer = client.ask("alive", deadline)
            except ControlError as error:
                return str(error)
            return None if answer == expected else f"the answer is `{answer}`"

        found = readiness.poll(complaint, deadline)
        if found:
            raise GridError(f"waited {ms} ms for node {node} to answer `{expected}`: {found}")

    def settle(self, ms: int) -> None:
        """Until no healthy node owes anything to another that it is not parted from. Raises GridError after `ms`."""
        deadline = time.monotonic() + ms / 1000 * self._patience
        quiet_rounds = 0

        def complaint() -> Optional[str]:
            nonlocal quiet_rounds
            self.check()
            found = readiness.owing(self._healthy_clients(), self._node_of_shard, self._faults.parted, deadline)
            quiet_rounds = 0 if found else quiet_rounds + 1
            # What moved on from one node to another while they were asked may have been seen at neither.
            return found or (None if quiet_rounds == _QUIET_ROUNDS else "nothing was owed, but only for a moment")

        found = readiness.poll(complaint, deadline)
        if found:
            raise GridError(f"waited {ms} ms for what is owed to arrive: {found}")

    # The whole grid

    @property
    def binary(self) -> Path:
        """The program of its nodes."""
        return self._layout.binary

    @property
    def answer_s(self) -> float:
        """How long an answer, or what a client waits for, may take."""
        return 2 * ANSWER_S * self._patience

    def client_port(self, node: int) -> int:
        """Where clients reach a node that runs; it may be paused."""
        self._running(node)
        return self._layout.client_port(node)

    def room_port(self, node: int) -> int:
        """Of a node that runs. Raises GridError."""
        self._running(node)
        return self._layout.room_port(node)

    def check(self) -> None:
        """Raises GridError when a node has ended by itself."""
        for node, running in list(self._nodes.items()):
            ended = running.process.ended()
            if ended is not None:
                self._forget(node)
                raise GridError(f"node {node} ended by itself: {ended}{self._taken_port(running)}")

    def stop_all(self) -> List[str]:
        """SIGTERM to every node, and waits for all. Returns what went wrong; afterwards none runs."""
        complaints: List[str] = []
        running = dict(self._nodes)
        for node, each in running.items():
            each.disconnect()
            ended = each.process.ended()
            if ended is not None:
                complaints.append(f"node {node} ended by itself: {ended}")
                del self._nodes[node]
            else:
                each.process.begin_stop()
        for each in self._nodes.values():
            complaint = each.process.finish_stop(self._orderly_stop_s())
            if complaint:
                complaints.append(complaint)
        self._nodes.clear()
        return complaints

    # Waiting

    def _settle(self, complaint: Callable[[], Optional[str]], deadline: float) -> None:
        """Waits for a state, then for everything broadcast so far to have arrived."""

        def checked() -> Optional[str]:
            self.check()
            return complaint()

        found = readiness.poll(checked, deadline)
        if found is None:
            found = readiness.unmarked(self._healthy_clients(), deadline)
        if found:
            self.check()
            self._complain(f"going on without waiting any longer: {found}")

    def _complain(self, message: str) -> None:
        self._warn(f"{self.place}: {message}" if self.place else message)

    def _unseen(self, deadline: float) -> Optional[str]:
        return readiness.unseen(self._healthy_clients(), self._faults.parted, deadline)

    def _still_seen(self, gone: int, deadline: float) -> Optional[str]:
        clients = self._healthy_clients()
        concerned = {node: each for node, each in clients.items() if not self._faults.parted(node, gone)}
        return readiness.still_seen(concerned, gone, deadline)

    def _deadline(self, seconds: float) -> float:
        return time.monotonic() + seconds * self._patience

    def _orderly_stop_s(self) -> float:
        return ORDERLY_STOP_S * self._patience

    # Nodes

    def _node_of_shard(self, shard: int) -> int:
        return shard % max(node.grid_size for node in self._nodes.values())

    def _running(self, node: int) -> Node:
        running = self._nodes.get(node)
        if running is None:
            raise GridError(f"node {node} does not run")
        return running

    def _healthy(self, node: int) -> Node:
        running = self._running(node)
        if running.paused:
            raise GridError(f"node {node} is paused: resume it first")
        return running

    def _healthy_clients(self) -> Dict[int, ControlClient]:
        return {node: each.client for node, each in self._nodes.items() if not each.paused}

    def _forget(self, node: int) -> None:
        self._nodes.pop(node).disconnect()
        self._faults.process_ended(node)

    def _apply_faults(self, node: int, deadline: float) -> None:
        """Brings a node that just started to the faults it was started under, as soon as it answers."""
        lines = self._faults.lines(node)
        if not lines:
            return
        client = self._nodes[node].client

        def complaint() -> Optional[str]:
            self.check()
            try:
                client.ask("alive", deadline)
            except ControlError as error:
                return str(error)
            return None

        found = readiness.poll(complaint, deadline)
        if found:
            raise GridError(f"node {node} cannot be parted from its peers: {found}")
        self._say(node, lines)

    def _say_faults(self, node: int) -> None:
        if node in self._nodes:
            self._say(node, self._faults.lines(node))

    def _say(self, node: int, lines: List[str]) -> None:
        running = self._nodes.get(node)
        if running is None:
            return
        if running.paused:
            running.owed += lines
            return
        deadline = self._deadline(ANSWER_S)
        for line in lines:
            try:
                answer = running.client.ask(line, deadline)
            except ControlError as error:
                raise self._silent(node, error) from error
            self._expect_ok(node, line, answer)

    def _expect_ok(self, node: int, line: str, answer: str) -> None:
        if answer != "ok":
            raise GridError(f"node {node} answered `{line}` with: {answer}")

    def _silent(self, node: int, error: ControlError) -> GridError:
        """What to say of a node that did not answer: that it died, if it did."""
        process = self._nodes[node].process
        readiness.poll(lambda: None if process.ended() else "runs", time.monotonic() + 0.2)
        ended = process.ended()
        if ended is not None:
            self._forget(node)
            return GridError(f"node {node} ended by itself: {ended}")
        return GridError(f"node {node}: {error}")

    def _taken_port(self, node: Node) -> str:
        ports = [node.process.options.mesh_port, node.client.port]
        found = [f"; port {port} is held by {who}" for port in ports if port and (who := holder.find(port))]
        return "".join(found)


def _own_time_s(line: str) -> float:
    """How long the node has been told to take for its answer."""
    words = line.split(" ")
    return int(words[1]) / 1000 if len(words) == 2 and words[0] == "settle" and words[1].isdecimal() else 0.0
