"""One grading at a time on a port, and no answer taken for a node's that somebody else gave."""

from __future__ import annotations

import os
import socket
import struct
from pathlib import Path
from typing import Dict, List, Optional, Sequence

from master import holder
from master.lab import process_tree


class CannotGrade(Exception):
    """Nothing was graded, and that is not the program's fault. The text says why."""


class PortClaims:
    """Ports that no other grading uses as long as this lives, whoever runs it. A claim is a socket with a name in the
    kernel (`@buzzer-grading-10000`), which ends with this process: no file is ever left, and it holds as far as
    the ports themselves do."""

    def __init__(self, ports: Sequence[int]) -> None:
        """Raises CannotGrade."""
        self._claims: List[socket.socket] = []
        for port in ports:
            claim = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self._claims.append(claim)
            try:
                claim.bind(_name(port))
                claim.listen()
            except OSError:
                self.close()
                raise CannotGrade(f"another grading{_whose(port)} uses port {port}: let it end first") from None

    def close(self) -> None:
        for claim in self._claims:
            claim.close()

    def __enter__(self) -> PortClaims:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def taken(ports: Sequence[int]) -> Optional[str]:
    """One of them that somebody holds, and who; None when all are free."""
    for port in ports:
        if not holder.is_free(port):
            return f"port {port} is taken by {holder.describe(port)}: end it first"
    return None


def taken_by_a_stranger(ports: Sequence[int]) -> Optional[str]:
    """One of them on which a process listens that did not come of this one, and which."""
    ours = {inode for pid in [os.getpid(), *process_tree.descendants()] for inode in _sockets(pid)}
    for port, inode in _listening(ports).items():
        # Whoever ended meanwhile was one of ours that could not be looked at any more.
        if inode not in ours and _listening([port]).get(port) == inode:
            return f"port {port} was taken by {holder.describe(port)}: end it first"
    return None


def _listening(ports: Sequence[int]) -> Dict[int, str]:
    """Ports, and a socket that listens there."""
    found: Dict[int, str] = {}
    for name in ("tcp", "tcp6"):
        try:
            table = Path("/proc/net", name).read_text("ascii")
        except OSError:
            continue
        for port in ports:
            for inode in holder.listening_inodes(table, port):
                found[port] = f"socket:[{inode}]"
    return found


def _sockets(pid: int) -> List[str]:
    found: List[str] = []
    try:
        for name in os.listdir(f"/proc/{pid}/fd"):
            found.append(os.readlink(f"/proc/{pid}/fd/{name}"))
    except OSError:
        pass  # it has ended
    return found


def _name(port: int) -> str:
    return f"\0buzzer-grading-{port}"


def _whose(port: int) -> str:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
        try:
            asking.settimeout(1)
            asking.connect(_name(port))
            pid, _, _ = struct.unpack("3i", asking.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
        except OSError:
            return ""
    return f" (pid {pid})"
