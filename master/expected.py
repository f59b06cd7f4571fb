"""The output that is expected of a scenario, line by line. Pure."""

from __future__ import annotations

from typing import List, Optional


class Expected:
    """White space at both ends of the whole text does not count, anywhere else it does."""

    def __init__(self, text: str) -> None:
        stripped = text.strip()
        self._lines: List[str] = stripped.split("\n") if stripped else []

    def __len__(self) -> int:
        return len(self._lines)

    def line(self, index: int) -> Optional[str]:
        """None after the last one."""
        return self._lines[index] if index < len(self._lines) else None

    def is_right(self, index: int, answer: str) -> bool:
        """Whether the answer with this number (from 0) is the one expected there."""
        line = self.line(index)
        if line is None:
            return False
        if index == 0:
            answer = answer.lstrip()
        if index == len(self._lines) - 1:
            answer = answer.rstrip()
        return answer == line
