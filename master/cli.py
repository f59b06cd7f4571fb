"""master.py: runs one scenario script against real node processes."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import List, Optional

from master import interrupts, numbers, paths, pid_file, ports, runner, script
from master.grid import Grid
from master.layout import Layout
from master.say import silence
from master.timeline.recorded_run import RecordedRun

FAILED = 1
BAD_SCRIPT = 2

_ABOUT = """Runs a scenario (docs/scenarios.md) and prints one line per answer, as the lab's master does.
Warnings go to standard error. Exit code: 0 done, 1 the run failed, 2 a malformed script or option."""


def parse_arguments(arguments: Optional[List[str]]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="master.py", description=_ABOUT)
    parser.add_argument("script", nargs="?", default="-", metavar="SCRIPT",
                        help="the script's file; - (default) is standard input")
    parser.add_argument("--ports", metavar="BASE",
                        help="`auto`, or the first port of a block of 256 (default: the lab's own ports)")
    parser.add_argument("--run-folder", type=Path, metavar="DIR",
                        help="keys, logs and data; kept (default: a new one in run/scenarios, removed after a success)")
    parser.add_argument("--binary", type=Path, default=paths.BINARY, metavar="PATH",
                        help="the node's program (default: build/release/buzzer)")
    parser.add_argument("--node-argument", action="append", default=[], metavar="ARG",
                        help="passed on to every node, such as --node-argument=--log-level=debug; may be repeated")
    parser.add_argument("--patience", type=numbers.patience, default=1.0, metavar="F",
                        help="multiplies every deadline, for slow builds of the node (default: 1)")
    parser.add_argument("--timeline", type=Path, metavar="FILE",
                        help="also draw the run as a space-time diagram (SVG); SCRIPT's *.output says what is right")
    return parser.parse_args(arguments)


def main(arguments: Optional[List[str]] = None) -> int:
    options = parse_arguments(arguments)
    interrupts.install()
    try:
        return _run(options)
    except interrupts.Interrupted as interrupted:
        _warn(f"ended by {interrupted}")
        return interrupted.exit_code
    except BrokenPipeError:
        silence()
        return FAILED


def _run(options: argparse.Namespace) -> int:
    name = "stdin" if options.script == "-" else options.script
    try:
        data = sys.stdin.buffer.read() if options.script == "-" else Path(options.script).read_bytes()
        text = script.decode(name, data)
        commands = script.parse(name, text)
    except OSError as error:
        return _complain(f"{name}: {error.strerror}", BAD_SCRIPT)
    except script.ScriptError as error:
        return _complain(str(error), BAD_SCRIPT)
    if not os.access(options.binary, os.X_OK):
        return _complain(f"there is no program {options.binary}: build it with scripts/build.sh", BAD_SCRIPT)
    try:
        block = ports.acquire(options.ports) if options.ports else None
    except ports.PortsError as error:
        return _complain(str(error), BAD_SCRIPT)
    folder = _run_folder(options.run_folder, Path(name).stem)
    layout = Layout(options.binary.absolute(), folder, block, options.node_argument)
    run = None if options.timeline is None else RecordedRun(options.timeline, name, text, commands)
    code = _drive(commands, layout, options.patience, run)
    if code == 0 and options.run_folder is None:
        shutil.rmtree(folder, ignore_errors=True)
    elif code != 0:
        print(f"the nodes' logs are in {folder}", file=sys.stderr)
    return code


def _run_folder(wanted: Optional[Path], script_name: str) -> Path:
    """A folder that is given may hold the data of an earlier run; one of our own begins empty."""
    if wanted is not None:
        wanted.mkdir(parents=True, exist_ok=True)
        return wanted.absolute()
    folder = paths.RUN / "scenarios"
    folder.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=f"{script_name}-{os.getpid()}-", dir=folder))


def _drive(
    commands: List[script.Command], layout: Layout, patience: float, recorded: Optional[RecordedRun]
) -> int:
    own_pid = layout.run_folder / "master.pid"
    pid_file.write_own(own_pid)
    grid = Grid(layout, _warn, patience)
    code = FAILED

    def answer(line: str) -> None:
        if recorded is not None:
            recorded.answer(line)
        _answer(line)

    try:
        runner.run(commands, grid, answer, recorded.recorder if recorded else None)
        code = 0
    except runner.RunError as error:
        code = _complain(str(error), FAILED)
    except interrupts.Interrupted as interrupted:
        if recorded is not None:
            recorded.recorder.fail(f"ended by {interrupted}")
        raise
    finally:
        interrupts.ignore()
        complaints = grid.stop_all()
        for complaint in complaints:
            code = _complain(complaint, FAILED)
        if recorded is not None:
            try:
                recorded.draw(code == 0, complaints)
            except OSError as error:
                code = _complain(f"{recorded.file}: {error.strerror}", FAILED)
        pid_file.remove_own(own_pid)
        if layout.ports is not None:
            layout.ports.close()
    return code


def _answer(line: str) -> None:
    sys.stdout.buffer.write(line.encode("utf-8", errors="replace") + b"\n")
    sys.stdout.buffer.flush()


def _warn(message: str) -> None:
    print(f"warning: {message}", file=sys.stderr, flush=True)


def _complain(message: str, code: int) -> int:
    print(f"error: {message}", file=sys.stderr, flush=True)
    return code
