"""grading.py --process DIR: all that stands around the judging of single scenarios."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Callable, List, Optional, Sequence

from master import interrupts, script
from master.expected import Expected
from master.lab import lines, process_tree
from master.lab.judge import Judge, LabScript
from master.lab.port_claims import CannotGrade as CannotGrade
from master.lab.submission import Submission, SubmissionError
from master.say import say
from master.scenario import Scenario, Verdict

BUILD_S = 1800.0


def grade(
    scripts: Sequence[LabScript],
    options: argparse.Namespace,
    add: Callable[[Verdict, int], None],
    timeline: Callable[[str, int], Optional[Path]],
) -> Optional[str]:
    """Judges each as often as asked for. Returns why the program cannot be run at all. Raises Interrupted. Nothing
    that the program, or its build, has started is left, however this ends."""
    try:
        submission = Submission(options.process)
    except SubmissionError as error:
        return str(error)
    try:
        process_tree.adopt_orphans()
    except OSError as error:
        say(f"warning: daemons of the program cannot be followed ({error.strerror})")
    try:
        if not options.no_build:
            complaint = submission.build(BUILD_S)
            process_tree.end_all()
            if complaint is not None:
                return f"it does not build: {complaint}"
        judge = Judge(submission, not options.as_the_lab, options.patience)
        say(f"{options.process}: {judge.rehearse(scripts)}")
        for run in range(1, options.repeat + 1):
            for one in scripts:
                add(judge.judge(one, timeline(one.name, run)), run)
    finally:
        with interrupts.deferred():
            process_tree.end_all()
    return None


def read(name: str, one: Scenario) -> LabScript:
    """Raises CannotGrade for a script that the lab's own harness could not run, or that no program could pass."""
    try:
        text = script.decode(name, one.input.read_bytes())
        expected = one.output.read_text("utf-8")
        commands: List[script.Command] = script.parse(one.input.name, text)
    except OSError as error:
        raise CannotGrade(f"{error.filename}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise CannotGrade(f"{one.output}: expected UTF-8 text") from None
    except script.ScriptError as error:
        raise CannotGrade(str(error)) from None
    complaint = lines.not_of_the_lab(commands, text)
    if complaint is not None:
        raise CannotGrade(f"{name} is not a script of the lab: {complaint}")
    complaint = lines.impossible(commands, len(Expected(expected)))
    if complaint is not None:
        raise CannotGrade(f"no program could pass {name}: {complaint}")
    return LabScript(one, name, text, commands, expected)


def ports(scripts: Sequence[LabScript]) -> List[int]:
    """All that they name, ascending."""
    return sorted({each.port for one in scripts for each in one.commands if isinstance(each, script.Start)})
