"""Ends what pid files in a folder still name: for a master that could not clean up itself."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import List

from master import pid_file
from master.pid_file import ProcessId

PID_FILES = ("master.pid", "up.pid", "pid")


def running(folder: Path) -> List[ProcessId]:
    """Live processes named by pid files below `folder`, masters first."""
    found = (pid_file.read_alive(path) for name in PID_FILES for path in sorted(folder.rglob(name)))
    return [process for process in found if process is not None]


def kill_all(folder: Path, timeout_s: float = 5.0) -> List[ProcessId]:
    """SIGKILL to all of them, until none is left. Returns those still there after `timeout_s`."""
    deadline = time.monotonic() + timeout_s
    while True:
        left = running(folder)
        if not left or time.monotonic() > deadline:
            return left
        for process in left:
            try:
                os.kill(process.pid, signal.SIGKILL)
            except OSError:
                continue
        time.sleep(0.01)
