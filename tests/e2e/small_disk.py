"""A small disk for one node's store: a tmpfs in a mount namespace of its own (mount_namespaces(7)), which nodes are
started in. A process that waits keeps the namespace while nodes come and go; the test reaches the disk through /proc.

They want root or user namespaces. All is gone when the test has ended, however it ended.
"""

from __future__ import annotations

import errno
import os
import subprocess
import unittest
from dataclasses import dataclass, field
from pathlib import Path
from typing import List

from master.node_process import NodeOptions

_ROOT = os.geteuid() == 0
_HOLD = 'mount -t tmpfs -o size="$1" tmpfs "$0" && echo ready && read -r _'


class SmallDisk:
    def __init__(self, test: unittest.TestCase, folder: Path, size: int) -> None:
        """An empty disk of so many bytes at `folder`. Skips the test if this user may not make one."""
        folder.mkdir(parents=True, exist_ok=True)
        unshare = ["unshare", "--mount"] + ([] if _ROOT else ["--map-root-user"])
        try:
            self._holder = subprocess.Popen(
                [*unshare, "sh", "-c", _HOLD, str(folder), str(size)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
            )
        except FileNotFoundError:
            test.skipTest("a small disk needs `unshare` (Debian's package util-linux)")
        test.addCleanup(self._holder.communicate)  # closes its input, so it ends
        assert self._holder.stdout is not None
        if self._holder.stdout.readline() != "ready\n":
            complaint = self._holder.communicate()[1]
            test.skipTest(f"a small disk needs root, or user namespaces: {complaint.strip()}")
        self._ballast = Path(f"/proc/{self._holder.pid}/root") / folder.relative_to("/") / "ballast"

    def enter(self) -> List[str]:
        """What a command line begins with so that it runs where the disk is."""
        words = ["nsenter", f"--mount=/proc/{self._holder.pid}/ns/mnt"]
        if not _ROOT:
            words += [f"--user=/proc/{self._holder.pid}/ns/user", "--preserve-credentials"]
        return words

    def fill(self) -> None:
        """To the last byte."""
        with self._ballast.open("ab", buffering=0) as ballast:
            try:
                while ballast.write(b"x" * 4096) > 0:
                    pass
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise

    def free(self) -> None:
        self._ballast.unlink()


@dataclass(frozen=True)
class OnSmallDisk(NodeOptions):
    """A node that is started where a small disk is."""

    enter: List[str] = field(default_factory=list)

    def command(self) -> List[str]:
        return [*self.enter, *super().command()]
