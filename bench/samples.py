"""What the parts of a bench print, and what it comes to: medians over the repetitions, ratios, figures to compare."""

import json
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Dict, Iterable, List, Optional


class BadSample(Exception):
    """A line that a part should not have printed."""


@dataclass
class Result:
    """One measure of one part, over all its repetitions."""

    part: str
    measure: str
    unit: str
    values: List[float] = field(default_factory=list)
    also: Dict[str, List[float]] = field(default_factory=dict)
    beside: str = ""
    aim: str = ""
    published: Optional[float] = None
    published_what: str = ""
    ours: bool = True  # else it is something that ours is held against
    ratio: Optional[float] = None  # of the medians, to that of the measure that it stands beside

    @property
    def median(self) -> float:
        return median(self.values)

    def as_json(self) -> Dict[str, Any]:
        told: Dict[str, Any] = {
            "part": self.part,
            "measure": self.measure,
            "unit": self.unit,
            "median": self.median,
            "least": min(self.values),
            "most": max(self.values),
            "values": self.values,
        }
        if self.also:
            told["also"] = {name: median(values) for name, values in self.also.items()}
        if self.ratio is not None:
            told["beside"] = self.beside
            told["ratio"] = self.ratio
        if not self.ours:
            told["ours"] = False
        if self.aim:
            told["aim"] = self.aim
        if self.published is not None:
            told["published"] = {"value": self.published, "what": self.published_what}
        return told


def collect(part: str, lines: Iterable[str]) -> List[Result]:
    """The results of one part, in the order in which its measures first appear."""
    results: Dict[str, Result] = {}
    for line in lines:
        if not line.strip():
            continue
        try:
            sample = json.loads(line)
            measure, unit = str(sample["measure"]), str(sample["unit"])
            result = results.setdefault(measure, Result(part, measure, unit))
            result.values.append(float(sample["value"]))
            for name, value in sample.get("also", {}).items():
                result.also.setdefault(name, []).append(float(value))
            result.beside = sample.get("beside", "")
            result.aim = sample.get("aim", "")
            result.ours = bool(sample.get("ours", True))
            if "published" in sample:
                result.published = float(sample["published"]["value"])
                result.published_what = str(sample["published"]["what"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadSample(f"{part} printed no sample: {line.strip()!r} ({error!r})") from error
        if unit != result.unit:
            raise BadSample(f"{part}: {measure!r} is in {result.unit} and in {unit}")
    for result in results.values():
        if not result.beside:
            continue
        other = results.get(result.beside)
        if other is None or other.unit != result.unit or other.median == 0:
            raise BadSample(f"{part}: {result.measure!r} stands beside {result.beside!r}, to which it has no ratio")
        result.ratio = result.median / other.median
    return list(results.values())


def number(value: float) -> str:
    """Three digits that count, without an exponent."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def table(results: List[Result]) -> str:
    """Every measure with its median, its range, and what it is held against."""
    rows = [["part", "measure", "median", "range", "ratio", "besides", "held against"]]
    for result in results:
        held = [f"aim: {result.aim}"] if result.aim else []
        if result.published is not None:
            held.append(f"published: {number(result.published)} {result.unit} ({result.published_what})")
        rows.append(
            [
                result.part,
                result.measure,
                f"{number(result.median)} {result.unit}",
                f"{number(min(result.values))} to {number(max(result.values))}",
                f"{result.ratio:.2f} x {result.beside}" if result.ratio is not None else "",
                ", ".join(f"{number(median(values))} {name}" for name, values in result.also.items()),
                "; ".join(held),
            ]
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows)
