"""What grading.py tells: results as they come, on the screen and in the files that were asked for, and the end."""

from __future__ import annotations

import argparse
import errno
import os
import sys
from dataclasses import replace
from decimal import Decimal
from typing import Dict, List, Optional, Set, Tuple

from master import junit, results
from master.difference import visible
from master.results import Result
from master.say import say
from master.scenario import Verdict

_NOT_ALL = 2


class Report:
    """One thread."""

    def __init__(self, worth: Dict[str, Decimal], options: argparse.Namespace) -> None:
        self._worth = worth
        self._options = options
        self._planned = [(name, run) for run in range(1, options.repeat + 1) for name in worth]
        self._results: List[Result] = []
        self._begun = False
        self._code: Optional[int] = None
        """Once all is said."""
        self._table: Optional[results.Table] = None
        self._unwritten: Optional[OSError] = None

    def begin(self) -> None:
        """What cannot be written shows before anything runs, and nothing of an earlier grading is left to be taken
        for this one's. Raises OSError."""
        folder = self._options.timeline
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            if not os.access(folder, os.W_OK | os.X_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))
        if self._options.junit:
            junit.write(self._options.junit, "scenarios", [])
        if self._options.csv:
            self._table = results.Table(self._options.csv)
        self._begun = True

    def add(self, verdict: Verdict, run: int) -> None:
        """Prints it as well."""
        verdict = self._record(verdict, run)
        number, total = len(self._results), len(self._planned)
        word = "ok    " if verdict.failure is None else "FAILED" if verdict.was_run else "no run"
        which = f" (run {run})" if self._options.repeat > 1 else ""
        say(f"[{number:{len(str(total))}}/{total}] {word} {verdict.seconds:6.2f} s  {verdict.name}{which}")
        details = verdict.note if verdict.failure is None else verdict.failure
        if details:
            say("\n".join(f"    {line}" for line in details.split("\n")))

    def fail_all(self, reason: str) -> None:
        """None could be run, for a reason that is the program's."""
        for name, run in self._planned:
            self._record(Verdict(name, 0.0, reason), run)

    def end(self, not_run: str = "it was not run") -> int:
        """Writes the files, says the summary, returns the exit code. `not_run`: why those that have no result have none."""
        if not self._begun or self._code is not None:
            return _NOT_ALL if self._code is None else self._code
        known: Set[Tuple[str, int]] = {(each.verdict.name, each.run) for each in self._results}
        for name, run in self._planned:
            if (name, run) not in known:
                self._record(Verdict(name, 0.0, not_run, was_run=False), run)
        ordered = sorted(self._results, key=lambda result: (result.verdict.name, result.run))
        self._write(ordered)
        say("\n".join(results.summary(ordered)))
        if self._unwritten is not None:
            print(f"error: {self._unwritten.filename or 'the results'}: {self._unwritten.strerror}", file=sys.stderr)
        if self._unwritten is not None or not all(each.verdict.was_run for each in ordered):
            self._code = _NOT_ALL
        else:
            self._code = 0 if all(each.passed for each in ordered) else 1
        return self._code

    def _record(self, verdict: Verdict, run: int) -> Verdict:
        # What a program said must not clear the screen of who reads it, nor pass for a line of this report.
        verdict = replace(verdict, failure=verdict.failure and visible(verdict.failure), note=visible(verdict.note))
        result = Result(verdict, run, self._worth[verdict.name])
        self._results.append(result)
        if self._table is not None and self._unwritten is None:
            try:
                self._table.add(result)
            except OSError as error:
                self._unwritten = error
        return verdict

    def _write(self, ordered: List[Result]) -> None:
        try:
            if self._table is not None:
                self._table.end(ordered)
            if self._options.junit:
                junit.write(self._options.junit, "scenarios", [self._case(each) for each in ordered])
        except OSError as error:
            self._unwritten = self._unwritten or error

    def _case(self, result: Result) -> junit.Case:
        verdict = result.verdict
        name = f"{verdict.name} run {result.run}" if self._options.repeat > 1 else verdict.name
        if not verdict.was_run:
            return junit.Case(name, verdict.seconds, skipped=verdict.failure)
        return junit.Case(name, verdict.seconds, verdict.failure)
