"""What a program prints: read as fast as it comes, and only the end of it kept."""

from __future__ import annotations

import os
import threading
from typing import List

_KEPT_BYTES = 16_384


class Output:
    """The reading end of a pipe. A thread empties it until every writer is gone, so that no flood fills memory or
    disk and nobody is blocked by a full pipe. Any thread."""

    def __init__(self) -> None:
        self._reading, self.writing = os.pipe()
        self._lock = threading.Lock()
        self._kept = bytearray()
        self._total = 0
        self._thread = threading.Thread(target=self._read, name="output", daemon=True)
        self._thread.start()

    def started(self) -> None:
        """The program has its copy of `writing`; ours is closed."""
        os.close(self.writing)

    def wait(self, timeout_s: float) -> None:
        """Until every writer is gone, and all that they wrote is here."""
        self._thread.join(timeout_s)

    def last_lines(self, count: int) -> List[str]:
        with self._lock:
            text = self._kept.decode("utf-8", errors="replace")
            total = self._total
        lines = [line[:300] for line in text.splitlines()[-count:]]
        if total > _KEPT_BYTES:
            lines.insert(0, f"... (the end of {total} bytes)")
        return lines

    def _read(self) -> None:
        while True:
            data = os.read(self._reading, 65_536)
            if not data:
                break
            with self._lock:
                self._total += len(data)
                self._kept += data
                del self._kept[:-_KEPT_BYTES]
        os.close(self._reading)
