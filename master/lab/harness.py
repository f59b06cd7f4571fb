"""Carries out one script against a submission as the lab's harness does, at a given pace.

The nodes are told and asked what the script says and nothing else, so that a program cannot be helped along by
questions that the lab would not ask. Only at the very end of a hurried run are the last answers asked for again
(`ask_again`). One thread.
"""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass, field
from typing import Dict, List, Optional, Sequence, Tuple

from master import script
from master.expected import Expected
from master.lab import lines
from master.lab.connection import Connection, Unanswered
from master.lab.pace import Pace
from master.lab.submission import Submission, cannot_be_run
from master.timeline.events import Recorder

ANSWER_S = 5.0
_RETRY_S = 0.02


class RunEnded(Exception):
    """The run cannot go on; the text is the reason, as a student should read it."""


class Unexpected(Exception):
    """A hurried run stops at the first answer that is not the one expected."""


@dataclass
class Outcome:
    answers: List[str] = field(default_factory=list)
    problem: Optional[str] = None
    """What ended the run before the script's end."""

    @property
    def text(self) -> str:
        return "\n".join(self.answers)


class Harness:
    def __init__(
        self, submission: Submission, pace: Pace, expected: Expected, recorder: Recorder, patience: float = 1.0
    ) -> None:
        self._submission = submission
        self._pace = pace
        self._expected = expected
        self._recorder = recorder
        self._patience = patience if pace.is_the_labs else 1.0
        self._start_s = lines.START_S * patience
        self._answer_s = ANSWER_S * patience
        self._connections: Dict[int, Connection] = {}
        self._answers: List[str] = []
        self._still_true: Dict[Tuple[int, str], Tuple[int, str]] = {}
        """(node, question): number and text of the last answer that nothing has changed since."""
        self._labs_end = 0.0
        """When the last of the lab's waits would be over."""

    def run(self, commands: Sequence[script.Command]) -> Outcome:
        """To the end of the script, or of the run. The submission still runs afterwards."""
        outcome = Outcome(self._answers)
        carried_out = script.until_exit(commands)
        try:
            for command in carried_out:
                self._recorder.begin(command)
                self._carry_out(command)
                self._look_for_the_dead()
            if not self._pace.is_the_labs:
                self._ask_again()
        except (RunEnded, Unexpected) as ended:
            outcome.problem = str(ended)
            self._look_for_the_dead()
            missing = isinstance(ended, RunEnded) and isinstance(self._recorder.steps[-1].command, script.Ask)
            self._recorder.fail(str(ended), answer_is_missing=missing)
        finally:
            for connection in self._connections.values():
                connection.close()
        return outcome

    def _carry_out(self, command: script.Command) -> None:
        if isinstance(command, script.Start):
            self._start(command)
        elif isinstance(command, script.Crash):
            self._crash(command.node)
        elif isinstance(command, script.Sleep):
            self._wait(self._pace.sleep(command.ms), command.ms / 1000)
        elif isinstance(command, script.Broadcast):
            self._forget("get")
            try:
                self._connection(command.node).tell(command.text, self._answer_s)
            except Unanswered as error:
                raise RunEnded(f"node {command.node} {error}") from None
        elif isinstance(command, script.Ask):
            self._ask(command)
        else:
            raise AssertionError(f"no rule for {command}")

    def _start(self, command: script.Start) -> None:
        node = command.node
        if node in self._connections:
            raise RunEnded(f"node {node} already runs")
        self._forget("alive")
        try:
            launched = self._submission.start(node, command.grid_size, command.port)
        except OSError as error:
            raise RunEnded(cannot_be_run("./process", error)) from None
        latest = launched.begun + self._start_s
        if self._pace.is_the_labs:
            time.sleep(max(0.0, latest - time.monotonic()))
        while True:
            try:
                self._connections[node] = Connection(command.port, self._answer_s)
                break
            except OSError as error:
                if time.monotonic() < latest:
                    time.sleep(_RETRY_S)
                    continue
                ended = launched.ended()
                raise RunEnded(
                    f"nobody listens on port {command.port} of node {node} {self._start_s:g} s after ./process was "
                    f"started ({error.strerror or error})" + (f"; ./process ended with {ended}" if ended else "")
                    + ("; on ::1 somebody does" if _listens_on_ipv6(command.port) else "")
                ) from None
        self._wait(launched.begun + self._pace.start_s - time.monotonic(), 0)
        self._labs_end = max(self._labs_end, launched.begun + lines.START_S)

    def _crash(self, node: int) -> None:
        connection = self._connection(node)
        self._forget("alive")
        self._still_true.pop((node, "get"), None)
        self._submission.crash(node)
        connection.close()
        del self._connections[node]
        self._wait(self._pace.crash_s, lines.CRASH_S)

    def _ask(self, command: script.Ask) -> None:
        try:
            answer = self._connection(command.node).ask(command.text, self._answer_s)
        except Unanswered as error:
            raise RunEnded(f"node {command.node} {error}") from None
        number = len(self._answers)
        self._answers.append(answer)
        self._recorder.answer(answer)
        self._still_true[(command.node, command.text)] = (number, command.where)
        if not self._pace.is_the_labs and not self._expected.is_right(number, answer):
            raise Unexpected(f"{command.where}: node {command.node} answered `{command.text}` otherwise than expected")

    def _ask_again(self) -> None:
        """Whether what was right early is right as well when the lab would have asked."""
        if self._still_true:
            self._wait(self._labs_end - time.monotonic(), 0)
        for (node, question), (number, where) in self._still_true.items():
            try:
                answer = self._connection(node).ask(question, self._answer_s)
            except Unanswered as error:
                raise Unexpected(f"{where}: later, node {node} {error}") from None
            if answer.strip() != self._answers[number].strip():
                raise Unexpected(f"{where}: later, node {node} answered `{question}` otherwise")

    def _look_for_the_dead(self) -> None:
        """For the picture alone: a run goes on as the lab's would."""
        for node in self._connections:
            how = self._submission.died(node)
            if how is not None:
                self._recorder.died(node, how)

    def _wait(self, seconds: float, labs_s: float) -> None:
        """`seconds` (in the lab's own run times patience), where the lab would wait for `labs_s`."""
        self._labs_end = max(self._labs_end, time.monotonic() + labs_s)
        time.sleep(max(0.0, seconds * self._patience))

    def _connection(self, node: int) -> Connection:
        found = self._connections.get(node)
        if found is None:
            raise RunEnded(f"node {node} does not run")
        return found

    def _forget(self, question: str) -> None:
        self._still_true = {key: value for key, value in self._still_true.items() if key[1] != question}


def _listens_on_ipv6(port: int) -> bool:
    try:
        socket.create_connection(("::1", port), timeout=1).close()
    except OSError:
        return False
    return True
