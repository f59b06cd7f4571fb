"""What happened in a run, step by step: one step for each line of the script that was carried out."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Dict, List, Optional, Sequence

from master.command import Command
from master.expected import Expected
from master.script import Start


@dataclass
class Step:
    command: Command
    text: str
    """The line of the script."""
    begun_s: float
    """Since the beginning of the run."""
    ended_s: float = 0.0
    answers: List[str] = field(default_factory=list)
    expected: List[Optional[str]] = field(default_factory=list)
    """What each answer should have been; one more when it was not given. None: nothing at all. Empty: not known."""
    rights: List[bool] = field(default_factory=list)
    """Whether each answer is the one that was expected, if that is known."""
    died: Dict[int, str] = field(default_factory=dict)
    """Nodes that were first seen to have ended by themselves then, and how."""
    problem: Optional[str] = None
    """Why the run ended here."""

    @property
    def right(self) -> bool:
        return all(self.rights)


@dataclass(frozen=True)
class Timeline:
    title: str
    steps: Sequence[Step]
    passed: Optional[bool]
    """None: nobody says what was expected."""
    notes: Sequence[str] = ()
    """Short sentences about the whole run."""
    not_run: int = 0
    """How many lines of the script the run did not reach."""


class Recorder:
    """Gathers the steps while a run goes on. One thread."""

    def __init__(self, script_text: str, expected: Optional[Expected] = None) -> None:
        self._lines = script_text.split("\n")
        self._expected = expected
        self._answers = 0
        self._began = time.monotonic()
        self.steps: List[Step] = []

    def begin(self, command: Command) -> None:
        self._end_last()
        text = self._lines[command.line - 1].strip() if command.line <= len(self._lines) else ""
        self.steps.append(Step(command, text, time.monotonic() - self._began))

    def answer(self, line: str) -> None:
        step = self.steps[-1]
        step.answers.append(line)
        if self._expected is not None:
            step.expected.append(self._expected.line(self._answers))
            step.rights.append(self._expected.is_right(self._answers, line))
        self._answers += 1

    def died(self, node: int, how: str) -> None:
        """May be told again and again."""
        lives = [step for step in self.steps if isinstance(step.command, Start) and step.command.node == node]
        since = self.steps.index(lives[-1]) if lives else 0
        if self.steps and not any(node in step.died for step in self.steps[since:]):
            self.steps[-1].died[node] = how

    def fail(self, problem: str, answer_is_missing: bool = False) -> None:
        """The run ends with the step that was begun last."""
        if not self.steps:
            return
        step = self.steps[-1]
        step.problem = problem
        if answer_is_missing and self._expected is not None:
            step.expected.append(self._expected.line(self._answers))
        self._end_last()

    def first_wrong(self) -> Optional[Step]:
        """The first step with an answer that was not the one expected."""
        return next((step for step in self.steps if not step.right), None)

    def timeline(self, title: str, passed: Optional[bool], commands: int, notes: Sequence[str] = ()) -> Timeline:
        """`commands`: how many the script has."""
        self._end_last()
        return Timeline(title, self.steps, passed, notes, max(0, commands - len(self.steps)))

    def _end_last(self) -> None:
        if self.steps and self.steps[-1].ended_s == 0.0:
            self.steps[-1].ended_s = time.monotonic() - self._began
