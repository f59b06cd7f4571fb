"""Whether a submission does in a scenario what is expected, judged as the lab's own harness would, but sooner.

1. A hurried run: the lab's harness with shorter waits. Each question is asked once, as in the lab. The first answer
   that is not the expected one ends it, and it counts for nothing: the program may just not be that quick.
2. When all answers were right, they are asked for again at the moment when the last of the lab's waits would be over:
   what was right early must still be so (a duplicate that comes late, a node that died). Then it has passed.
3. Otherwise everything is ended, and the scenario begins anew with waits twice as long, and at last with the lab's own.
   That last run is the verdict, and alone can be a failure.

So a failure is always one that the lab would have seen. A pass is one as well, but for a program that breaks only once
it has lived longer than the hurried run: `--as-the-lab` takes step 3 alone.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import List, Optional, Sequence, Tuple

from master import script
from master.difference import difference
from master.expected import Expected
from master.lab import pace, port_claims, rehearsal
from master.lab.harness import Harness, Outcome
from master.lab.pace import Pace
from master.lab.submission import Submission
from master.scenario import Scenario, Verdict
from master.timeline import svg
from master.timeline.events import Recorder


@dataclass(frozen=True)
class LabScript:
    """A scenario that is in the lab's own lines."""

    scenario: Scenario
    name: str
    text: str
    commands: List[script.Command]
    expected: str

    @property
    def ports(self) -> List[int]:
        return sorted({command.port for command in self.commands if isinstance(command, script.Start)})


class Disturbed(Exception):
    """Somebody else is in the way; the text says who. The program cannot help it."""


@dataclass
class _Run:
    outcome: Outcome
    recorder: Recorder
    difference: Optional[str]
    said: List[str] = field(default_factory=list)
    notes: List[str] = field(default_factory=list)

    @property
    def right(self) -> bool:
        return self.outcome.problem is None and self.difference is None


class Judge:
    """Of one submission. One thread, one scenario at a time."""

    def __init__(self, submission: Submission, hurried: bool, patience: float = 1.0) -> None:
        self._submission = submission
        self._patience = patience
        self._hurried = hurried
        self.pace: Pace = pace.THE_LABS

    def rehearse(self, scripts: Sequence[LabScript]) -> str:
        """Measures how quick the program is. Returns a sentence about it."""
        if not self._hurried:
            return f"{pace.THE_LABS}, as was asked for"
        starts = rehearsal.cast([each.commands for each in scripts])
        taken = port_claims.taken([each.port for each in starts])
        if not starts or taken is not None:
            return f"{self.pace} ({taken or 'no node is ever started'})"
        try:
            self.pace = rehearsal.measure(self._submission, starts, self._patience)
        except rehearsal.NotQuick as reason:
            return f"{self.pace}, for in a rehearsal {reason}"
        finally:
            self._submission.end()
        return str(self.pace)

    def judge(self, one: LabScript, timeline: Optional[Path] = None) -> Verdict:
        began = time.monotonic()
        try:
            run, note = self._judged(one)
        except Disturbed as reason:
            return Verdict(one.name, time.monotonic() - began, str(reason), was_run=False)
        seconds = time.monotonic() - began
        if timeline is not None:
            notes = [note] if note else []
            steps = len(script.until_exit(one.commands))
            try:
                svg.write(timeline, run.recorder.timeline(one.name, run.right, steps, notes))
            except OSError as error:
                run.notes.append(f"its timeline could not be written: {error.strerror}")
        if run.right:
            return Verdict(one.name, seconds, note="; ".join([note] * bool(note) + run.notes))
        parts = [run.outcome.problem] if run.outcome.problem else []
        wrong = run.recorder.first_wrong()
        if wrong is not None:
            parts.append(f"the first wrong answer is that to `{wrong.text}` ({wrong.command.where})")
        if run.difference and (wrong is not None or not parts):
            parts.append("the output differs:\n" + run.difference)
        parts += run.said + [f"--- {text}" for text in run.notes]
        return Verdict(one.name, seconds, "\n".join(parts))

    def _judged(self, one: LabScript) -> Tuple[_Run, str]:
        """The run that counts, and a note about those before it. Raises Disturbed."""
        first = ""
        for waits in self._paces():
            run = self._run(one, waits)
            if run.right and first:
                self.pace = waits
                return run, f"right with {waits}; with shorter ones: {first}"
            if run.right or waits.is_the_labs:
                return run, ""
            first = first or run.outcome.problem or "the answers differ"
        raise AssertionError("the lab's own waits come last")

    def _paces(self) -> List[Pace]:
        """Each for the case that those before it were too quick."""
        found = [self.pace]
        if not self.pace.is_the_labs:
            found.append(self.pace.slower())
        if not found[-1].is_the_labs:
            found.append(pace.THE_LABS)
        return found

    def _run(self, one: LabScript, waits: Pace) -> _Run:
        taken = port_claims.taken(one.ports)
        if taken is not None:
            raise Disturbed(taken)
        expected = Expected(one.expected)
        recorder = Recorder(one.text, expected)
        harness = Harness(self._submission, waits, expected, recorder, self._patience)
        notes: List[str] = []
        said: List[str] = []
        try:
            outcome = harness.run(one.commands)
            different = difference(one.expected, outcome.text)
            if outcome.problem is not None or different is not None:
                said = self._submission.said()
            taken = port_claims.taken_by_a_stranger(one.ports)
        finally:
            notes = self._submission.end()
        if taken is not None:
            raise Disturbed(taken)
        return _Run(outcome, recorder, different, said, notes)
