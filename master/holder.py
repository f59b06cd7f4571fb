"""Which process listens on a TCP port, found in /proc."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Iterable, List, Optional, Set

_LISTEN = "0A"


@dataclass(frozen=True)
class Holder:
    pid: int
    command: str

    def __str__(self) -> str:
        return f"pid {self.pid} ({self.command})"


def is_free(port: int, address: str = "127.0.0.1") -> bool:
    """Whether a server could listen there now; connections of a former one are no obstacle."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True


def listening_inodes(table: str, port: int) -> Set[str]:
    """Inodes of the sockets listening on `port`, from the text of /proc/net/tcp or tcp6."""
    inodes = set()
    for line in table.splitlines()[1:]:
        fields = line.split()
        if len(fields) < 10 or fields[3] != _LISTEN:
            continue
        if int(fields[1].rsplit(":", 1)[1], 16) == port:
            inodes.add(fields[9])
    return inodes


def find(port: int) -> Optional[Holder]:
    """Who listens on `port`; None when nobody does, or when it is another user's process."""
    inodes: Set[str] = set()
    for name in ("tcp", "tcp6"):
        try:
            inodes |= listening_inodes(Path("/proc/net", name).read_text("ascii"), port)
        except OSError:
            continue
    wanted = {f"socket:[{inode}]" for inode in inodes}
    if not wanted:
        return None
    for pid in _pids():
        if wanted & _descriptors(pid):
            return Holder(pid, command_of(pid))
    return None


def describe(port: int) -> str:
    """`pid 12 (name --option)`, or words for a holder that cannot be seen."""
    holder = find(port)
    return str(holder) if holder else "a process that this user cannot see"


def _pids() -> Iterable[int]:
    return sorted(int(name) for name in os.listdir("/proc") if name.isdigit())


def _descriptors(pid: int) -> Set[str]:
    found: Set[str] = set()
    try:
        names: List[str] = os.listdir(f"/proc/{pid}/fd")
    except OSError:
        return found
    for name in names:
        try:
            found.add(os.readlink(f"/proc/{pid}/fd/{name}"))
        except OSError:
            continue
    return found


def command_of(pid: int) -> str:
    """Its command line, at most 120 characters; `unknown` when it cannot be read."""
    try:
        raw = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return "unknown"
    words = raw.replace(b"\0", b" ").decode("utf-8", errors="replace").strip()
    return words[:120] or "unknown"
