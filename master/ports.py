"""Blocks of 256 ports, so that many grids run side by side on one machine.

Node i of a block has mesh port `base + i`, control port `base + 64 + i`, client port `base + 128 + i` and room port
`base + 192 + i`. A block is held by a file lock for as long as its owner lives, and every port of it is bound once to
prove it free before it is given away.
"""

from __future__ import annotations

import fcntl
import os
import stat
from pathlib import Path
from typing import List, Optional

from master import holder

FIRST = 11_000
LAST = 31_999
SIZE = 256

_CONTROL = 64
_CLIENT = 128
_ROOM = 192


class PortsError(Exception):
    """No block, or not the one asked for; the text says why and what to do."""


def bases() -> List[int]:
    """The first ports of all blocks."""
    return list(range(FIRST, LAST - SIZE + 2, SIZE))


class PortBlock:
    """One held block. Close it (or leave its `with`) when the grid is gone."""

    def __init__(self, base: int, lock: int) -> None:
        self.base = base
        self._lock = lock

    def mesh(self, node: int) -> int:
        return self.base + node

    def control(self, node: int) -> int:
        return self.base + _CONTROL + node

    def client(self, node: int) -> int:
        return self.base + _CLIENT + node

    def room(self, node: int) -> int:
        return self.base + _ROOM + node

    def close(self) -> None:
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def __enter__(self) -> PortBlock:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def acquire(wanted: str = "auto", folder: Optional[Path] = None) -> PortBlock:
    """A block: the one that starts at port `wanted`, or with `auto` any free one.

    `folder` holds the lock files (default: one per user under /tmp). Raises PortsError.
    """
    locks = folder or _lock_folder()
    locks.mkdir(mode=0o700, parents=True, exist_ok=True)
    if wanted != "auto":
        return _acquire_one(wanted, locks)
    candidates = bases()
    first = os.getpid() % len(candidates)
    for base in candidates[first:] + candidates[:first]:
        lock = _try_lock(locks, base)
        if lock is None:
            continue
        if _taken_port(base) is None:
            return PortBlock(base, lock)
        os.close(lock)
    raise PortsError(f"no free block of {SIZE} ports from {FIRST} to {LAST}; ./killall.sh ends our own nodes")


def _acquire_one(wanted: str, locks: Path) -> PortBlock:
    if not wanted.isdigit() or not FIRST <= int(wanted) <= LAST - SIZE + 1:
        raise PortsError(f"--ports {wanted}: expected auto, or a port from {FIRST} to {LAST - SIZE + 1}")
    base = int(wanted)
    if (base - FIRST) % SIZE:
        nearest = FIRST + (base - FIRST) // SIZE * SIZE
        raise PortsError(f"--ports {wanted}: blocks start every {SIZE} ports from {FIRST}, such as {nearest}")
    lock = _try_lock(locks, base)
    if lock is None:
        raise PortsError(f"--ports {wanted}: another grid holds this block; auto finds a free one")
    taken = _taken_port(base)
    if taken is not None:
        os.close(lock)
        raise PortsError(f"--ports {wanted}: port {taken} is taken by {holder.describe(taken)}")
    return PortBlock(base, lock)


def _lock_folder() -> Path:
    folder = Path(f"/tmp/buzzer-ports-{os.getuid()}")
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise PortsError(f"{folder} is not a folder of this user: remove it")
    return folder


def _try_lock(folder: Path, base: int) -> Optional[int]:
    lock = os.open(folder / f"{base}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        return None
    return lock


def _taken_port(base: int) -> Optional[int]:
    for port in range(base, base + SIZE):
        if not holder.is_free(port):
            return port
    return None
