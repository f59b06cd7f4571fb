"""What users said: the commands that change something, what they were answered, and the version of a buzz that each has
made. Pure."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, replace
from typing import Deque, Dict, List, Optional, Sequence, Tuple

from master import script
from master.client_lines import Act, ClientCommand
from master.each import Each
from master.timeline.rows import Row

ACKNOWLEDGED, REFUSED, UNKNOWN = "acknowledged", "refused", "unknown"

Version = Tuple[str, int]
"""A buzz by its label, and the number of its version."""

_COMMAND = re.compile(r"as [^ ]+ (?:with [^ ]+ )?(register|post|reply|edit|delete|follow|unfollow)(?: |$)")
_OF_CLIENTS = ("register", "post", "posts", "reply", "edit", "delete", "follow", "unfollow")
_DONE = re.compile(r"(posted|edited|deleted|OK) (#[0-9]+)(?:/([0-9]+))?$")
_NOBODY_KNOWS = ("error unavailable", "error key_expired", "error closed")


@dataclass(frozen=True)
class Saying:
    row: int
    node: int
    """The node that was asked, which need not be the user's home."""
    outcome: str = UNKNOWN
    """`ACKNOWLEDGED`; `REFUSED`: it did not happen; `UNKNOWN`: it may have."""
    made: Optional[Version] = None
    answered: Optional[int] = None
    """The row of the answer, if it is another one."""
    under_way_until: Optional[int] = None
    """Of one that was sent and not waited for: the row of its answer, or of the node's end."""

    @property
    def label(self) -> str:
        if self.made is None:
            return ""
        name, version = self.made
        return name if version == 1 else f"{name}/{version}"


def sayings(rows: Sequence[Row]) -> List[Saying]:
    """In the order of the script."""
    return _Reader(rows).found


class _Reader:
    def __init__(self, rows: Sequence[Row]) -> None:
        self.found: List[Saying] = []
        self._latest: Dict[str, int] = {}
        self._deleted: Dict[str, int] = {}
        self._sent: Dict[int, Deque[Optional[int]]] = {}
        """Of each node, the lines that it owes an answer to: which of `found`, if it is a command."""
        for number, row in enumerate(rows):
            self._row(number, row)

    def _row(self, number: int, row: Row) -> None:
        command, answers = row.step.command, row.step.answers
        if isinstance(command, (script.Start, script.Crash, script.Stop)):
            self._end(command.node, number)
        elif isinstance(command, script.Ask) and _COMMAND.match(command.text):
            self._said(number, command.node, answers[0] if answers else "")
        elif isinstance(command, script.Send):
            says = _COMMAND.match(command.text) is not None
            self._sent.setdefault(command.node, deque()).append(len(self.found) if says else None)
            if says:
                self.found.append(Saying(number, command.node))
        elif isinstance(command, script.Answer):
            waiting = self._sent.get(command.node)
            place = waiting.popleft() if waiting else None
            if place is not None:
                outcome, made = self._heard(answers[0] if answers else "")
                self.found[place] = replace(
                    self.found[place], outcome=outcome, made=made, answered=number, under_way_until=number)
        elif isinstance(command, Each):
            for place, one in enumerate(command.commands):
                if place < len(row.places) and _changes(one):
                    alone = len(answers) == len(command.commands)
                    self._said(number, row.places[place], answers[place if alone else 0] if answers else "")
        elif isinstance(command, ClientCommand) and row.places and _changes(command):
            self._said(number, row.places[0], answers[0] if answers else "")

    def _said(self, row: int, node: int, answer: str) -> None:
        outcome, made = self._heard(answer)
        self.found.append(Saying(row, node, outcome, made))

    def _heard(self, answer: str) -> Tuple[str, Optional[Version]]:
        if not answer or answer in _NOBODY_KNOWS:
            return UNKNOWN, None
        if answer.startswith("error "):
            return REFUSED, None
        done = _DONE.match(answer)
        if done is None:
            return ACKNOWLEDGED, None
        word, label = done[1], done[2]
        if word == "edited":
            version = int(done[3] or 0)
        elif word == "deleted":
            version = self._deleted.setdefault(label, self._latest.get(label, 0) + 1)
        else:
            version = 1
        self._latest[label] = max(version, self._latest.get(label, 0))
        return ACKNOWLEDGED, (label, version)

    def _end(self, node: int, row: int) -> None:
        """Its answers come no more."""
        for place in self._sent.pop(node, ()):
            if place is not None:
                self.found[place] = replace(self.found[place], under_way_until=row)


def _changes(command: ClientCommand) -> bool:
    return isinstance(command, Act) and command.verb in _OF_CLIENTS
