"""Runs the Python unit tests below some folders: each test's time and outcome, as JUnit.

python3 -m scripts.testing.pyunits [--junit FILE] [-k TEXT]... FOLDER...
"""

import argparse
import faulthandler
import importlib
import os
import sys
import time
import traceback
import unittest
from pathlib import Path
from types import TracebackType
from typing import Dict, List, Optional, Tuple, Type, Union

from scripts.testing.files import ROOT
from scripts.testing.results import Case, Outcome, write_junit

ErrorInfo = Union[Tuple[Type[BaseException], BaseException, TracebackType], Tuple[None, None, None]]
# A test that takes longer than this is shown with a stack trace, and the run ends.
HANG_SECONDS = 1800 if os.environ.get("BUZZER_TEST_FULL") else 300


class Recorder(unittest.TestResult):
    """Prints each test as it ends. A test with several failures (subtests, clean-up) is one case."""

    def __init__(self) -> None:
        super().__init__()
        self.cases: List[Case] = []
        self._started: Dict[str, float] = {}
        self._problems: List[str] = []
        self._skipped: Optional[str] = None

    def startTest(self, test: unittest.TestCase) -> None:
        super().startTest(test)
        self._problems = []
        self._skipped = None
        self._started[test.id()] = time.monotonic()
        faulthandler.dump_traceback_later(HANG_SECONDS, exit=True)

    def stopTest(self, test: unittest.TestCase) -> None:
        super().stopTest(test)
        faulthandler.cancel_dump_traceback_later()
        seconds = time.monotonic() - self._started.pop(test.id())
        if self._problems:
            self._record(Case(test.id(), Outcome.FAILED, seconds, "\n".join(self._problems)))
        elif self._skipped is not None:
            self._record(Case(test.id(), Outcome.SKIPPED, seconds, self._skipped))
        else:
            self._record(Case(test.id(), Outcome.PASSED, seconds))

    def addError(self, test: unittest.TestCase, err: ErrorInfo) -> None:
        super().addError(test, err)
        self._fail(test, _text(err))

    def addFailure(self, test: unittest.TestCase, err: ErrorInfo) -> None:
        super().addFailure(test, err)
        self._fail(test, _text(err))

    def addSubTest(self, test: unittest.TestCase, subtest: unittest.TestCase, err: Optional[ErrorInfo]) -> None:
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._fail(test, f"{subtest}\n{_text(err)}")

    def addUnexpectedSuccess(self, test: unittest.TestCase) -> None:
        super().addUnexpectedSuccess(test)
        self._fail(test, "expected to fail, but passed")

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        super().addSkip(test, reason)
        if test.id() in self._started:
            self._skipped = reason
        else:
            self._record(Case(test.id(), Outcome.SKIPPED, 0.0, reason))

    def _fail(self, test: unittest.TestCase, problem: str) -> None:
        if test.id() in self._started:
            self._problems.append(problem)
        else:  # setUpClass, setUpModule and their like
            self._record(Case(test.id(), Outcome.FAILED, 0.0, problem))

    def _record(self, case: Case) -> None:
        self.cases.append(case)
        print(f"{case.outcome.value:7} {case.seconds:7.3f} s  {case.name}", flush=True)
        if case.message:
            print(case.message, flush=True)


def _text(err: ErrorInfo) -> str:
    return "".join(traceback.format_exception(*err))


def load(folders: List[Path], texts: List[str], recorder: Recorder) -> unittest.TestSuite:
    """A module that cannot be imported is a failed case."""
    loader = unittest.TestLoader()
    suite = unittest.TestSuite()
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("test_*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            try:
                found = loader.loadTestsFromModule(importlib.import_module(name))
            except Exception:
                recorder.cases.append(Case(name, Outcome.FAILED, 0.0, traceback.format_exc()))
                print(f"failed to import {name}\n{traceback.format_exc()}", flush=True)
                continue
            suite.addTests(test for test in _flatten(found) if any(text in test.id() for text in texts))
    return suite


def _flatten(suite: unittest.TestSuite) -> List[unittest.TestCase]:
    tests: List[unittest.TestCase] = []
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            tests.extend(_flatten(item))
        else:
            tests.append(item)
    return tests


def main() -> int:
    parser = argparse.ArgumentParser(description="Run Python unit tests.")
    parser.add_argument("folders", nargs="+", type=Path, help="named from the project's root")
    parser.add_argument("--junit", type=Path, help="write the results to this file")
    parser.add_argument("-k", dest="texts", action="append", help="only tests whose name contains this, or another one's")
    options = parser.parse_args()

    sys.path.insert(0, str(ROOT))
    recorder = Recorder()
    load(options.folders, options.texts or [""], recorder).run(recorder)
    for missing in (folder for folder in options.folders if not any((ROOT / folder).rglob("test_*.py"))):
        recorder.cases.append(Case(str(missing), Outcome.FAILED, 0.0, "no test_*.py in this folder"))
    if options.junit is not None:
        write_junit(options.junit, "python", recorder.cases)
    failed = sum(case.outcome is Outcome.FAILED for case in recorder.cases)
    print(f"{len(recorder.cases)} tests, {failed} failed")
    return 1 if failed or not recorder.cases else 0


if __name__ == "__main__":
    sys.exit(main())
