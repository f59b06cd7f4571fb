"""Which broadcast reached whom, as far as the answers tell: `get` shows that it arrived at some moment before, and an
answer to `mark` that all that the node had broadcast was with the nodes it names. Pure."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import Dict, List, Optional, Sequence, Set, Tuple

from master import script
from master.timeline.rows import Row, messages


@dataclass(frozen=True)
class Delivery:
    sender: int
    receiver: int
    sent: int
    """The row of the broadcast."""
    seen: int
    """The row of the first `get` that shows it, or of a `mark` before that; of a missing one, the `get` that should."""
    count: int
    of: int
    missing: bool = False
    marked: bool = False
    """`seen` is a mark's row."""

    @property
    def label(self) -> str:
        """How many of a burst, if not all of them."""
        return f"{self.count} of {self.of}" if self.count < self.of and not self.missing else ""


def deliveries(rows: Sequence[Row]) -> List[Delivery]:
    """Nobody's delivery to itself, and none to a node that nobody asked."""
    found: List[Delivery] = []
    logs: Dict[int, _Log] = {}
    marks: List[Tuple[int, int, Set[str]]] = []
    """Row, who asked, whom it reached."""
    for number, row in enumerate(rows):
        command = row.step.command
        if isinstance(command, (script.Start, script.Crash, script.Stop)):
            logs.pop(command.node, None)
            if isinstance(command, script.Start):
                logs[command.node] = _Log(command.node)
        elif isinstance(command, script.Broadcast):
            for log in logs.values():
                log.sent(number, command.node, messages(row))
        elif isinstance(command, script.Ask) and command.text == "mark" and row.step.answers:
            marks.append((number, command.node, set(row.step.answers[0].partition(" ")[2].split(","))))
        elif isinstance(command, script.Ask) and command.text == "get" and command.node in logs and row.step.answers:
            expected = row.step.expected[0] if row.step.expected and not row.step.right else None
            shown = logs[command.node].asked(number, row.step.answers[0], expected)
            found += [_sooner(each, marks) for each in shown]
    return found


def _sooner(one: Delivery, marks: Sequence[Tuple[int, int, Set[str]]]) -> Delivery:
    for row, sender, reached in marks:
        if not one.missing and sender == one.sender and one.sent < row < one.seen and str(one.receiver) in reached:
            return replace(one, seen=row, marked=True)
    return one


def count(answer: str, message: str) -> int:
    """How often a message stands in an answer to `get`; either may hold commas. White space around does not count: a
    message that came with some too much has come."""
    word, _, body = answer.partition(" ")
    return _apart(body).count(_apart(message)) if word.strip() == "messages" else 0


@functools.lru_cache(maxsize=8)
def _apart(text: str) -> str:
    """With two commas where there was one, and one at each end: so no piece is found across the border of another."""
    return "," + ",,".join(piece.strip() for piece in text.split(",")) + ","


class _Log:
    """What one life of a node should have received, and has shown."""

    def __init__(self, node: int) -> None:
        self._node = node
        self._sent: List[_Sent] = []
        self._shown: Set[_Sent] = set()

    def sent(self, row: int, sender: int, texts: Sequence[str]) -> None:
        self._sent += [_Sent(row, sender, number, text) for number, text in enumerate(texts)]

    def asked(self, row: int, answer: str, expected: Optional[str]) -> List[Delivery]:
        # Which of several copies of one text it is that an answer shows: one that was shown before, else the node's own
        # (which says nothing about the others), else the first.
        copies: Dict[str, int] = {}
        new: Dict[Tuple[int, int], int] = {}
        lost: Dict[Tuple[int, int], int] = {}
        for each in sorted(self._sent, key=lambda one: (one not in self._shown, one.sender != self._node)):
            copies[each.text] = copy = copies.get(each.text, 0) + 1
            burst = (each.row, each.sender)
            if copy <= count(answer, each.text):
                if each not in self._shown:
                    new[burst] = new.get(burst, 0) + 1
                self._shown.add(each)
            elif expected is not None and copy <= count(expected, each.text):
                lost[burst] = lost.get(burst, 0) + 1
        found: List[Delivery] = []
        for sent, sender in sorted({*new, *lost}):
            if sender == self._node:
                continue
            of = sum(each.row == sent for each in self._sent)
            if (sent, sender) in new:
                found.append(Delivery(sender, self._node, sent, row, new[sent, sender], of))
            if (sent, sender) in lost:
                found.append(Delivery(sender, self._node, sent, row, lost[sent, sender], of, missing=True))
        return found


@dataclass(frozen=True)
class _Sent:
    """One message."""

    row: int
    sender: int
    number: int
    text: str
