"""Puts a bench's results into docs/benchmarks.md, with their chart: `scripts/bench.sh BENCH --publish`.

The page has for each bench a place of its own, which is replaced as a whole:

    <!-- bench: room -->
    ...
    <!-- end of room -->
"""

import re
from pathlib import Path
from statistics import median
from typing import List

from bench.chart import svg
from bench.samples import Result, number


class NoPlace(Exception):
    """The page has no place for this bench."""


def _cells(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def markdown(results: List[Result]) -> str:
    """A table for each part."""
    lines: List[str] = []
    part = ""
    for result in results:
        if result.part != part:
            part = result.part
            lines += ["", _cells(part, "median", "range", "beside", "and", "aim"), "|---|---|---|---|---|---|"]
        also = ", ".join(f"{number(median(values))} {name}" for name, values in result.also.items())
        lines.append(
            _cells(
                result.measure,
                f"{number(result.median)} {result.unit}",
                f"{number(min(result.values))} to {number(max(result.values))}",
                f"{result.ratio:.2f} x {result.beside}" if result.ratio is not None else "",
                also,
                result.aim,
            )
        )
    return "\n".join(lines[1:])


def find_place(bench: str, page: Path) -> "re.Match[str]":
    """In the page's text. Raises NoPlace, or OSError."""
    begin, end = f"<!-- bench: {bench} -->\n", f"<!-- end of {bench} -->"
    places = list(re.finditer(re.escape(begin) + ".*?" + re.escape(end), page.read_text(encoding="utf-8"), re.DOTALL))
    if len(places) != 1:
        raise NoPlace(f"{page} has no one place from {begin.strip()} to {end}")
    return places[0]


def publish(bench: str, title: str, results: List[Result], page: Path) -> List[Path]:
    """Returns what it has written. Raises NoPlace, or OSError."""
    image = page.parent / "images" / f"bench-{bench}.svg"
    place = find_place(bench, page)
    told = f"<!-- bench: {bench} -->\n{title}.\n\n![{bench}](images/{image.name})\n\n{markdown(results)}\n<!-- end of {bench} -->"
    page.write_text(place.string[: place.start()] + told + place.string[place.end():], encoding="utf-8")
    image.parent.mkdir(parents=True, exist_ok=True)
    image.write_text(svg(title, results), encoding="utf-8")
    return [page, image]
