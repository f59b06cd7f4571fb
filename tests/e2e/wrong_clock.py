"""Nodes with a wrong wall clock: a small library, built by the test and loaded before all others, shifts it."""

from __future__ import annotations

import subprocess
import unittest
from dataclasses import dataclass
from pathlib import Path
from typing import Dict

from master.node_process import NodeOptions

_SOURCE = r"""
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec* now) {
  static long shift;
  static int known;
  if (!known) {
    shift = atol(getenv("SHIFT_S"));
    known = 1;
  }
  int result = (int)syscall(SYS_clock_gettime, clock, now);
  if (clock == CLOCK_REALTIME && result == 0) now->tv_sec += shift;
  return result;
}
"""


@dataclass(frozen=True)
class WithWrongClock(NodeOptions):
    """A node whose wall clock is so many seconds ahead."""

    library: Path = Path()
    ahead_s: int = 0

    def environment(self) -> Dict[str, str]:
        return {**super().environment(), "LD_PRELOAD": str(self.library), "SHIFT_S": str(self.ahead_s)}


def build(test: unittest.TestCase, folder: Path) -> Path:
    """The library. Skips the test if nothing here can build it."""
    source, library = folder / "wrong_clock.c", folder / "wrong_clock.so"
    source.write_text(_SOURCE, "ascii")
    try:
        subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", str(library), str(source)], check=True)
    except FileNotFoundError:
        test.skipTest("a wrong clock needs a C compiler")
    return library
