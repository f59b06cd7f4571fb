"""grading.py: runs scenarios side by side and says which behave as expected."""

from __future__ import annotations

import argparse
import fnmatch
import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Dict, List, Optional, Sequence

from master import interrupts, junit, paths, pid_file, scenario
from master.say import say
from master.scenario import Masters, Scenario, Settings, Verdict

_ABOUT = """Runs every *.input below tests/scenarios against real nodes and compares what they answer with the
*.output beside it. The last line reads `N passed, M failed, K skipped`; exit code 0 when all passed."""


def parse_arguments(arguments: Optional[List[str]]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="grading.py", description=_ABOUT)
    parser.add_argument("-k", action="append", default=[], metavar="PATTERN", dest="patterns",
                        help="only scenarios whose name contains this, or matches it as a glob; may be repeated")
    parser.add_argument("-j", type=int, default=2, metavar="N", dest="jobs",
                        help="how many run side by side (default: 2)")
    parser.add_argument("--list", action="store_true", help="only print the names")
    parser.add_argument("--junit", type=Path, metavar="FILE", help="also write the results as JUnit XML")
    parser.add_argument("--binary", type=Path, default=paths.BINARY, metavar="PATH",
                        help="the node's program (default: build/release/buzzer)")
    parser.add_argument("--time-limit", type=float, default=60.0, metavar="S",
                        help="seconds for each scenario (default: 60)")
    parser.add_argument("--patience", type=float, default=1.0, metavar="F",
                        help="multiplies all deadlines and the time limit, for slow builds (default: 1)")
    parser.add_argument("--node-argument", action="append", default=[], metavar="ARG",
                        help="passed on to every node, such as --node-argument=--log-level=debug")
    parser.add_argument("--scenarios", type=Path, default=paths.SCENARIOS, metavar="DIR",
                        help="where they are (default: tests/scenarios)")
    options = parser.parse_args(arguments)
    if options.jobs < 1:
        parser.error(f"-j {options.jobs}: expected at least 1")
    return options


def selected(names: Sequence[str], patterns: Sequence[str]) -> List[str]:
    """The names that contain one of the patterns or match it as a glob; all when there are no patterns."""
    return [
        name for name in names
        if not patterns or any(pattern in name or fnmatch.fnmatchcase(name, pattern) for pattern in patterns)
    ]


def main(arguments: Optional[List[str]] = None) -> int:
    options = parse_arguments(arguments)
    root: Path = options.scenarios.absolute()
    found = {each.name(root): each for each in scenario.find(root)}
    names = selected(list(found), options.patterns)
    if options.list:
        say("\n".join(names))
        return 0
    if not names:
        print(f"error: no scenario in {root} matches {' '.join(options.patterns)}".rstrip(), file=sys.stderr)
        return 2
    if not os.access(options.binary, os.X_OK):
        print(f"error: there is no program {options.binary}: build it with scripts/build.sh", file=sys.stderr)
        return 2
    settings = Settings(
        options.binary.absolute(), options.time_limit * options.patience, options.patience, options.node_argument
    )
    interrupts.install()
    own_folder = paths.RUN / "scenarios" / f"grading-{os.getpid()}"
    own_folder.mkdir(parents=True, exist_ok=True)
    pid_file.write_own(own_folder / "master.pid")
    try:
        verdicts = _Run({name: found[name] for name in names}, settings, options.jobs).all()
    except interrupts.Interrupted as interrupted:
        print(f"ended by {interrupted}", file=sys.stderr)
        return interrupted.exit_code
    finally:
        shutil.rmtree(own_folder, ignore_errors=True)
    if options.junit:
        cases = [junit.Case(each.name, each.seconds, each.failure) for each in verdicts]
        junit.write(options.junit, "scenarios", cases)
    return _summary(verdicts)


class _Run:
    def __init__(self, scenarios: Dict[str, Scenario], settings: Settings, jobs: int) -> None:
        self._scenarios = scenarios
        self._settings = settings
        self._jobs = jobs
        self._masters = Masters()

    def all(self) -> List[Verdict]:
        """Runs them, prints each as it ends, and returns all, by name."""
        verdicts: List[Verdict] = []
        with ThreadPoolExecutor(self._jobs) as pool:
            futures = [pool.submit(self._one, name) for name in self._scenarios]
            try:
                for done in as_completed(futures):
                    verdict = done.result()
                    verdicts.append(verdict)
                    self._print(verdict, len(verdicts))
            except interrupts.Interrupted:
                interrupts.ignore()
                for future in futures:
                    future.cancel()
                self._masters.end_all()
                raise
        return sorted(verdicts, key=lambda verdict: verdict.name)

    def _one(self, name: str) -> Verdict:
        return scenario.run(self._scenarios[name], name, self._settings, self._masters)

    def _print(self, verdict: Verdict, number: int) -> None:
        total = len(self._scenarios)
        word = "ok    " if verdict.failure is None else "FAILED"
        say(f"[{number:{len(str(total))}}/{total}] {word} {verdict.seconds:6.2f} s  {verdict.name}")
        if verdict.failure is not None:
            say("\n".join(f"    {line}" for line in verdict.failure.splitlines()))


def _summary(verdicts: Sequence[Verdict]) -> int:
    failed = [verdict.name for verdict in verdicts if verdict.failure is not None]
    if failed:
        say("failed: " + ", ".join(failed))
    say(f"{len(verdicts) - len(failed)} passed, {len(failed)} failed, 0 skipped")
    return 1 if failed else 0
