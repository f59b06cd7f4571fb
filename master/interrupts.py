"""SIGINT, SIGTERM and SIGHUP as an exception that never loses a child process.

The handlers raise Interrupted in the main thread, except inside `deferred()`, where a signal waits until the block
is left: between fork and the moment a process is on record, nothing may be raised.
"""

from __future__ import annotations

import contextlib
import signal
from types import FrameType
from typing import Iterator, Optional

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(BaseException):
    """Somebody wants this program to end; `exit_code` is the shell's 128 + signal."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.exit_code = 128 + number


_deferring = 0
_pending: Optional[int] = None
_raised = False
"""Once it is: the program is ending, and a second signal must not interrupt its cleaning up."""


def install() -> None:
    """Call once, from the main thread."""
    for number in _SIGNALS:
        signal.signal(number, _on_signal)


def ignore() -> None:
    """From here on the program is ending anyway: further signals must not stop it from cleaning up."""
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)


@contextlib.contextmanager
def deferred() -> Iterator[None]:
    global _deferring, _pending, _raised
    _deferring += 1
    try:
        yield
    finally:
        _deferring -= 1
        if _deferring == 0 and _pending is not None:
            number, _pending = _pending, None
            _raised = True
            raise Interrupted(number)


def _on_signal(number: int, _frame: Optional[FrameType]) -> None:
    global _pending, _raised
    if _raised:
        return
    if _deferring:
        _pending = _pending or number  # the first one counts
    else:
        _raised = True
        raise Interrupted(number)
