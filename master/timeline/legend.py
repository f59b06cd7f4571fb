"""What the signs of a timeline mean, below it: of those that it has."""

from __future__ import annotations

from typing import Callable, List, Sequence, Set, Tuple

from master import script
from master.timeline import arrivals, buzz_signs, sayings
from master.timeline.arrivals import Arrival
from master.timeline.canvas import Canvas
from master.timeline.deliveries import Delivery
from master.timeline.rows import Row
from master.timeline.sayings import Saying
from master.timeline.settling import has_settled
from master.timeline.style import hue, side_colour

_SIGN = 40.0
_CELL = 7.25
_ROW = 22.0
_GAP = 22.0
_TOP = 22.0

Sign = Callable[[Canvas, float, float], None]
"""Draws it at (x, y), 30 wide."""


def _start(canvas: Canvas, x: float, y: float) -> None:
    canvas.line(x + 8, y, x + 30, y, "life", style=f"stroke:{hue(0)}")
    canvas.circle(x + 8, y, 6, "start", style=f"stroke:{hue(0)}")


def _crash(canvas: Canvas, x: float, y: float) -> None:
    canvas.line(x, y, x + 22, y, "life", style=f"stroke:{hue(0)}")
    canvas.cross(x + 22, y, 6.0, "cross")


def _died(canvas: Canvas, x: float, y: float) -> None:
    canvas.line(x, y, x + 18, y, "life", style=f"stroke:{hue(0)}")
    canvas.cross(x + 23, y, 6.0, "died")


def _stop(canvas: Canvas, x: float, y: float) -> None:
    canvas.line(x, y, x + 18, y, "life", style=f"stroke:{hue(0)}")
    canvas.box(x + 16, y - 6, 12, 12, "start", style=f"stroke:{hue(0)}")


def _cut(canvas: Canvas, x: float, y: float) -> None:
    canvas.line(x, y, x + 22, y, "parting")
    canvas.add("polygon", points=f"{x + 30},{y} {x + 21},{y - 4} {x + 21},{y + 4}", style="fill:var(--bad)")
    canvas.cross(x + 10, y, 4.0, "cross")


def _parting(canvas: Canvas, x: float, y: float) -> None:
    canvas.line(x, y, x + 30, y, "parting")


def _heal(canvas: Canvas, x: float, y: float) -> None:
    canvas.line(x, y, x + 30, y, "heal")


def _frozen(canvas: Canvas, x: float, y: float) -> None:
    canvas.box(x, y - 6, 30, 12, "frozen", rx=3)


def _asked(canvas: Canvas, x: float, y: float) -> None:
    canvas.circle(x + 15, y, 4, "dot", style=f"fill:{hue(0)}")


def _said(canvas: Canvas, x: float, y: float) -> None:
    canvas.circle(x + 15, y, 6, "dot", style=f"fill:{hue(0)}")


def _broadcast(canvas: Canvas, x: float, y: float) -> None:
    canvas.circle(x + 5, y, 6, "dot", style=f"fill:{hue(0)}")
    canvas.line(x + 11, y, x + 30, y, "message", style=f"stroke:{hue(0)}")


def _marked(canvas: Canvas, x: float, y: float) -> None:
    canvas.circle(x + 5, y, 6, "dot", style=f"fill:{hue(0)}")
    canvas.line(x + 11, y, x + 30, y, "marked", style=f"stroke:{hue(0)}")


def _lost(canvas: Canvas, x: float, y: float) -> None:
    canvas.line(x, y, x + 24, y, "lost")
    canvas.cross(x + 26, y, 4.0, "cross")


def _group(canvas: Canvas, x: float, y: float) -> None:
    canvas.box(x, y - 8, 14, 16, "group", rx=4, style=f"fill:{side_colour(0)}")
    canvas.box(x + 16, y - 8, 14, 16, "group", rx=4, style=f"fill:{side_colour(1)}")


def _wrong(canvas: Canvas, x: float, y: float) -> None:
    canvas.circle(x + 15, y, 4, "dot", style=f"fill:{hue(0)}")
    canvas.circle(x + 15, y, 9, "ring")


def _acknowledged(canvas: Canvas, x: float, y: float) -> None:
    buzz_signs.said(canvas, x + 7, y, 0, sayings.ACKNOWLEDGED)
    buzz_signs.acknowledged(canvas, x + 7, x + 32, y)


def _refused(canvas: Canvas, x: float, y: float) -> None:
    buzz_signs.said(canvas, x + 15, y, 0, sayings.REFUSED)


def _unknown(canvas: Canvas, x: float, y: float) -> None:
    buzz_signs.said(canvas, x + 15, y, 0, sayings.UNKNOWN)


