"""A run as rows: one for each step, a burst of broadcasts of one node in one row together. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import Callable, Dict, List, Optional, Sequence, Tuple

from master import script
from master.client_lines import Act, Connect
from master.command import Command
from master.difference import first_difference, look_alike, visible
from master.each import Each
from master.timeline.events import Step

COMMAND_CELLS = 40
ANSWER_CELLS = 64
_NOTE_LINES = 4
"""Of a problem that takes many lines, so many are shown; more of it is a tool tip."""
_TIP = 4_000
"""Characters of a tool tip."""


@dataclass
class Row:
    """What stands in one row. Texts are cut to fit; `full` is all of it."""

    steps: List[Step]
    text: str
    full: str
    answers: List[str] = field(default_factory=list)
    expected: List[str] = field(default_factory=list)
    """Shown when an answer is wrong or missing."""
    problem: List[str] = field(default_factory=list)
    full_answer: str = ""
    places: Tuple[int, ...] = ()
    """Of a line of clients: the node that each is connected to, or was last."""

    @property
    def step(self) -> Step:
        return self.steps[0]

    @property
    def node(self) -> Optional[int]:
        """The only one of `nodes`."""
        return self.nodes[0] if len(self.nodes) == 1 else None

    @property
    def nodes(self) -> Tuple[int, ...]:
        """Whom the master or a client talked to, or whose process was touched. Each once."""
        command = self.step.command
        if isinstance(command, (script.NodeCommand, script.WaitAlive)):
            return (command.node,)
        return tuple(sorted(set(self.places)))

    @property
    def died(self) -> Dict[int, str]:
        """Nodes that were first seen to have ended by themselves, and how."""
        return {node: how for step in self.steps for node, how in step.died.items()}

    @property
    def wrong(self) -> bool:
        return any(not step.right or step.problem is not None for step in self.steps)

    @property
    def lines(self) -> int:
        """How many lines of text it needs."""
        return max(1, len(self.answers) + len(self.expected) + len(self.problem))


def rows(steps: Sequence[Step]) -> List[Row]:
    found: List[Row] = []
    connected: Dict[str, int] = {}
    for step in steps:
        if found and _continues_burst(found[-1], step):
            found[-1].steps.append(step)
        else:
            found.append(Row([step], "", "", places=_places(step.command, connected)))
    for row in found:
        _say(row)
    return found


def messages(row: Row) -> List[str]:
    """What was broadcast in it."""
    commands = [step.command for step in row.steps]
    return [command.text.split(None, 1)[1] for command in commands if isinstance(command, script.Broadcast)]


def cells(text: str) -> int:
    """How many columns of a terminal it takes, nearly."""
    return sum(_columns(each) for each in text)


def fit(text: str, limit: int) -> str:
    """Its beginning, at most `limit` columns wide."""
    used = kept = 0
    for number, each in enumerate(text, 1):
        used += _columns(each)
        if used <= limit - 1:
            kept = number
        # Many characters take no column, and none of them can be seen.
        if used > limit or number > 8 * limit:
            return text[:kept][:4 * limit] + "…"
    return text


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _places(command: Command, connected: Dict[str, int]) -> Tuple[int, ...]:
    """`connected`: where each client is; brought up to date."""
    found: List[int] = []
    for one in command.commands if isinstance(command, Each) else (command,):
        if isinstance(one, Connect):
            connected[one.client] = one.node
        elif isinstance(one, Act) and one.verb == "resume":
            connected[one.client] = int(one.words[0])
        if isinstance(one, (Connect, Act)) and one.client in connected:
            found.append(connected[one.client])
    return tuple(found)


def _continues_burst(row: Row, step: Step) -> bool:
    last, command = row.steps[-1].command, step.command
    return (
        isinstance(last, script.Broadcast) and isinstance(command, script.Broadcast)
        and last.node == command.node and row.steps[-1].problem is None
    )


def _say(row: Row) -> None:
    row.full = _tip("\n".join(step.text for step in row.steps))
    row.text = fit(row.step.text, COMMAND_CELLS)
    if len(row.steps) > 1:
        said = messages(row)
        row.text = fit(f"{row.node} broadcast ×{len(said)}: {said[0]}", COMMAND_CELLS - 10) + " … "
        row.text += fit(said[-1], max(4, COMMAND_CELLS - cells(row.text)))
    last = row.steps[-1]
    tips = [_tip(answer) for answer in last.answers]
    if last.right and last.problem is None:
        row.answers = [fit(answer, ANSWER_CELLS) for answer in last.answers[:3]]
    else:
        tips += _say_wrong(row, last)
    row.full_answer = "\n".join(tips)


def _say_wrong(row: Row, last: Step) -> List[str]:
    """Returns what else belongs in the tool tip."""
    tips: List[str] = []
    for number, expected in enumerate(last.expected):
        if number < len(last.rights) and last.rights[number]:
            continue
        answer = last.answers[number] if number < len(last.answers) else None
        wanted = "no further answer" if expected is None else expected
        tips.append(f"expected: {_tip(wanted)}")
        place = first_difference(answer or "", wanted)
        if answer is None:
            row.expected.append(f"expected {fit(visible(wanted), ANSWER_CELLS - 9)}")
            continue
        # In quotes when the eye would find nothing wrong.
        shown: Callable[[str], str] = repr if expected is not None and look_alike(answer, wanted) else visible
        row.answers.append(fit(shown(_around(answer, place)), ANSWER_CELLS))
        row.expected.append("expected " + fit(shown(_around(wanted, place, 9)), ANSWER_CELLS - 9))
    if last.problem is not None:
        row.problem = [fit(line, ANSWER_CELLS) for line in last.problem.splitlines()[:_NOTE_LINES]]
        tips.append(_tip(last.problem))
    return tips


def _tip(text: str) -> str:
    return text if len(text) <= _TIP else f"{text[:_TIP]}… ({len(text)} characters)"


def _around(text: str, place: int, used: int = 0) -> str:
    """A part of a text that is too long, such that `place` can be seen."""
    limit = ANSWER_CELLS - used
    if len(text) <= limit // 2 or cells(text) <= limit or place < limit - 12:
        return fit(text, limit)
    word = text[:limit // 2].split(" ", 1)[0]
    return fit(f"{word} …{text[max(len(word), place - limit // 2):place + limit]}", limit)
