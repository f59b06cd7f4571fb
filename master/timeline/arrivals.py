"""Where a buzz showed up, as far as the run can know: in the first answer of a node that shows a version of it, and in
what was pushed to a client there. When it really came there only that node knows; it was there by then. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Dict, List, Sequence, Set, Tuple

from master import script
from master.client_lines import Act, ClientCommand
from master.each import Each
from master.timeline.rows import Row
from master.timeline.sayings import Saying, Version

READ, PUSHED, MISSING = "read", "pushed", "missing"
MOST_ARROWS = 4
"""Into one row, for each way; of more, those from one node are one arrow."""

_MOST_READ = 400_000
"""Characters of an answer that are looked at: more than a page can have."""
_FEEDS = ("author ", "feed ", "topic ", "mentions ", "thread ")
_ENTRY = re.compile(r'#([0-9]+)/([0-9]+) (?:@[^ ]+ )?(?:to #[0-9]+ )?(?:"(?:[^"\\]|\\.)*"|deleted)')
_LEFT = re.compile(r"(?:^|[ ,])left #([0-9]+)/([0-9]+) @")
_TEXT_PUSH = re.compile(r'(?:^|[ ,])buzz #([0-9]+) @[^ ]+ "(?:[^"\\]|\\.)*"')


@dataclass(frozen=True)
class Arrival:
    sender: int
    """The node that acknowledged it."""
    receiver: int
    said: int
    """The row of the command; of several, of the last."""
    seen: int
    """The row of the answer or the push; of a missing one, of the answer that should show it."""
    buzzes: Tuple[str, ...]
    way: str
    """`READ`, `PUSHED` or `MISSING`."""

    @property
    def label(self) -> str:
        """How many it stands for, if it is several."""
        return f"{len(self.buzzes)} buzzes" if len(self.buzzes) > 1 else ""


def arrivals(rows: Sequence[Row], said: Sequence[Saying]) -> List[Arrival]:
    """None to the node that has acknowledged it itself."""
    made: Dict[Version, Saying] = {}
    for each in said:
        if each.made is not None:
            made.setdefault(each.made, each)
    reader = _Reader(made)
    for number, row in enumerate(rows):
        reader.row(number, row)
    return reader.found


class _Reader:
    def __init__(self, made: Dict[Version, Saying]) -> None:
        self.found: List[Arrival] = []
        self._made = made
        self._known: Dict[object, Set[Version]] = {}
        """What a node (by its number) has shown, and what a client (by its name) was told."""

    def row(self, number: int, row: Row) -> None:
        command, step = row.step.command, row.step
        if isinstance(command, script.Wipe):
            self._known.pop(command.node, None)
        told = [one for one in _single(command) if isinstance(one, Act) and one.verb == "events"]
        arrows: List[Arrival] = []
        if told:
            shown = [version for answer in step.answers for version in versions_told(answer)]
            for client, node in zip(told, row.places):
                new = self._new(client.client, shown)
                self._known.setdefault(node, set()).update(new)
                arrows += self._arrows(number, node, new, PUSHED)
        elif row.node is not None and _asks(command) and step.answers:
            shown = versions_shown(step.answers[0])
            new = self._new(row.node, shown)
            arrows += self._arrows(number, row.node, new, READ)
            if not step.right and step.expected and step.expected[0] is not None:
                absent = [each for each in versions_shown(step.expected[0]) if each not in shown]
                arrows += self._arrows(number, row.node, absent, MISSING)
        self.found += _fewer(list(dict.fromkeys(arrows)))

    def _new(self, who: object, shown: Sequence[Version]) -> List[Version]:
        known = self._known.setdefault(who, set())
        new = [version for version in dict.fromkeys(shown) if version not in known]
        known.update(new)
        return new

    def _arrows(self, row: int, node: int, shown: Sequence[Version], way: str) -> List[Arrival]:
        found: List[Arrival] = []
        for version in shown:
            by = self._made.get(version)
            if by is not None and by.node != node and by.row < row:
                found.append(Arrival(by.node, node, by.row, row, (by.label,), way))
        return found


def versions_shown(answer: str) -> List[Version]:
    """Those in an answer that shows a feed; none in any other."""
    return _entries(answer) if answer.startswith(_FEEDS) else []


def versions_told(answer: str) -> List[Version]:
    """Those that were pushed, by an answer to `events`. The text protocol does not tell versions: it tells of new buzzes."""
    answer = answer[:_MOST_READ]
    if not answer.startswith("events "):
        return []
    new = [(f"#{found[1]}", 1) for found in _TEXT_PUSH.finditer(answer)]
    return new or _entries(answer) + [(f"#{found[1]}", int(found[2])) for found in _LEFT.finditer(_ENTRY.sub("", answer))]


def _entries(answer: str) -> List[Version]:
    return [(f"#{found[1]}", int(found[2])) for found in _ENTRY.finditer(answer[:_MOST_READ])]


def _single(command: object) -> Tuple[object, ...]:
    return command.commands if isinstance(command, Each) else (command,)


def _asks(command: object) -> bool:
    return isinstance(command, (script.Ask, script.Answer)) or isinstance(command, ClientCommand)


def _fewer(arrows: List[Arrival]) -> List[Arrival]:
    """Of too many of one way, those between the same two nodes together, from where the last of them was said."""
    found: List[Arrival] = []
    for way in (READ, PUSHED, MISSING):
        of_way = [each for each in arrows if each.way == way]
        if len(of_way) <= MOST_ARROWS:
            found += of_way
            continue
        for pair in dict.fromkeys((each.sender, each.receiver) for each in of_way):
            group = sorted((each for each in of_way if (each.sender, each.receiver) == pair), key=lambda one: one.said)
            labels = tuple(label for each in group for label in each.buzzes)
            found.append(Arrival(*pair, group[-1].said, group[-1].seen, labels, way))
    return found
