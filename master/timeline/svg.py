"""A run as a space-time diagram: a column for each node, time downwards, one row for each line of the script.

From left to right: when it happened and what the script says; the nodes' lifelines; what was answered. Rows are evenly
spaced, whatever time passed between them. The file is self-contained and follows the reader's light or dark scheme.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Dict, List, Set

from master import script
from master.command import Command
from master.timeline import arrivals, buzz_signs, deliveries, legend, partings, sayings
from master.timeline.arrivals import Arrival
from master.timeline.buzz_signs import arrow_head
from master.timeline.canvas import Canvas
from master.timeline.events import Timeline
from master.timeline.rows import ANSWER_CELLS, COMMAND_CELLS, Row, cells, fit, rows
from master.timeline.sayings import ACKNOWLEDGED, Saying
from master.timeline.settling import has_settled, healthy, owed
from master.timeline.style import HEAD, hue, side_colour

_CELL = 7.25
"""Width of a character."""
_LINE = 17.0
_ROW = 30.0
_MARGIN = 24.0
_TIME = 62.0
_HEADER = 78.0
_NODES = 44.0
_LONG = 24


def write(path: Path, timeline: Timeline) -> None:
    """Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(document(timeline), "utf-8")


def document(timeline: Timeline) -> str:
    return _Drawing(timeline).document()


def nodes_of(steps: List[Row]) -> List[int]:
    """Every node that the script starts or names, ascending."""
    found: Set[int] = set()
    for row in steps:
        found.update(row.nodes)
        if isinstance(row.step.command, script.Cut):
            found.update((row.step.command.sender, row.step.command.receiver))
        if isinstance(row.step.command, script.Partition):
            found.update(node for group in row.step.command.groups for node in group)
    return sorted(found)


