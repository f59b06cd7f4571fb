"""A run of `master.py` that is drawn when it is over."""

from __future__ import annotations

from pathlib import Path
from typing import List, Optional, Sequence

from master import script
from master.command import Command
from master.expected import Expected
from master.timeline import svg
from master.timeline.events import Recorder


class RecordedRun:
    """One thread."""

    def __init__(self, file: Path, script_name: str, text: str, commands: Sequence[Command]) -> None:
        """`X.output` beside the script `X.input` says what is expected, if it is there."""
        self.file = file
        self._title = Path(script_name).stem
        self._commands = len(script.until_exit(commands))
        self._expected = _expected(Path(script_name))
        self._answers: List[str] = []
        self.recorder = Recorder(text, None if self._expected is None else Expected(self._expected))

    def answer(self, line: str) -> None:
        self._answers.append(line)
        self.recorder.answer(line)

    def draw(self, in_order: bool, notes: Sequence[str] = ()) -> None:
        """`in_order`: the run itself went well, whatever was answered. Raises OSError."""
        passed: Optional[bool] = None
        if self._expected is not None or not in_order:
            passed = in_order and (self._expected or "").strip() == "\n".join(self._answers).strip()
        svg.write(self.file, self.recorder.timeline(self._title, passed, self._commands, notes))


def _expected(path: Path) -> Optional[str]:
    try:
        return path.with_suffix(".output").read_text("utf-8") if path.suffix == ".input" else None
    except (OSError, UnicodeDecodeError):
        return None
