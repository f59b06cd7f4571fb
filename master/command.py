"""What every line of a script becomes: a command that knows where it stands. Pure."""

from __future__ import annotations

from dataclasses import dataclass


class ScriptError(Exception):
    """A malformed line. Its text is `<file>:<line>: <what was expected>`."""


@dataclass(frozen=True)
class Command:
    file: str
    line: int

    @property
    def where(self) -> str:
        return f"{self.file}:{self.line}"
