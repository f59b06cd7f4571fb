"""What the tests with real processes share: a folder for each test, waiting with a deadline, running our programs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from typing import Callable, Dict, List, Optional

from master import leftovers, paths, pid_file
from master.control_client import ControlClient
from master.tail import last_lines

BINARY = Path(os.environ.get("BUZZER_BINARY", str(paths.BINARY)))
"""The node under test; another build of it can be named in the environment."""

PATIENCE = float(os.environ.get("BUZZER_TEST_PATIENCE", "1"))
"""Multiplies deadlines, and the time after which a silent peer is down, for slow builds of the node."""


class GridTest(unittest.TestCase):
    """Each test has a run folder of its own, and fails if it leaves a process behind."""

    def setUp(self) -> None:
        self.assertTrue(os.access(BINARY, os.X_OK), f"{BINARY} is not built: scripts/build.sh")
        folder = tempfile.TemporaryDirectory(prefix="buzzer-test-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.addCleanup(self._nothing_left)

    def _nothing_left(self) -> None:
        left = leftovers.running(self.folder)
        leftovers.kill_all(self.folder)
        if left:
            self.fail(f"left behind: {left}\n{self.logs()}")

    def logs(self) -> str:
        """Of every log in the run folder the last lines, and where a sanitizer begins to report."""
        parts = []
        for log in sorted(self.folder.rglob("node.log")):
            lines = log.read_text("utf-8", "replace").splitlines()
            reports = [line for line in lines if "runtime error: " in line or "SUMMARY: " in line]
            parts += [f"--- {log}", *reports] + last_lines(log, 15)
        return "\n".join(parts)

    def run_program(
        self, *words: object, stdin: str = "", timeout: float = 60, env: Optional[Dict[str, str]] = None
    ) -> "subprocess.CompletedProcess[str]":
        """Runs it at the root to its end; its output is text."""
        return subprocess.run(
            [str(word) for word in words], cwd=paths.ROOT, input=stdin, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, encoding="utf-8", timeout=timeout, env=env,
        )

    def master(self, script: str, *options: object) -> "subprocess.CompletedProcess[str]":
        return self.run_program(*master_command(self.folder / "master", *options), stdin=script)

    def begin_master(self, script: str, name: str = "master") -> "Background":
        """Starts a master whose script goes on until somebody ends it."""
        (self.folder / f"{name}.input").write_text(script, "utf-8")
        background = Background(master_command(self.folder / name, self.folder / f"{name}.input"), self.folder / name)
        self.addCleanup(background.close)
        return background

    def nodes(self, folder: Optional[Path] = None) -> List[pid_file.ProcessId]:
        """The live nodes of the run folder."""
        found = [pid_file.read_alive(path) for path in sorted((folder or self.folder).rglob("node-*/pid"))]
        return [process for process in found if process is not None]

    def wait_for(self, condition: Callable[[], object], what: str, timeout: float = 10 * PATIENCE) -> None:
        deadline = time.monotonic() + timeout
        while not condition():
            if time.monotonic() > deadline:
                self.fail(f"not within {timeout:g} s: {what}\n{self.logs()}")
            time.sleep(0.01)


class Background:
    """A program that runs beside the test; its output is collected in files."""

    def __init__(self, command: List[str], base: Path) -> None:
        base.parent.mkdir(parents=True, exist_ok=True)
        self._out = base.with_suffix(".out")
        self._err = base.with_suffix(".err")
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self.process = subprocess.Popen(
                command, cwd=paths.ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True
            )

    @property
    def out(self) -> str:
        return self._out.read_text("utf-8")

    @property
    def err(self) -> str:
        return self._err.read_text("utf-8")

    def end(self, number: int = signal.SIGTERM, timeout: float = 10) -> int:
        """Sends the signal and returns the exit code."""
        self.process.send_signal(number)
        return self.process.wait(timeout)

    def close(self) -> None:
        if self.process.poll() is None:
            self.end(signal.SIGTERM)


def master_command(run_folder: Path, *options: object) -> List[str]:
    command = [sys.executable, str(paths.ROOT / "master.py"), "--ports", "auto"]
    command += ["--run-folder", str(run_folder), "--binary", str(BINARY)]
    return command + [str(option) for option in options]


def ask(port: int, token_file: Path, line: str, timeout: float = 5) -> str:
    """One question on a connection of its own."""
    client = ControlClient(port, token_file)
    try:
        return client.ask(line, time.monotonic() + timeout)
    finally:
        client.close()
