"""Runs one command for a stage: log file, progress, time limit, no standard input."""

import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Dict, List, Optional

PROGRESS_SECONDS = 10.0
GRACE_SECONDS = 10.0
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass
class Finished:
    code: int
    seconds: float
    timed_out: bool


class Progress:
    """The last line of output: on a terminal always in view, otherwise printed every ten seconds."""

    def __init__(self, stage: str) -> None:
        self._stage = stage
        self._terminal = sys.stdout.isatty()
        self._started = time.monotonic()
        self._printed = self._started

    def show(self, line: str) -> None:
        now = time.monotonic()
        text = f"   {self._stage} {now - self._started:4.0f} s  {_ESCAPES.sub('', line).strip()}"
        if self._terminal:
            if now - self._printed >= 0.1:
                self._printed = now
                width = os.get_terminal_size().columns
                print("\r\x1b[K" + text[: width - 1], end="", flush=True)
        elif now - self._printed >= PROGRESS_SECONDS:
            self._printed = now
            print(text[:160], flush=True)

    def end(self) -> None:
        if self._terminal:
            print("\r\x1b[K", end="", flush=True)


def run(stage: str, command: List[str], environment: Dict[str, str], log: Path, limit_seconds: float) -> Finished:
    """Runs the command in a process group of its own, which is ended when the time is up or the user interrupts."""
    log.parent.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    timed_out = False
    with log.open("wb") as file:
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env={**os.environ, **environment},
                start_new_session=True,
            )
        except OSError as error:
            file.write(f"cannot start {command[0]}: {error}\n".encode())
            return Finished(127, 0.0, False)
        assert process.stdout is not None
        try:
            timed_out = not _follow(stage, process, process.stdout, file, started + limit_seconds)
        finally:
            _end_group(process, timed_out)
        if timed_out:
            file.write(f"\nended after its time limit of {limit_seconds:.0f} s\n".encode())
    return Finished(process.returncode, time.monotonic() - started, timed_out)


def _follow(stage: str, process: "subprocess.Popen[bytes]", pipe: IO[bytes], log: IO[bytes], deadline: float) -> bool:
    """Copies output to the log until the command has ended; False when the deadline came first."""
    lines: "queue.Queue[Optional[bytes]]" = queue.Queue(maxsize=1000)

    def read() -> None:
        for line in pipe:
            lines.put(line)
        lines.put(None)

    threading.Thread(target=read, daemon=True).start()
    progress = Progress(stage)
    shown = "..."
    try:
        while time.monotonic() < deadline:
            try:
                line = lines.get(timeout=0.5)
            except queue.Empty:
                # A process that was left behind may hold the pipe open.
                if process.poll() is not None:
                    return True
                progress.show(shown)
                continue
            if line is None:
                try:
                    process.wait(max(0.0, deadline - time.monotonic()))
                except subprocess.TimeoutExpired:
                    return False
                return True
            log.write(line)
            log.flush()
            shown = line.decode(errors="replace").strip() or shown
            progress.show(shown)
        return False
    finally:
        progress.end()


def _end_group(process: "subprocess.Popen[bytes]", timed_out: bool) -> None:
    """First asks, so that a test driver can end the nodes it started; then kills what is left of the group."""
    if process.poll() is None:
        _signal(process, signal.SIGTERM)
        try:
            process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            pass
    if process.poll() is None or timed_out:
        _signal(process, signal.SIGKILL)
        process.wait()


def _signal(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        pass
