"""Everything that this process has started, however far it went: daemons and their children included.

As a *subreaper* this process becomes the parent of every orphan below it, so a program that forks, changes its
group or its session is still found by walking /proc, and nothing else ever is. What a shell had put below this process
before that (`grading.py ... > >(tee report)`) is not its own and left alone.
"""

from __future__ import annotations

import ctypes
import os
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, List, Optional, Tuple

from master.holder import command_of

_PR_SET_CHILD_SUBREAPER = 36

_inherited: Dict[int, str] = {}
"""Children that others gave this process, and when they were started."""


@dataclass
class Ended:
    found: Dict[int, str] = field(default_factory=dict)
    """Pid and command line of what ran."""
    left: Dict[int, str] = field(default_factory=dict)
    """Of what could not be ended."""


def adopt_orphans() -> None:
    """From here on; call it before anything is started. Raises OSError when the kernel refuses."""
    me = os.getpid()
    _inherited.update({pid: begun for pid, (parent, begun) in _processes().items() if parent == me})
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def descendants() -> Dict[int, str]:
    """Pid and command line of every process below this one that has not ended."""
    children: Dict[int, List[int]] = {}
    for pid, (parent, begun) in _processes().items():
        if _inherited.get(pid) != begun:
            children.setdefault(parent, []).append(pid)
    found: Dict[int, str] = {}
    below = children.get(os.getpid(), [])
    while below:
        found.update({pid: "" for pid in below})
        below = [child for pid in below for child in children.get(pid, []) if child not in found]
    return {pid: command_of(pid) for pid in sorted(found)}


def end_all(timeout_s: float = 5.0) -> Ended:
    """SIGKILL to everything below this process until nothing is left. Call it when no child is waited for any more:
    the exit codes are lost."""
    ended = Ended()
    deadline = time.monotonic() + timeout_s
    while True:
        ended.left = descendants()
        ended.found = {**ended.left, **ended.found}
        for pid in ended.left:
            _kill(pid)
        if _end_children(deadline, ended.found) and not ended.left:
            return ended
        if time.monotonic() > deadline:
            return ended
        time.sleep(0.001)


def reap() -> bool:
    """Takes leave of every child that has ended, adopted ones too. False when there is no child at all any more."""
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return False
        if pid == 0:
            return True


def _end_children(deadline: float, found: Dict[int, str]) -> bool:
    """Those of this process itself. Who forks and ends, again and again, is gone before all of /proc is read, but comes
    to this process each time: the kernel's own list of its children is read in no time. Whether none is left."""
    while reap():
        mine = [pid for pid in _own_children() if pid not in _inherited]
        if not mine:
            return bool(_inherited)
        if time.monotonic() > deadline:
            return False
        for pid in mine:
            if pid not in found:
                found[pid] = command_of(pid)
            _kill(pid)
        time.sleep(0.0002)
    return True


def _own_children() -> List[int]:
    found: List[int] = []
    for task in Path("/proc/self/task").iterdir():
        try:
            found += [int(word) for word in (task / "children").read_text("ascii").split()]
        except OSError:
            continue  # a thread that ended, or a kernel without these files
    return found


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def _processes() -> Dict[int, Tuple[int, str]]:
    """Parent and time of the start, of all that have not ended."""
    found: Dict[int, Tuple[int, str]] = {}
    for name in os.listdir("/proc"):
        fields = _stat(name) if name.isdigit() else None
        # The children of a zombie are this process's already.
        if fields is not None and fields[0] not in "ZX":
            found[int(name)] = (int(fields[1]), fields[19])
    return found


def _stat(pid: str) -> Optional[List[str]]:
    """State, parent and so on: what follows the name."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text("utf-8", errors="replace")
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()
    return fields if len(fields) > 19 else None
