"""Pid files: `<pid> <start time>`, so that a recycled pid is never mistaken for ours.

The start time is field 22 of /proc/<pid>/stat (clock ticks since boot). Nodes write `pid`, masters
`master.pid`, `up.sh` writes `up.pid`; killall.sh reads them all.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Optional


@dataclass(frozen=True)
class ProcessId:
    pid: int
    start_time: int

    def alive(self) -> bool:
        """Whether this very process still runs (a zombie does not)."""
        stat = _stat(self.pid)
        return stat is not None and stat.start_time == self.start_time and stat.state not in "ZX"


@dataclass(frozen=True)
class Stat:
    state: str
    start_time: int


def parse_stat(text: str) -> Stat:
    """The line of /proc/<pid>/stat; the program's name in it may hold spaces and parentheses."""
    fields = text[text.rindex(")") + 1:].split()
    return Stat(state=fields[0], start_time=int(fields[19]))


def _stat(pid: int) -> Optional[Stat]:
    try:
        return parse_stat(Path(f"/proc/{pid}/stat").read_text("utf-8", errors="replace"))
    except (OSError, ValueError, IndexError):
        return None


def state(pid: int) -> Optional[str]:
    """`R`, `S`, `T` (stopped), `Z` ..., or None when there is no such process."""
    stat = _stat(pid)
    return stat.state if stat else None


def read(path: Path) -> Optional[ProcessId]:
    """What a pid file names; None when it is missing, empty or garbled."""
    try:
        pid, start_time = path.read_text("ascii").split()
        return ProcessId(int(pid), int(start_time))
    except (OSError, ValueError):
        return None


def read_alive(path: Path) -> Optional[ProcessId]:
    """The process a pid file names, if it still runs; a stale file counts as none."""
    process = read(path)
    return process if process and process.alive() else None


def write_own(path: Path) -> None:
    """Names this process in `path`, replacing a stale file."""
    own = _stat(os.getpid())
    if own is None:
        raise OSError("/proc is not readable")
    temporary = path.with_name(path.name + ".new")
    temporary.write_text(f"{os.getpid()} {own.start_time}\n", "ascii")
    temporary.replace(path)


def remove_own(path: Path) -> None:
    """Removes `path` if it names this process."""
    process = read(path)
    if process is not None and process.pid == os.getpid():
        path.unlink(missing_ok=True)
