"""One scenario: its files, its run in a process of its own, and the verdict."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, List, Optional, Set

from master import leftovers, node_process, paths
from master.difference import difference
from master.tail import last_lines

LOG_LINES = 15
ORDERLY_END_S = 5.0
"""How long a master that ran into its time limit may take to end its nodes."""

_SANITIZER = re.compile(
    r"(ERROR|WARNING): (Address|Leak|Thread|Memory|UndefinedBehavior)Sanitizer|runtime error: "
)


@dataclass(frozen=True)
class Settings:
    binary: Path
    time_limit_s: float
    patience: float
    node_arguments: List[str]


@dataclass(frozen=True)
class Scenario:
    input: Path

    @property
    def output(self) -> Path:
        return self.input.with_suffix(".output")

    def name(self, root: Path) -> str:
        return self.input.relative_to(root).with_suffix("").as_posix()


@dataclass(frozen=True)
class Verdict:
    name: str
    seconds: float
    failure: Optional[str] = None
    """All that helps to understand it, many lines; None for a pass."""
    note: str = ""
    """Of a pass: what deserves mention nevertheless."""
    was_run: bool = True
    """If not, `failure` is the reason, and nobody's fault: it says nothing about the program."""


class Masters:
    """The masters that run now, so that all can be ended at once. Any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: Set["subprocess.Popen[bytes]"] = set()
        self._closed = False

    @property
    def closed(self) -> bool:
        """Whether `end_all` was called."""
        with self._lock:
            return self._closed

    def launch(self, command: List[str], out: IO[bytes], err: IO[bytes]) -> "Optional[subprocess.Popen[bytes]]":
        """In a session of its own; None after `end_all`."""
        with self._lock:
            if self._closed:
                return None
            master = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True
            )
            self._running.add(master)
            return master

    def end(self, master: "subprocess.Popen[bytes]") -> None:
        """In order if it can, else by force."""
        with self._lock:
            self._running.discard(master)
        if master.poll() is not None:
            return
        master.terminate()
        try:
            master.wait(ORDERLY_END_S)
        except subprocess.TimeoutExpired:
            master.kill()
            master.wait()

    def end_all(self) -> None:
        """Asks all to end, and launches none from here on."""
        with self._lock:
            self._closed = True
            for master in self._running:
                master.terminate()


def find(root: Path) -> List[Scenario]:
    """Every scenario below `root`, by name."""
    return [Scenario(path) for path in sorted(root.rglob("*.input"))]


def sanitizer_report(log: str) -> bool:
    return _SANITIZER.search(log) is not None


def run(
    scenario: Scenario, name: str, settings: Settings, masters: Masters, number: int = 1,
    timeline: Optional[Path] = None,
) -> Verdict:
    """Runs it on ports and in a folder of its own. The folder is kept only after a failure. `number` tells runs of
    the same scenario apart; the run is drawn in `timeline`."""
    began = time.monotonic()
    again = f"-run{number}" if number > 1 else ""
    folder = paths.RUN / "scenarios" / f"{name.replace('/', '-')}{again}-{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        expected = scenario.output.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        shutil.rmtree(folder)
        return Verdict(name, 0.0, f"its expected output cannot be read: {error}")
    problems = _execute(scenario, folder, settings, masters, timeline)
    if masters.closed:
        shutil.rmtree(folder, ignore_errors=True)
        return Verdict(name, time.monotonic() - began, "it was interrupted")
    found = (folder / "master.out").read_text("utf-8", errors="replace")
    diff = difference(expected, found)
    if diff:
        problems.append("the output differs:\n" + diff)
    problems += [
        f"a sanitizer reported something in {log}"
        for log in sorted(folder.glob("node-*/node.log"))
        if sanitizer_report(log.read_text("utf-8", errors="replace"))
    ]
    seconds = time.monotonic() - began
    if not problems:
        shutil.rmtree(folder, ignore_errors=True)
        return Verdict(name, seconds)
    return Verdict(name, seconds, "\n".join(problems + _context(folder)))


def _execute(
    scenario: Scenario, folder: Path, settings: Settings, masters: Masters, timeline: Optional[Path]
) -> List[str]:
    """Runs the master to its end, or to the time limit. Returns what went wrong."""
    command = [sys.executable, str(paths.ROOT / "master.py"), str(scenario.input), "--ports", "auto"]
    command += ["--run-folder", str(folder), "--binary", str(settings.binary)]
    command += ["--patience", str(settings.patience)]
    command += [f"--node-argument={argument}" for argument in settings.node_arguments]
    if timeline is not None:
        command += ["--timeline", str(timeline)]
    problems: List[str] = []
    with (folder / "master.out").open("wb") as out, (folder / "master.err").open("wb") as err:
        master = masters.launch(command, out, err)
        if master is None:
            return ["it was not run"]
        try:
            code = master.wait(settings.time_limit_s)
            if code != 0:
                problems.append(f"master.py ended with {node_process.describe_exit(code)}")
        except subprocess.TimeoutExpired:
            problems.append(f"it did not end within its time limit of {settings.time_limit_s:g} s")
        finally:
            masters.end(master)
    left = leftovers.running(folder)
    if left:
        problems.append("it left processes behind: " + ", ".join(str(process.pid) for process in left))
        leftovers.kill_all(folder)
    return problems


def _context(folder: Path) -> List[str]:
    lines: List[str] = []
    for path in [folder / "master.err"] + sorted(folder.glob("node-*/node.log")):
        shown = LOG_LINES
        if path.name == "node.log" and sanitizer_report(path.read_text("utf-8", errors="replace")):
            shown = 200
        tail = last_lines(path, shown)
        if tail:
            label = "warnings of the master" if path.name == "master.err" else f"last lines of {path.parent.name}"
            lines += [f"--- {label}"] + [f"    {line}" for line in tail]
    return lines + [f"--- all of it is in {folder}"]
