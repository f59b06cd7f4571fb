"""A program with the lab's `build`, `process` and `stopall` in one folder: started, killed and ended as the lab does.

Everything that it starts is a descendant of this process (process_tree.py). One thread.
"""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Dict, List, Optional

from master import interrupts
from master.lab import process_tree
from master.lab.output import Output
from master.node_process import describe_exit

STOPALL_S = 10.0
LOG_LINES = 10
_KILLED_S = 5.0


class SubmissionError(Exception):
    """It cannot be graded at all; the text says why."""


class Launched:
    """One `./process <id> <n> <port>`: a process group of its own, and what it prints."""

    def __init__(self, folder: Path, words: List[str]) -> None:
        """Raises OSError when it cannot be run."""
        self.output = Output()
        self.begun = time.monotonic()
        self.killed = False
        try:
            with interrupts.deferred():
                self._popen = subprocess.Popen(
                    words, cwd=folder, stdin=subprocess.DEVNULL, stdout=self.output.writing,
                    stderr=self.output.writing, start_new_session=True,
                )
        finally:
            self.output.started()

    def ended(self) -> Optional[str]:
        """How `./process` itself ended, or None while it runs; it stays a zombie, so its group keeps its number."""
        try:
            found = os.waitid(os.P_PID, self._popen.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return None
        if found is None:
            return None
        return describe_exit(found.si_status if found.si_code == os.CLD_EXITED else -found.si_status)

    def kill(self) -> None:
        """SIGKILL to its whole group, as the lab's crash. Once only: the group's number may be given to others then."""
        if self.killed:
            return
        self.killed = True
        _kill_group(self._popen)


class Submission:
    def __init__(self, folder: Path) -> None:
        """Raises SubmissionError when there is nothing to start."""
        self.folder = folder.absolute()
        if not os.access(self.folder / "process", os.X_OK) or not (self.folder / "process").is_file():
            raise SubmissionError(f"there is no program {self.folder / 'process'} (chmod +x it?)")
        self._launched: Dict[int, Launched] = {}

    def build(self, limit_s: float) -> Optional[str]:
        """Runs `./build` if there is one. None if it succeeded; else what it said."""
        if not (self.folder / "build").exists():
            return None
        output = Output()
        try:
            with interrupts.deferred():
                building = subprocess.Popen(
                    ["./build"], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=output.writing,
                    stderr=output.writing, start_new_session=True,
                )
        except OSError as error:
            output.started()
            return cannot_be_run("./build", error)
        output.started()
        try:
            code = building.wait(limit_s)
            how = None if code == 0 else f"./build ended with {describe_exit(code)}"
        except subprocess.TimeoutExpired:
            how = f"./build did not end within {limit_s:g} s"
        finally:
            if building.returncode is None:
                _kill_group(building)
        if how is None:
            return None
        output.wait(1)
        return "\n".join([how] + [f"    {line}" for line in output.last_lines(60)])

    def start(self, node: int, grid_size: int, port: int) -> Launched:
        """Raises OSError."""
        launched = Launched(self.folder, ["./process", str(node), str(grid_size), str(port)])
        self._launched[node] = launched
        return launched

    def crash(self, node: int) -> None:
        self._launched[node].kill()

    def died(self, node: int) -> Optional[str]:
        """How its `./process` ended by itself, if that shows that the node did: one that goes on elsewhere ends with
        exit code 0."""
        launched = self._launched[node]
        ended = None if launched.killed else launched.ended()
        return None if ended == "exit code 0" else ended

    def said(self) -> List[str]:
        """Of each node: how its `./process` ended, and the last lines that it printed, if there is anything to tell."""
        told: List[str] = []
        for node, launched in sorted(self._launched.items()):
            ended = launched.ended() if not launched.killed else None
            lines = launched.output.last_lines(LOG_LINES)
            if lines or (ended and ended != "exit code 0"):
                how = "was killed" if launched.killed else f"ended with {ended}" if ended else "runs"
                told += [f"--- node {node}: ./process {how}"] + [f"    {line}" for line in lines]
        return told

    def end(self) -> List[str]:
        """`./stopall`, then whatever is still there. Afterwards nothing of it runs, also when a signal ends the waiting
        for `./stopall`; returns what deserves mention."""
        notes: List[str] = []
        try:
            notes += self._stopall()
        finally:
            with interrupts.deferred():
                for launched in self._launched.values():
                    launched.kill()
                self._launched.clear()
                ended = process_tree.end_all()
        if ended.found:
            notes.append(f"outside their groups, and left by ./stopall: {_some(ended.found)}")
        if ended.left:
            notes.append(f"could not be ended: {_some(ended.left)}")
        return notes

    def _stopall(self) -> List[str]:
        if not (self.folder / "stopall").exists():
            return ["there is no ./stopall"]
        try:
            with interrupts.deferred():
                stopping = subprocess.Popen(
                    ["./stopall"], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL, start_new_session=True,
                )
        except OSError as error:
            return [cannot_be_run("./stopall", error)]
        try:
            code = stopping.wait(STOPALL_S)
        except subprocess.TimeoutExpired:
            return [f"./stopall did not end within {STOPALL_S:g} s"]
        finally:
            if stopping.returncode is None:
                _kill_group(stopping)
        return [] if code == 0 else [f"./stopall ended with {describe_exit(code)}"]


def cannot_be_run(program: str, error: OSError) -> str:
    """With the usual reason, where the system's words say nothing to who meets them for the first time."""
    reasons = {
        errno.ENOENT: " (if it is there: its first line names a program that is not; Windows line ends?)",
        errno.ENOEXEC: " (its first line has to say what runs it, such as #!/bin/sh)",
    }
    return f"{program} cannot be run: {error.strerror}{reasons.get(error.errno or 0, '')}"


def _some(processes: Dict[int, str]) -> str:
    return ", ".join(f"pid {pid} ({command})" for pid, command in list(processes.items())[:5])


def _kill_group(popen: "subprocess.Popen[bytes]") -> None:
    """Of one that was not waited for yet."""
    try:
        os.killpg(popen.pid, signal.SIGKILL)
        popen.wait(_KILLED_S)
    except (ProcessLookupError, PermissionError, subprocess.TimeoutExpired):
        pass  # one that runs as somebody else is told of by process_tree
