"""grading.py: runs scenarios, side by side if they are ours, and says which behave as expected."""

from __future__ import annotations

import argparse
import io
import os
import shutil
import sys
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from decimal import Decimal
from pathlib import Path
from typing import Dict, List, Optional, Tuple

from master import interrupts, paths, pid_file, points, scenario
from master.difference import visible
from master.grading_options import parse_arguments, selected
from master.lab import grade_lab
from master.lab.port_claims import PortClaims
from master.report import Report
from master.say import say
from master.scenario import Masters, Scenario, Settings, Verdict

BAD = 2


def main(arguments: Optional[List[str]] = None) -> int:
    options = parse_arguments(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # answers may hold what the terminal's encoding does not
    root: Path = options.scenarios.absolute()
    found = {each.name(root): each for each in scenario.find(root)}
    names = selected(list(found), options.patterns)
    if options.list:
        say("\n".join(names))
        return 0
    if not names:
        return _complain(f"no scenario in {root} matches {' '.join(options.patterns)}".rstrip())
    chosen = {name: found[name] for name in names}
    try:
        worth = {name: _worth(name, each) for name, each in chosen.items()}
    except points.PointsError as error:
        return _complain(str(error))
    interrupts.install()
    report = Report(worth, options)
    try:
        graded = _grade(chosen, options, report)
        with interrupts.deferred():
            code = report.end()
        return code if graded else BAD
    except interrupts.Interrupted as interrupted:
        print(f"ended by {interrupted}", file=sys.stderr)
        report.end(f"ended by {interrupted}")
        return interrupted.exit_code
    except grade_lab.CannotGrade as error:
        return _complain(str(error))
    except OSError as error:
        complaint = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        report.end(complaint)
        return _complain(complaint)


def timeline_file(options: argparse.Namespace, name: str, run: int) -> Optional[Path]:
    """Where a run is drawn, if it is."""
    if options.timeline is None:
        return None
    again = f"-run{run}" if options.repeat > 1 else ""
    folder: Path = options.timeline.absolute()
    return folder / f"{name.replace('/', '-')}{again}.svg"


def _grade(chosen: Dict[str, Scenario], options: argparse.Namespace, report: Report) -> bool:
    """Runs all, or returns False. Raises CannotGrade, OSError (of what is to be written) and Interrupted."""
    if options.process is None and not os.access(options.binary, os.X_OK):
        raise grade_lab.CannotGrade(f"there is no program {options.binary}: build it with scripts/build.sh")
    own_folder = paths.RUN / "scenarios" / f"grading-{os.getpid()}"
    own_folder.mkdir(parents=True, exist_ok=True)
    pid_file.write_own(own_folder / "master.pid")
    try:
        if options.process is None:
            report.begin()
            _Ours(chosen, options).all(report)
            return True
        return _grade_lab(chosen, options, report)
    finally:
        shutil.rmtree(own_folder, ignore_errors=True)


def _grade_lab(chosen: Dict[str, Scenario], options: argparse.Namespace, report: Report) -> bool:
    scripts = [grade_lab.read(name, one) for name, one in chosen.items()]
    with PortClaims(grade_lab.ports(scripts)):
        report.begin()
        complaint = grade_lab.grade(scripts, options, report.add, lambda name, run: timeline_file(options, name, run))
    if complaint is None:
        return True
    print(f"error: {visible(complaint)}", file=sys.stderr)
    report.fail_all(complaint)
    return False


class _Ours:
    """Our own nodes, several scenarios at a time."""

    def __init__(self, scenarios: Dict[str, Scenario], options: argparse.Namespace) -> None:
        self._scenarios = scenarios
        self._options = options
        self._settings = Settings(
            options.binary.absolute(), options.time_limit * options.patience, options.patience, options.node_argument
        )
        self._masters = Masters()

    def all(self, report: Report) -> None:
        with ThreadPoolExecutor(self._options.jobs) as pool:
            futures: Dict[Future[Verdict], Tuple[str, int]] = {}
            for run in range(1, self._options.repeat + 1):
                for name in self._scenarios:
                    futures[pool.submit(self._one, name, run)] = (name, run)
            try:
                for done in as_completed(futures):
                    report.add(done.result(), futures[done][1])
            except interrupts.Interrupted:
                interrupts.ignore()
                for future in futures:
                    future.cancel()
                self._masters.end_all()
                raise

    def _one(self, name: str, run: int) -> Verdict:
        timeline = timeline_file(self._options, name, run)
        return scenario.run(self._scenarios[name], name, self._settings, self._masters, run, timeline)


def _worth(name: str, one: Scenario) -> Decimal:
    """Raises PointsError. A script that cannot be read fails later, for itself."""
    try:
        return points.of_script(one.input.read_text("utf-8", errors="replace"))
    except OSError:
        return points.DEFAULT
    except points.PointsError as error:
        raise points.PointsError(f"{name}: {error}") from None


def _complain(message: str) -> int:
    print(f"error: {message}", file=sys.stderr)
    return BAD
