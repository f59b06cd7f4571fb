"""People who use a grid while its nodes are killed, and rest while it is looked at."""

from __future__ import annotations

import random
import threading
from typing import List

from tests.e2e.clients import Addresses
from tests.e2e.naive_grid import NaiveGrid
from tests.e2e.people import Deletions, Person

_LOOK_AROUND_S = 0.05
"""How soon somebody who rests notices that it is told to leave."""


class Gate:
    """Closed in the beginning. Any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._open = False
        self._inside = 0

    def open(self) -> None:
        with self._changed:
            self._open = True
            self._changed.notify_all()

    def close(self, timeout: float) -> bool:
        """Waits until nobody is inside any more; whether that was so in time (seconds)."""
        with self._changed:
            self._open = False
            return self._changed.wait_for(lambda: self._inside == 0, timeout)

    def enter(self) -> bool:
        """Whether it was open, or opened soon. Then leave() must follow."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._open, _LOOK_AROUND_S):
                return False
            self._inside += 1
            return True

    def leave(self) -> None:
        with self._changed:
            self._inside -= 1
            self._changed.notify_all()


class Guest(Person):
    """Acts while the gate is open. Between two acts nothing of it is under way."""

    def __init__(
        self, gate: Gate, users: List[str], most_posts: int, grid: NaiveGrid, gone: Deletions, addresses: Addresses,
        dice: random.Random,
    ) -> None:
        super().__init__(users, most_posts, grid, gone, addresses, dice)
        self._gate = gate

    def act(self) -> None:
        if not self._gate.enter():
            return
        try:
            super().act()
        finally:
            self._gate.leave()
