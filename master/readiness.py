"""Waiting for a state instead of sleeping: what nodes see of each other, marks, and what is still owed."""

from __future__ import annotations

import time
from typing import Callable, Dict, FrozenSet, List, Mapping, Optional, Tuple, Union

from master.control_client import ControlClient, ControlError

_FIRST_PAUSE_S = 0.005
_LONGEST_PAUSE_S = 0.050

Answer = Union[str, ControlError]


def poll(complaint: Callable[[], Optional[str]], deadline: float) -> Optional[str]:
    """Calls `complaint` until it has none (None is returned) or the deadline passes (its last one is)."""
    pause = _FIRST_PAUSE_S
    while True:
        found = complaint()
        if found is None or time.monotonic() >= deadline:
            return found
        time.sleep(min(pause, max(0.0, deadline - time.monotonic())))
        pause = min(pause * 2, _LONGEST_PAUSE_S)


def ask_all(clients: Mapping[int, ControlClient], line: str, deadline: float) -> Dict[int, Answer]:
    """The same line to every node at once; then the answers, or why there is none."""
    tickets: Dict[int, int] = {}
    answers: Dict[int, Answer] = {}
    for node, client in clients.items():
        try:
            tickets[node] = client.send(line, deadline)
        except ControlError as error:
            answers[node] = error
    for node, ticket in tickets.items():
        try:
            answers[node] = clients[node].answer(ticket, deadline)
        except ControlError as error:
            answers[node] = error
    return answers


def parse_alive(answer: str) -> FrozenSet[int]:
    """The ids in an `alive` answer. Raises ValueError for anything else."""
    word, _, ids = answer.partition(" ")
    if word != "alive":
        raise ValueError(f"not an answer to alive: {answer[:80]}")
    return frozenset(int(node) for node in ids.split(",") if node)


def views(clients: Mapping[int, ControlClient], deadline: float) -> Dict[int, Union[FrozenSet[int], str]]:
    """Whom each node sees, or why that is not known."""
    found: Dict[int, Union[FrozenSet[int], str]] = {}
    for node, answer in ask_all(clients, "alive", deadline).items():
        try:
            found[node] = str(answer) if isinstance(answer, ControlError) else parse_alive(answer)
        except ValueError as error:
            found[node] = str(error)
    return found


def unseen(
    clients: Mapping[int, ControlClient], parted: Callable[[int, int], bool], deadline: float
) -> Optional[str]:
    """None once every two of these nodes that are not parted see each other; else who does not see whom."""
    complaints: List[str] = []
    for node, view in views(clients, deadline).items():
        if isinstance(view, str):
            complaints.append(f"node {node} does not answer ({view})")
            continue
        missing = [peer for peer in sorted(clients) if peer not in view and not parted(node, peer)]
        if missing:
            complaints.append(f"node {node} does not see {_ids(missing)}")
    return "; ".join(complaints) or None


def still_seen(clients: Mapping[int, ControlClient], gone: int, deadline: float) -> Optional[str]:
    """None once none of these nodes lists `gone`; else who does."""
    complaints: List[str] = []
    for node, view in views(clients, deadline).items():
        if isinstance(view, str):
            complaints.append(f"node {node} does not answer ({view})")
        elif gone in view:
            complaints.append(f"node {node} still sees {gone}")
    return "; ".join(complaints) or None


def unmarked(clients: Mapping[int, ControlClient], deadline: float) -> Optional[str]:
    """Sends a mark from every node and waits for all: earlier broadcasts have then arrived. None when they have."""
    complaints = [
        f"mark of node {node}: {answer}"
        for node, answer in ask_all(clients, "mark", deadline).items()
        if isinstance(answer, ControlError) or not answer.startswith("marked")
    ]
    return "; ".join(complaints) or None


def parse_owed(answer: str) -> List[Tuple[int, int]]:
    """From which shard to which something is owed, by an `owed` answer. Raises ValueError for anything else."""
    word, _, streams = answer.partition(" ")
    if word != "owed" or not streams:
        raise ValueError(f"not an answer to owed: {answer[:80]}")
    owed: List[Tuple[int, int]] = []
    for stream in streams.split(",") if streams != "nothing" else []:
        source, _, destination = stream.partition(" ")[0].partition(">")
        owed.append((int(source), int(destination)))
    return owed


def owing(
    clients: Mapping[int, ControlClient],
    node_of: Callable[[int], int],
    parted: Callable[[int, int], bool],
    deadline: float,
) -> Optional[str]:
    """None once none of these nodes owes anything to another of them that it is not parted from; else who does.
    `node_of` tells the node of a shard."""
    complaints: List[str] = []
    for node, answer in ask_all(clients, "owed", deadline).items():
        if isinstance(answer, ControlError):
            complaints.append(f"node {node} does not answer ({answer})")
            continue
        try:
            destinations = {node_of(destination) for _, destination in parse_owed(answer)}
        except ValueError as error:
            complaints.append(f"node {node}: {error}")
            continue
        reached = sorted(peer for peer in destinations if peer in clients and not parted(node, peer))
        if reached:
            complaints.append(f"node {node} owes to {_ids(reached)} ({answer})")
    return "; ".join(complaints) or None


def _ids(nodes: List[int]) -> str:
    return ",".join(str(node) for node in nodes)