def _under_way(canvas: Canvas, x: float, y: float) -> None:
    canvas.line(x + 9, y - 9, x + 9, y + 9, "life", style=f"stroke:{hue(0)}")
    buzz_signs.under_way(canvas, x + 7, y - 9, y + 9)


def _read(canvas: Canvas, x: float, y: float) -> None:
    _buzz(canvas, x, y, "buzz")


def _pushed(canvas: Canvas, x: float, y: float) -> None:
    _buzz(canvas, x, y, "pushed")


def _buzz(canvas: Canvas, x: float, y: float, kind: str) -> None:
    canvas.line(x + 6, y, x + 26, y, kind, style=f"stroke:{hue(0)}")
    buzz_signs.arrow_head(canvas, x, y, x + 32, y, hue(0))
    buzz_signs.said(canvas, x + 7, y, 0, sayings.ACKNOWLEDGED)


def _settled(canvas: Canvas, x: float, y: float) -> None:
    buzz_signs.settled(canvas, x, x + 30, y)
    buzz_signs.has_settled(canvas, x + 15, y)


_SIGNS: Tuple[Tuple[str, Sign, str], ...] = (
    ("start", _start, "started"), ("crash", _crash, "killed"), ("died", _died, "found to have ended by itself"), ("stop", _stop, "stopped"), ("pause", _frozen, "frozen"),
    ("ask", _asked, "asked or told"), ("said", _said, "broadcast"),
    ("arrived", _broadcast, "broadcast; it was there when get was asked"),
    ("marked", _marked, "broadcast; it had arrived by then"), ("lost", _lost, "it should have been there"),
    ("acknowledged", _acknowledged, "a user's command, acknowledged"), ("refused", _refused, "refused: it did not happen"),
    ("unknown", _unknown, "its outcome was not told"), ("under way", _under_way, "sent and not waited for"),
    ("read", _read, "a buzz; it was there when a feed was read"), ("pushed", _pushed, "a buzz; it was pushed to a client"),
    ("settled", _settled, "settled: nothing owed to whom can be reached"),
    ("partition", _parting, "partition"), ("partition", _group, "parted: the same colour sees each other"),
    ("cut", _cut, "cut in this direction, until heal"), ("heal", _heal, "heal"), ("wrong", _wrong, "wrong answer"),
)

_OF_COMMANDS = {
    script.Start: "start", script.Crash: "crash", script.Stop: "stop", script.Pause: "pause", script.Broadcast: "said",
    script.Partition: "partition", script.Cut: "cut", script.Heal: "heal",
}


def occurring(rows: Sequence[Row], arrows: Sequence[Delivery]) -> Set[str]:
    """The names of the signs that such a drawing has."""
    found = {
        _OF_COMMANDS.get(type(row.step.command), "ask") for row in rows
        if row.nodes or type(row.step.command) in _OF_COMMANDS
    }
    found |= {"lost" if each.missing else "marked" if each.marked else "arrived" for each in arrows}
    if any(row.died for row in rows):
        found.add("died")
    if any(row.wrong for row in rows):
        found.add("wrong")
    # The arrow's sign shows the dot as well.
    return found - {"said"} if found & {"arrived", "marked"} else found


def occurring_of_buzzes(rows: Sequence[Row], said: Sequence[Saying], arrows: Sequence[Arrival]) -> Set[str]:
    """Likewise, of the signs of buzzes."""
    found = {each.outcome for each in said}
    if any(each.under_way_until is not None for each in said):
        found.add("under way")
    found |= {"lost" if each.way == arrivals.MISSING else each.way for each in arrows}
    if any(has_settled(row) for row in rows):
        found.add("settled")
    return found


def lines(width: float, occurring: Set[str]) -> List[List[Tuple[Sign, str, float]]]:
    """The signs in lines of at most `width`, each with its place in the line."""
    found: List[List[Tuple[Sign, str, float]]] = [[]]
    x = 0.0
    for name, sign, text in _SIGNS:
        if name not in occurring:
            continue
        needed = _SIGN + len(text) * _CELL
        if found[-1] and x + needed > width:
            found.append([])
            x = 0.0
        found[-1].append((sign, text, x))
        x += needed + _GAP
    return found


def height(found: List[List[Tuple[Sign, str, float]]]) -> float:
    return _TOP + len(found) * _ROW


def draw(canvas: Canvas, found: List[List[Tuple[Sign, str, float]]], left: float, top: float) -> None:
    for number, line in enumerate(found):
        y = top + _TOP + number * _ROW
        for sign, text, x in line:
            sign(canvas, left + x, y)
            canvas.text(left + x + _SIGN, y + 4, text, "faint")
