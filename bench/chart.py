"""A bench's results as horizontal bars in SVG: one group for each part and unit; what is not ours is paler."""

from dataclasses import dataclass
from html import escape
from typing import Dict, List, Tuple

from bench.samples import Result, number

WIDTH = 1000
LABELS = 370  # where the bars begin
FIGURES = 170  # kept free at the right, for the figure of the longest bar
ROW = 26
BAR = 16
MARGIN = 20
OURS = "#2563a8"
BASELINE = "#8fa3b8"
PUBLISHED = "#b8c4d0"


@dataclass(frozen=True)
class Bar:
    label: str
    value: float
    unit: str
    colour: str


def bars_of(results: List[Result]) -> Dict[Tuple[str, str], List[Bar]]:
    """By part and unit: only bars of the same have a common scale."""
    groups: Dict[Tuple[str, str], List[Bar]] = {}
    for result in results:
        group = groups.setdefault((result.part, result.unit), [])
        group.append(Bar(result.measure, result.median, result.unit, OURS if result.ours else BASELINE))
        if result.published is not None:
            group.append(Bar(result.published_what, result.published, result.unit, PUBLISHED))
    return groups


def _text(x: float, y: float, content: str, extra: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}"{extra}>{escape(content)}</text>'


def svg(title: str, results: List[Result]) -> str:
    """The whole file."""
    parts: List[str] = [_text(MARGIN, MARGIN + 14, title, ' font-size="16" font-weight="bold"')]
    y = MARGIN + 40.0
    for (part, unit), bars in bars_of(results).items():
        parts.append(_text(MARGIN, y, f"{part}: {unit}", ' font-weight="bold"'))
        y += 10
        most = max(max(bar.value for bar in bars), 0.0)
        for bar in bars:
            length = (WIDTH - LABELS - FIGURES) * max(bar.value, 0.0) / most if most > 0 else 0.0
            middle = y + ROW / 2 + 4
            parts.append(_text(LABELS - 8, middle, bar.label, ' text-anchor="end"'))
            parts.append(
                f'<rect x="{LABELS}" y="{y + (ROW - BAR) / 2:.1f}" width="{length:.1f}" height="{BAR}" '
                f'fill="{bar.colour}"/>'
            )
            parts.append(_text(LABELS + length + 6, middle, f"{number(bar.value)} {bar.unit}"))
            y += ROW
        y += 24
    height = y
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height:.0f}" '
            f'viewBox="0 0 {WIDTH} {height:.0f}" font-family="sans-serif" font-size="12" fill="#222">',
            f'<rect width="{WIDTH}" height="{height:.0f}" fill="#fff"/>',
            *parts,
            "</svg>",
            "",
        ]
    )
