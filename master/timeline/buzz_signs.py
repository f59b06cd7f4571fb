"""The signs of buzzes: what a user said, what became of it, and that it showed up elsewhere. Units are pixels."""

from __future__ import annotations

import math

from master.timeline.canvas import Canvas
from master.timeline.sayings import ACKNOWLEDGED, UNKNOWN
from master.timeline.style import hue

SIZE = 7.0
"""From the middle of a diamond to its corners."""


def arrow_head(canvas: Canvas, x1: float, y1: float, x2: float, y2: float, colour: str, size: float = 9.0, title: str = "") -> None:
    """At (x2, y2), coming from (x1, y1)."""
    angle = math.atan2(y2 - y1, x2 - x1)
    points = [(x2, y2)] + [
        (x2 - size * math.cos(angle + side), y2 - size * math.sin(angle + side)) for side in (0.38, -0.38)
    ]
    shown = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    canvas.add("polygon", "", title, points=shown, style=f"fill:{colour}")


def said(canvas: Canvas, x: float, y: float, node: int, outcome: str, title: str = "") -> None:
    """A diamond on the lifeline: full when acknowledged, hollow when refused, with a question mark when nobody knows."""
    points = f"{x},{y - SIZE} {x + SIZE},{y} {x},{y + SIZE} {x - SIZE},{y}"
    if outcome == ACKNOWLEDGED:
        canvas.add("polygon", "", title, points=points, kind="dot", style=f"fill:{hue(node)}")
        return
    canvas.add("polygon", "", title, points=points, kind="hollow", style=f"stroke:{hue(node)}")
    if outcome == UNKNOWN:
        canvas.text(x, y + 3.5, "?", "unknown", anchor="middle")


def told(canvas: Canvas, left: float, x: float, y: float) -> None:
    """The way of a command, from the script to the sign at (x, y)."""
    canvas.line(left, y, x - SIZE - 6, y, "told")
    arrow_head(canvas, left, y, x - SIZE - 1, y, "var(--faint)", 7.0)


def acknowledged(canvas: Canvas, x: float, right: float, y: float) -> None:
    """The way of an acknowledgement, from the sign at (x, y) to what was answered."""
    canvas.line(x + SIZE + 2, y, right - 6, y, "acknowledged")
    arrow_head(canvas, x, y, right, y, "var(--good)", 8.0)


def under_way(canvas: Canvas, x: float, top: float, bottom: float) -> None:
    """Beside the lifeline: from the command that was not waited for to its answer, or to the end of the node."""
    canvas.line(x + SIZE + 4, top, x + SIZE + 4, bottom, "underway")


def settled(canvas: Canvas, left: float, right: float, y: float) -> None:
    canvas.line(left, y, right, y, "settled")


def has_settled(canvas: Canvas, x: float, y: float, title: str = "") -> None:
    """On the lifeline of a node that owes nothing to those that it reaches."""
    canvas.circle(x, y, 4, "hassettled", title)
