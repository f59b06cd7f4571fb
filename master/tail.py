"""The end of a log file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import List

_BLOCK = 65_536
"""Only this many last bytes are looked at."""


def last_lines(path: Path, count: int) -> List[str]:
    """At most `count` last lines; none when the file cannot be read."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _BLOCK))
            text = file.read().decode("utf-8", errors="replace")
    except OSError:
        return []
    return text.splitlines()[-count:]
