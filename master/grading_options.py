"""The options of grading.py."""

from __future__ import annotations

import argparse
import fnmatch
from pathlib import Path
from typing import List, Optional, Sequence

from master import numbers, paths

_ABOUT = """Runs every *.input below tests/scenarios against real nodes and compares what they answer with the
*.output beside it. With --process, against any program with the lab's ./process and ./stopall instead, in the lab's
own scenarios. docs/teaching.md tells more. The last line reads `N passed, M failed, K skipped`; exit code 0 when all
passed, 1 when not, 2 when not all could be run."""


def parse_arguments(arguments: Optional[List[str]]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="grading.py", description=_ABOUT)
    parser.add_argument("-k", action="append", default=[], metavar="PATTERN", dest="patterns",
                        help="only scenarios whose name contains this, or matches it as a glob; may be repeated")
    parser.add_argument("-j", type=int, metavar="N", dest="jobs",
                        help="how many run side by side (default: 2; with --process always 1)")
    parser.add_argument("--list", action="store_true", help="only print the names")
    parser.add_argument("--repeat", type=int, default=1, metavar="N",
                        help="run each scenario N times and say how often it failed (default: 1)")
    parser.add_argument("--csv", type=Path, metavar="FILE",
                        help="also write the results as CSV: scenario, run, points, of, seconds, result, reason")
    parser.add_argument("--junit", type=Path, metavar="FILE", help="also write the results as JUnit XML")
    parser.add_argument("--timeline", type=Path, metavar="DIR",
                        help="also draw every run as a space-time diagram (SVG) in this folder")
    parser.add_argument("--scenarios", type=Path, metavar="DIR",
                        help="where they are (default: tests/scenarios; with --process tests/scenarios/lab)")
    parser.add_argument("--patience", type=numbers.patience, default=1.0, metavar="F",
                        help="multiplies all deadlines and the time limit, for slow builds (default: 1)")
    lab = parser.add_argument_group("another program than ours")
    lab.add_argument("--process", type=Path, metavar="DIR",
                     help="grade the program in this folder: ./build (if there is one), ./process, ./stopall")
    lab.add_argument("--as-the-lab", action="store_true",
                     help="sleep as long as the lab's own harness, even when the program is quicker")
    lab.add_argument("--no-build", action="store_true", help="do not run ./build")
    ours = parser.add_argument_group("our own program")
    ours.add_argument("--binary", type=Path, default=paths.BINARY, metavar="PATH",
                      help="the node's program (default: build/release/buzzer)")
    ours.add_argument("--time-limit", type=numbers.seconds, default=60.0, metavar="S",
                      help="seconds for each scenario (default: 60)")
    ours.add_argument("--node-argument", action="append", default=[], metavar="ARG",
                      help="passed on to every node, such as --node-argument=--log-level=debug")
    options = parser.parse_args(arguments)
    if options.jobs is not None and options.jobs < 1:
        parser.error(f"-j {options.jobs}: expected at least 1")
    if options.repeat < 1:
        parser.error(f"--repeat {options.repeat}: expected at least 1")
    if options.process is None and (options.as_the_lab or options.no_build):
        parser.error("--as-the-lab and --no-build belong to --process DIR")
    if options.process is not None and (options.jobs or 1) != 1:
        parser.error("-j: with --process one scenario runs at a time, for its ports are fixed")
    if options.scenarios is None:
        options.scenarios = paths.SCENARIOS if options.process is None else paths.SCENARIOS / "lab"
    options.jobs = options.jobs or (2 if options.process is None else 1)
    return options


def selected(names: Sequence[str], patterns: Sequence[str]) -> List[str]:
    """The names that contain one of the patterns or match it as a glob; all when there are no patterns."""
    return [
        name for name in names
        if not patterns or any(pattern in name or fnmatch.fnmatchcase(name, pattern) for pattern in patterns)
    ]
