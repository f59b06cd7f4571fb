"""What the tests of `grading.py --process` share: small submissions, and a run of the grader."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Dict, List

from master import paths, ports
from master.ports import PortBlock
from tests.e2e.support import Background

SUBMISSIONS = paths.ROOT / "tests" / "e2e" / "submissions"
LAB = paths.ROOT / "scripts" / "lab"
SVG = "{http://www.w3.org/2000/svg}"

TALK = ("0 start 2 {0}\n1 start 2 {1}\n0 alive\n0 broadcast hello\nsleep 1000\n1 get\n",
        "alive 0,1\nmessages hello\n")
CRASH = ("0 start 2 {0}\n1 start 2 {1}\n1 crash\n0 alive\n1 start 2 {1}\n1 broadcast I’m back\nsleep 1000\n0 get\n",
         "alive 0\nmessages I’m back\n")
ALONE = ("0 start 1 {0}\n0 alive\n0 broadcast one\n0 broadcast two\nsleep 1000\n0 get\n",
         "alive 0\nmessages one,two\n")


@dataclass(frozen=True)
class Graded:
    code: int
    out: str
    err: str
    folder: Path

    @property
    def last(self) -> str:
        return self.out.splitlines()[-1] if self.out else self.err

    def rows(self) -> List[Dict[str, str]]:
        with (self.folder / "results.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


def add(folder: Path, block: PortBlock, name: str, script: "tuple[str, str]") -> None:
    """A scenario in `folder`/scenarios, on the ports of `block`."""
    text, output = script
    path = folder / "scenarios" / f"{name}.input"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text.format(*[block.control(node) for node in range(2)]), "utf-8")
    path.with_suffix(".output").write_text(output, "utf-8")


def variant(folder: Path, name: str) -> Path:
    """A submission made of a kind in submissions/variants.py."""
    made = folder / "submission"
    made.mkdir()
    program = SUBMISSIONS / "variants.py"
    for file, text in (("process", f'exec "{sys.executable}" "{program}" {name} "$@"'), ("stopall", "exit 0")):
        (made / file).write_text(f"#!/bin/sh\n{text}\n")
        (made / file).chmod(0o755)
    return made


def grade(folder: Path, submission: Path, *options: object) -> Graded:
    words: List[object] = [sys.executable, "grading.py", "--process", submission, "--scenarios", folder / "scenarios"]
    words += ["--csv", folder / "results.csv", "--timeline", folder / "timelines", *options]
    done = subprocess.run(
        [str(word) for word in words], cwd=paths.ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, encoding="utf-8", timeout=120,
    )
    return Graded(done.returncode, done.stdout, done.stderr, folder)


def running(folder: Path) -> List[int]:
    """Processes that work in this folder or below it, as all do that a submission there starts."""
    found = []
    for name in os.listdir("/proc"):
        try:
            place = Path(os.readlink(f"/proc/{name}/cwd")) if name.isdigit() else Path("/")
        except OSError:
            continue
        if folder == place or folder in place.parents:
            found.append(int(name))
    return found


def copied(folder: Path, name: str) -> Path:
    """A submission's folder, with `right` beside it."""
    for each in {"right", name}:
        shutil.copytree(SUBMISSIONS / each, folder / each)
    return folder / name


def program(path: Path, text: str) -> None:
    """A shell script that can be run."""
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


class SubmissionTest(unittest.TestCase):
    """Each test has a folder and ports of its own."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="buzzer-test-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.block = ports.acquire()
        self.addCleanup(self.block.close)

    def add(self, name: str, script: "tuple[str, str]") -> None:
        add(self.folder, self.block, name, script)

    def begin(self, submission: Path, *options: object) -> Background:
        words: List[object] = [sys.executable, "grading.py", "--process", submission, "--scenarios", self.folder / "scenarios"]
        words += ["--csv", self.folder / "results.csv", *options]
        grading = Background([str(word) for word in words], self.folder / "grading")
        self.addCleanup(grading.close)
        return grading

    def wait_for(self, condition: Callable[[], object], what: str) -> None:
        deadline = time.monotonic() + 20
        while not condition():
            self.assertLess(time.monotonic(), deadline, what)
            time.sleep(0.02)
