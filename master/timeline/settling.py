"""What is owed, when nothing is, and which nodes that concerns: those that run and are not frozen. Pure."""

from __future__ import annotations

import re
from typing import List, Sequence, Set

from master import script
from master.timeline.rows import Row


def healthy(rows: Sequence[Row]) -> List[Set[int]]:
    """After each row."""
    found: List[Set[int]] = []
    running: Set[int] = set()
    frozen: Set[int] = set()
    for row in rows:
        command = row.step.command
        if isinstance(command, script.Start):
            running.add(command.node)
        elif isinstance(command, (script.Crash, script.Stop)):
            running.discard(command.node)
            frozen.discard(command.node)
        elif isinstance(command, script.Pause):
            frozen.add(command.node)
        elif isinstance(command, script.Resume):
            frozen.discard(command.node)
        running -= set(row.died)
        found.append(running - frozen)
    return found


def has_settled(row: Row) -> bool:
    """Whether no healthy node owed anything then to another one that it could reach."""
    command = row.step.command
    asked = isinstance(command, script.Settle) or isinstance(command, script.Ask) and command.text.startswith("settle ")
    return asked and row.step.answers == ["settled"]


def owed(row: Row) -> int:
    """How many deliveries the node that was asked owes, by its answer to `owed`; else 0."""
    command, answers = row.step.command, row.step.answers
    if not isinstance(command, script.Ask) or command.text != "owed" or not answers:
        return 0
    return sum(int(rows) for rows in re.findall(r"[0-9]{1,3}>[0-9]{1,3} ([0-9]{1,18})", answers[0][:4_000]))
