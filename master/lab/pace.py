"""How long a run waits after a start, after a crash and in a sleep: as the lab does, or less.

The lab's sleeps are long enough for any right program, so most of each is wasted on a quick one. How quick a program
is gets measured once, before the first scenario (`measure` in rehearsal.py); from then on scenarios wait that long,
with a margin. What this may hide, and what is done about it, stands in judge.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from master.lab import lines

_MARGIN = 1.5
_MARGIN_S = 0.05
_SLOWER = 2.0


@dataclass(frozen=True)
class Pace:
    """Seconds, each at most the lab's."""

    start_s: float = lines.START_S
    """From `./process` to the first command."""
    crash_s: float = lines.CRASH_S
    sleep_s: Optional[float] = None
    """The longest that a `sleep` of a script takes; None: as long as it says."""

    def sleep(self, ms: int) -> float:
        return ms / 1000 if self.sleep_s is None else min(ms / 1000, self.sleep_s)

    @property
    def is_the_labs(self) -> bool:
        return self == THE_LABS

    def slower(self) -> Pace:
        """For a program that turned out to be right when it was given more time."""
        if self.sleep_s is None:
            return THE_LABS
        return _within_the_labs(_SLOWER * self.start_s, _SLOWER * self.crash_s, _SLOWER * self.sleep_s)

    def __str__(self) -> str:
        if self.is_the_labs:
            return "the lab's own waits"
        sleep = "as long as they say" if self.sleep_s is None else f"at most {self.sleep_s:.2f} s"
        return f"waits of {self.start_s:.2f} s after a start, {self.crash_s:.2f} s after a crash, sleeps {sleep}"


THE_LABS = Pace()


def from_measured(start_s: float, crash_s: float, delivery_s: float) -> Pace:
    """For a program that needed so long in a rehearsal."""
    return _within_the_labs(
        _MARGIN * start_s + _MARGIN_S, _MARGIN * crash_s + _MARGIN_S, _MARGIN * delivery_s + _MARGIN_S
    )


def _within_the_labs(start_s: float, crash_s: float, sleep_s: float) -> Pace:
    start_s, crash_s = min(start_s, lines.START_S), min(crash_s, lines.CRASH_S)
    # A program that is promised a second for its deliveries and uses it up gets every sleep whole.
    if sleep_s >= 1:
        return Pace(start_s, crash_s, None)
    return Pace(start_s, crash_s, sleep_s)
