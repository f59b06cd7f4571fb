"""Which scripts the lab's own harness could run, and a program pass. Pure."""

from __future__ import annotations

from typing import Dict, Optional, Sequence

from master import script

START_S = 3.0
CRASH_S = 1.0
"""What the lab's harness sleeps after a `start` and after a `crash`."""
FIRST_PORT = 10_000

_QUESTIONS = ("get", "alive")


def not_of_the_lab(commands: Sequence[script.Command], text: str) -> Optional[str]:
    """Why a script, of which `text` is the whole, is not one of the lab's: the first line that is none, and its place.
    None if it is."""
    lines = text.split("\n")
    for command in commands:
        line = lines[command.line - 1].strip()[:80]
        if isinstance(command, script.Start):
            if command.port < FIRST_PORT:
                return f"{command.where}: a port from {FIRST_PORT} is expected, found: {line}"
        elif isinstance(command, script.Ask) and command.text in _QUESTIONS:
            continue
        elif not isinstance(command, (script.Crash, script.Broadcast, script.Sleep, script.Exit)):
            return f"{command.where}: not a line of the lab's: {line}"
    return None


def impossible(commands: Sequence[script.Command], answers: int) -> Optional[str]:
    """Why no program could pass a script of the lab's that expects so many answers; None if one could."""
    running: Dict[int, int] = {}
    questions = 0
    for command in script.until_exit(commands):
        if not isinstance(command, script.NodeCommand):
            continue
        node = command.node
        if isinstance(command, script.Start):
            if node in running:
                return f"{command.where}: node {node} already runs"
            if command.port in running.values():
                return f"{command.where}: another node has port {command.port}"
            running[node] = command.port
        elif node not in running:
            return f"{command.where}: node {node} does not run"
        elif isinstance(command, script.Crash):
            del running[node]
        questions += isinstance(command, script.Ask)
    if questions != answers:
        return f"it asks {questions} questions, and its .output has {answers} answers"
    return None