class _Drawing:
    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._rows = rows(timeline.steps)
        self._nodes = nodes_of(self._rows)
        self._deliveries = deliveries.deliveries(self._rows)
        self._sayings = sayings.sayings(self._rows)
        self._said_in: Dict[int, List[Saying]] = {}
        for each in self._sayings:
            self._said_in.setdefault(each.row, []).append(each)
        self._acknowledged_later = {each.answered for each in self._sayings if each.outcome == ACKNOWLEDGED}
        self._arrivals = arrivals.arrivals(self._rows, self._sayings)
        self._healthy = healthy(self._rows)
        self._canvas = Canvas()
        lane = 64.0 if len(self._nodes) <= 5 else 52.0 if len(self._nodes) <= 9 else 42.0
        commands = max([cells(row.text) for row in self._rows] + [16])
        self._lanes_left = _MARGIN + _TIME + 14 + min(commands, COMMAND_CELLS) * _CELL + 22
        self._x = {node: self._lanes_left + (number + 0.5) * lane for number, node in enumerate(self._nodes)}
        self._lanes_right = self._lanes_left + max(1, len(self._nodes)) * lane
        self._answers_left = self._lanes_right + 22
        texts = [text for row in self._rows for text in row.answers + row.expected + row.problem]
        answers = max([cells(text) for text in texts] + [24])
        self._width = max(self._answers_left + min(answers, ANSWER_CELLS) * _CELL + _MARGIN, 760.0)
        self._top = _HEADER + 20 * len(timeline.notes) + _NODES
        self._y: List[float] = []
        """The middle of each row's first line."""
        self._tops: List[float] = []
        y = self._top
        for row in self._rows:
            self._tops.append(y)
            self._y.append(y + _ROW / 2)
            y += _ROW + (row.lines - 1) * _LINE
        self._tops.append(y)
        self._bottom = y
        self._long = len(self._rows) > _LONG
        """The nodes' heads stand below as well."""

    def document(self) -> str:
        end = self._bottom + 12 + 22 * bool(self._timeline.not_run) + 22 * self._long
        legend_lines = legend.lines(self._width - 2 * _MARGIN, self._signs())
        height = end + legend.height(legend_lines) + _MARGIN
        self._canvas.box(0, 0, self._width, height, "paper")
        self._header()
        self._stripes()
        self._partitions()
        self._lifelines()
        self._messages()
        for each in self._arrivals:
            self._arrival(each)
        for saying in self._sayings:
            if saying.under_way_until is not None:
                buzz_signs.under_way(
                    self._canvas, self._x[saying.node], self._y[saying.row], self._y[saying.under_way_until])
        for number, row in enumerate(self._rows):
            self._row(number, row)
        if self._long:
            self._heads(self._bottom + 20)
        if self._timeline.not_run:
            rest = self._timeline.not_run
            what = f"{rest} more line{'s' if rest > 1 else ''} of the script {'were' if rest > 1 else 'was'} not run"
            self._canvas.text(_MARGIN + _TIME + 14, self._bottom + 20, what, "wrong")
        legend.draw(self._canvas, legend_lines, _MARGIN, end)
        return self._canvas.document(self._width, height, self._timeline.title, HEAD)

    def _signs(self) -> Set[str]:
        """Those of the legend."""
        found = legend.occurring(self._rows, self._deliveries)
        return found | legend.occurring_of_buzzes(self._rows, self._sayings, self._arrivals)

    # What stands behind

    def _header(self) -> None:
        canvas, timeline = self._canvas, self._timeline
        canvas.text(_MARGIN, 38, fit(timeline.title, int((self._width - 160) / 11)), "title", title=timeline.title)
        if timeline.passed is not None:
            word = "passed" if timeline.passed else "failed"
            x = self._width - _MARGIN - 76
            canvas.box(x, 18, 76, 26, word, rx=13)
            canvas.text(x + 38, 35.5, word, "verdict")
        number = len(timeline.steps)
        took = timeline.steps[-1].ended_s if timeline.steps else 0.0
        canvas.text(_MARGIN, 62, f"{number} lines in {took:.2f} s, {len(self._nodes)} nodes; time goes down, not to scale",
                    "faint")
        for line, note in enumerate(timeline.notes):
            text = fit(note, int((self._width - 2 * _MARGIN) / _CELL))
            canvas.text(_MARGIN, 82 + 20 * line, text, "faint", title=note)
        self._heads(self._top - 22)

    def _heads(self, y: float) -> None:
        canvas = self._canvas
        for node, x in self._x.items():
            canvas.box(x - 15, y - 13, 30, 22, "head", rx=6, style=f"stroke:{hue(node)}")
            canvas.text(x, y + 2.5, str(node), "headtext")

    def _stripes(self) -> None:
        for number in range(0, len(self._rows), 2):
            top = self._tops[number]
            self._canvas.box(_MARGIN / 2, top, self._width - _MARGIN, self._tops[number + 1] - top, "stripe", rx=4)

    def _partitions(self) -> None:
        """Bands: nodes on the same side of every partition have the same colour behind their lifelines."""
        for first, last, sides in partings.bands([row.step.command for row in self._rows]):
            top = self._y[first]
            bottom = self._bottom if last is None else self._y[last]
            for node, side in sides.items():
                x = self._x[node]
                self._canvas.box(x - 17, top, 34, bottom - top, "group", rx=8, style=f"fill:{side_colour(side)}")

    def _lifelines(self) -> None:
        begun: Dict[int, float] = {}
        paused: Dict[int, float] = {}

        def end(node: int, y: float) -> None:
            x = self._x[node]
            if node in paused:
                self._canvas.box(x - 6, paused[node], 12, y - paused.pop(node), "frozen", rx=3)
            if node in begun:
                self._canvas.line(x, begun.pop(node), x, y, "life", style=f"stroke:{hue(node)}")

        for y, row in zip(self._y, self._rows):
            command = row.step.command
            if isinstance(command, script.Start):
                begun.setdefault(command.node, y)
            elif isinstance(command, (script.Crash, script.Stop)):
                end(command.node, y)
            elif isinstance(command, script.Pause):
                paused[command.node] = y
            elif isinstance(command, script.Resume) and command.node in paused:
                x = self._x[command.node]
                self._canvas.box(x - 6, paused[command.node], 12, y - paused.pop(command.node), "frozen", rx=3)
            for node, how in row.died.items():
                end(node, y)
                self._canvas.circle(self._x[node], y, 9, "paper", f"node {node} ended by itself: {how}")
                self._canvas.cross(self._x[node], y, 6.0, "died")
        for node in list(begun):
            end(node, self._bottom)

    def _messages(self) -> None:
        for each in self._deliveries:
            x1, y1 = self._x[each.sender], self._y[each.sent]
            x2, y2 = self._x[each.receiver], self._y[each.seen]
            length = math.hypot(x2 - x1, y2 - y1)
            short = 9.0 if each.missing else 3.0 if each.marked else 7.0
            x2, y2 = x2 - (x2 - x1) * short / length, y2 - (y2 - y1) * short / length
            if each.missing:
                self._canvas.line(x1, y1, x2, y2, "lost")
                self._canvas.cross(x2, y2, 4.0, "cross")
            else:
                self._canvas.line(x1, y1, x2, y2, "marked" if each.marked else "message", style=f"stroke:{hue(each.sender)}")
                arrow_head(self._canvas, x1, y1, x2, y2, hue(each.sender))
            if each.label:
                self._canvas.text(x2 + (8 if x2 < x1 else -8), y2 - 6, each.label, "count", anchor="start" if x2 < x1 else "end")

    def _arrival(self, each: Arrival) -> None:
        x1, y1 = self._x[each.sender], self._y[each.said]
        x2, y2 = self._x[each.receiver], self._y[each.seen]
        length = math.hypot(x2 - x1, y2 - y1)
        short = 9.0 if each.way == arrivals.MISSING else 6.0
        x2, y2 = x2 - (x2 - x1) * short / length, y2 - (y2 - y1) * short / length
        word = {arrivals.READ: "shown by", arrivals.PUSHED: "pushed to a client of"}.get(each.way, "not shown by")
        title = f"{', '.join(each.buzzes)} of node {each.sender}, {word} node {each.receiver}: {self._rows[each.seen].text}"
        if each.way == arrivals.MISSING:
            self._canvas.line(x1, y1, x2, y2, "lost", title=title)
            self._canvas.cross(x2, y2, 4.0, "cross")
        else:
            kind = "pushed" if each.way == arrivals.PUSHED else "buzz"
            self._canvas.line(x1, y1, x2, y2, kind, style=f"stroke:{hue(each.sender)}", title=title)
            arrow_head(self._canvas, x1, y1, x2, y2, hue(each.sender), title=title)
        if each.label:
            # In the middle: at their ends, arrows from several nodes meet.
            self._canvas.text((x1 + x2) / 2, (y1 + y2) / 2, each.label, "count", title, "middle")

    # One row

    def _row(self, number: int, row: Row) -> None:
        y = self._y[number]
        self._canvas.text(_MARGIN + _TIME, y + 4, f"{row.step.begun_s:.2f} s", "faint", anchor="end")
        kind = "" if row.nodes else "world"
        self._canvas.text(_MARGIN + _TIME + 14, y + 4, row.text, kind, title=row.full)
        self._symbol(number, row)
        line = y + 4
        for texts, style in ((row.answers, "wrong" if row.wrong else "answer"), (row.expected, "expected"),
                             (row.problem, "wrong")):
            for text in texts:
                self._canvas.text(self._answers_left, line, text, style, title=row.full_answer)
                line += _LINE

    def _symbol(self, number: int, row: Row) -> None:
        y, command = self._y[number], row.step.command
        canvas = self._canvas
        if isinstance(command, (script.Partition, script.Heal)):
            kind = "heal" if isinstance(command, script.Heal) else "parting"
            canvas.line(self._lanes_left, y, self._lanes_right, y, kind)
        elif isinstance(command, script.Cut):
            self._cut(y, command)
        if has_settled(row):
            buzz_signs.settled(canvas, self._lanes_left, self._lanes_right, y)
            for node in self._healthy[number]:
                buzz_signs.has_settled(canvas, self._x[node], y, f"node {node} owed nothing to whom it could reach")
        answered = number in self._acknowledged_later
        for node in row.nodes:
            x = self._x[node]
            title = "\n".join(filter(None, [row.full, row.full_answer]))
            said = [each for each in self._said_in.get(number, ()) if each.node == node]
            if said:
                self._said(x, y, said, title)
                answered = answered or any(each.outcome == ACKNOWLEDGED and each.answered is None for each in said)
            else:
                canvas.line(self._lanes_left - 14, y, x - 10, y, "leader")
                self._process(x, y, node, command, title)
                if owed(row):
                    canvas.text(x + 12, y - 4, f"owes {owed(row)}", "count")
        if not row.nodes:
            return
        x = max(self._x[node] for node in row.nodes)
        if row.wrong:
            for node in row.nodes:
                canvas.circle(self._x[node], y, 10, "ring")
            canvas.line(x + 11, y, self._answers_left - 6, y, "redleader")
        elif answered:
            buzz_signs.acknowledged(canvas, x, self._answers_left - 5, y)
        elif row.answers:
            canvas.line(x + 8, y, self._answers_left - 6, y, "leader")

    def _said(self, x: float, y: float, said: List[Saying], title: str) -> None:
        """One sign for what one row said to one node, which may be what many clients said."""
        outcomes = {each.outcome for each in said}
        outcome = outcomes.pop() if len(outcomes) == 1 else sayings.UNKNOWN
        buzz_signs.told(self._canvas, self._lanes_left - 14, x, y)
        buzz_signs.said(self._canvas, x, y, said[0].node, outcome, title)
        label = said[0].label if len(said) == 1 else f"×{len(said)}"
        if label:
            self._canvas.text(x + 9, y - 4, label, "count")

    def _process(self, x: float, y: float, node: int, command: Command, title: str) -> None:
        """What was done to it, asked of it or told to it."""
        canvas = self._canvas
        if isinstance(command, script.Crash):
            canvas.cross(x, y, 6.0, "cross")
        elif isinstance(command, script.Start):
            canvas.circle(x, y, 6, "start", title, style=f"stroke:{hue(node)}")
        elif isinstance(command, script.Stop):
            canvas.box(x - 6, y - 6, 12, 12, "start", style=f"stroke:{hue(node)}")
        elif isinstance(command, script.Broadcast):
            canvas.circle(x, y, 6, "dot", title, style=f"fill:{hue(node)}")
        else:
            canvas.circle(x, y, 4, "dot", title, style=f"fill:{hue(node)}")

    def _cut(self, y: float, command: script.Cut) -> None:
        x1, x2 = self._x[command.sender], self._x[command.receiver]
        side = 8.0 if x2 > x1 else -8.0
        self._canvas.line(x1, y, x2 - side, y, "parting")
        arrow_head(self._canvas, x1, y, x2 - side, y, "var(--bad)")
        self._canvas.cross((x1 + x2) / 2, y, 5.0, "cross")
