"""The few shapes of a drawing, as SVG text. Everything written is escaped."""

from __future__ import annotations

from typing import Dict, List
from xml.sax.saxutils import escape, quoteattr

from master.xml_text import clean


class Canvas:
    """Shapes in the order in which they are painted. Units are pixels."""

    def __init__(self) -> None:
        self._parts: List[str] = []

    def add(self, name: str, content: str = "", title: str = "", **attributes: object) -> None:
        """`stroke_width=2` becomes `stroke-width`, `kind` becomes `class`; `title` is a tool tip."""
        names: Dict[str, object] = {
            "class" if key == "kind" else key.replace("_", "-"): value
            for key, value in attributes.items() if value != ""
        }
        words = "".join(f" {key}={quoteattr(_number(value))}" for key, value in names.items())
        inside = f"<title>{escape(clean(title))}</title>" if title and title != content else ""
        inside += escape(clean(content))
        self._parts.append(f"<{name}{words}>{inside}</{name}>" if inside else f"<{name}{words}/>")

    def text(self, x: float, y: float, content: str, kind: str = "", title: str = "", anchor: str = "start") -> None:
        self.add("text", content, title, x=x, y=y, kind=kind or "plain", text_anchor=anchor)

    def line(self, x1: float, y1: float, x2: float, y2: float, kind: str, style: str = "", title: str = "") -> None:
        self.add("line", "", title, x1=x1, y1=y1, x2=x2, y2=y2, kind=kind, style=style)

    def circle(self, x: float, y: float, radius: float, kind: str, title: str = "", style: str = "") -> None:
        self.add("circle", "", title, cx=x, cy=y, r=radius, kind=kind, style=style)

    def box(
        self, x: float, y: float, width: float, height: float, kind: str, rx: float = 0, style: str = ""
    ) -> None:
        self.add("rect", x=x, y=y, width=width, height=height, rx=rx, kind=kind, style=style)

    def cross(self, x: float, y: float, size: float, kind: str) -> None:
        self.line(x - size, y - size, x + size, y + size, kind)
        self.line(x - size, y + size, x + size, y - size, kind)

    def document(self, width: float, height: float, title: str, head: str) -> str:
        """`head`: style and definitions, as they stand."""
        body = "\n".join(self._parts)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
            f'height="{height:g}" role="img">\n<title>{escape(clean(title))}</title>\n{head}\n{body}\n</svg>\n'
        )


def _number(value: object) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".") if isinstance(value, float) else clean(str(value))
