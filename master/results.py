"""What grading found: one result for each run of each scenario; the CSV of them, and what is said at the end. Pure but
for `Table`."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Dict, List, Sequence

from master import points
from master.scenario import Verdict

COLUMNS = ("scenario", "run", "points", "of", "seconds", "result", "reason")
_REASON_LENGTH = 2_000


@dataclass(frozen=True)
class Result:
    verdict: Verdict
    run: int
    """From 1."""
    worth: Decimal

    @property
    def passed(self) -> bool:
        return self.verdict.failure is None

    @property
    def failed(self) -> bool:
        return self.verdict.failure is not None and self.verdict.was_run


def row(result: Result) -> Dict[str, str]:
    verdict = result.verdict
    earned = points.shown(result.worth if result.passed else Decimal(0))
    return {
        "scenario": verdict.name,
        "run": str(result.run),
        "points": earned if verdict.was_run else "",
        "of": points.shown(result.worth),
        "seconds": f"{verdict.seconds:.2f}",
        "result": "passed" if result.passed else "failed" if result.failed else "not run",
        "reason": _one_line(verdict.failure if verdict.failure is not None else verdict.note),
    }


class Table:
    """The CSV: a head line, then a line for each run as it comes, so that what was graded is not lost however the
    grading ends."""

    def __init__(self, path: Path) -> None:
        """What it held before is gone. Raises OSError, as all of it does."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.DictWriter(self._file, COLUMNS, lineterminator="\n")
        self._writer.writeheader()
        self._file.flush()

    def add(self, result: Result) -> None:
        self._writer.writerow(row(result))
        self._file.flush()

    def end(self, results: Sequence[Result]) -> None:
        """All of them, in this order, if the file can be written anew (a pipe cannot)."""
        with self._file:
            if self._file.seekable():
                self._file.seek(0)
                self._file.truncate()
                self._writer.writeheader()
                self._writer.writerows(row(result) for result in results)


def summary(results: Sequence[Result]) -> List[str]:
    """The last lines of a grading: who failed (how often, when run more than once), what was not run, points, counts."""
    runs: Dict[str, List[Result]] = {}
    for result in results:
        runs.setdefault(result.verdict.name, []).append(result)
    failures = {name: sum(each.failed for each in those) for name, those in runs.items()}
    repeated = max([len(those) for those in runs.values()] + [1]) > 1
    lines: List[str] = []
    failed = [name for name, count in failures.items() if count]
    if failed and repeated:
        lines.append("failed: " + ", ".join(f"{name} ({failures[name]} of {len(runs[name])} runs)" for name in failed))
    elif failed:
        lines.append("failed: " + ", ".join(failed))
    earned = [name for name, those in runs.items() if all(each.passed for each in those)]
    open_still = [name for name in runs if name not in earned and not failures[name]]
    if open_still:
        lines.append(f"not run: {', '.join(open_still)}")
    worth = {name: those[0].worth for name, those in runs.items()}
    undecided = sum((worth[name] for name in open_still), Decimal(0))
    gained, total = sum((worth[name] for name in earned), Decimal(0)), sum(worth.values(), Decimal(0))
    line = f"points: {points.shown(gained)} of {points.shown(total)}"
    lines.append(line + f", and {points.shown(undecided)} of them not decided" * bool(open_still))
    count = sum(failures.values())
    passed = sum(each.passed for each in results)
    lines.append(f"{passed} passed, {count} failed, {len(results) - passed - count} skipped")
    return lines


def _one_line(text: str) -> str:
    joined = " | ".join(line.strip() for line in text.splitlines() if line.strip())
    # A spreadsheet must not take a program's output for a formula.
    if joined[:1] in ("=", "+", "-", "@"):
        joined = "'" + joined
    return joined[:_REASON_LENGTH]
