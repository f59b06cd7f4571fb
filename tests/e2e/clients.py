"""Commands that are repeated with their key, at any node, until their outcome is known, whatever befalls the nodes."""

from __future__ import annotations

import os
import random
import threading
import time
from collections import deque
from pathlib import Path
from typing import Deque, Dict, Optional, Sequence, Tuple

from master.control_client import ControlClient, ControlError
from tests.e2e.nodes import DEADLINE_S, Nodes
from tests.e2e.support import GridTest


class Addresses:
    """Where to find the nodes, whether they run at the moment or not."""

    def __init__(self, nodes: Nodes, folder: Path) -> None:
        self._ports = [nodes.control_port(node) for node in range(nodes.size)]
        self._tokens = [folder / f"node-{node}" / "token" for node in range(nodes.size)]

    def connect(self) -> Dict[int, ControlClient]:
        """Connections for one thread, which are made when they are used."""
        return {node: ControlClient(port, self._tokens[node]) for node, port in enumerate(self._ports)}


class Persistent:
    """One command after the other; each must come to a definite end in time. One thread."""

    def __init__(self, addresses: Addresses, dice: random.Random, leaving: threading.Event) -> None:
        """Pauses between repetitions end early when somebody is `leaving`."""
        self.known = 0
        """Commands whose outcome is known."""
        self.repeated = 0
        self.last: Deque[Tuple[str, str]] = deque(maxlen=10)
        """The newest lines and their answers, oldest first."""
        self._nodes = addresses.connect()
        self._dice = dice
        self._leaving = leaving

    def execute(self, user: str, wish: str) -> str:
        """Its definite answer. Raises TimeoutError."""
        line = f"as {user} with key-{self.known} {wish}"
        deadline = time.monotonic() + 3 * DEADLINE_S
        while time.monotonic() < deadline:
            node = self._nodes[self._dice.randrange(len(self._nodes))]
            try:
                answer = node.ask(line, time.monotonic() + DEADLINE_S)
            except ControlError:
                answer = "error unavailable"
                node.close()
            if answer != "error unavailable":
                self.known += 1
                self.last.append((line, answer))
                return answer
            self.repeated += 1
            self._leaving.wait(0.01)
        raise TimeoutError(f"no outcome in time of: {line[:60]}")

    def close(self) -> None:
        for node in self._nodes.values():
            node.close()


class Bot:
    """Goes on acting in a thread of its own until it is told to leave."""

    def __init__(self, name: str, addresses: Addresses, dice: random.Random) -> None:
        self.failure: Optional[str] = None
        self._leaving = threading.Event()
        self.commands = Persistent(addresses, dice, self._leaving)
        self._thread = threading.Thread(target=self._run, name=name)

    def begin(self) -> None:
        """What comes first."""

    def act(self) -> None:
        """What is done again and again. Whatever it raises is the bot's failure, and its end."""
        raise NotImplementedError

    def start(self) -> None:
        self._thread.start()

    def leave(self) -> None:
        """After the command that is under way; its outcome is learned first."""
        self._leaving.set()
        if self._thread.ident is not None:
            self._thread.join()

    def pause(self, seconds: float) -> None:
        """As long, or until it is told to leave."""
        self._leaving.wait(seconds)

    def _run(self) -> None:
        try:
            self.begin()
            while not self._leaving.is_set():
                self.act()
        except Exception as error:  # whatever it was, the test must hear of it
            self.failure = f"{self._thread.name}: {error!r}"
        finally:
            self.commands.close()


def assert_none_failed(test: GridTest, bots: Sequence[Bot], told: str) -> None:
    test.assertEqual([bot.failure for bot in bots if bot.failure], [], f"{told}\n{test.logs()}")


def wait_for_progress(test: GridTest, bots: Sequence[Bot], outcomes: int, told: str) -> None:
    """Each has learned the outcome of something more, and all of them of so many."""
    before = [bot.commands.known for bot in bots]

    def gone_on() -> bool:
        assert_none_failed(test, bots, told)
        steps = [bot.commands.known - then for bot, then in zip(bots, before)]
        return min(steps) > 0 and sum(steps) >= outcomes

    test.wait_for(gone_on, f"service returns ({told})", DEADLINE_S)


def seed() -> int:
    """From the environment (BUZZER_TEST_SEED), or a new one."""
    return int(os.environ.get("BUZZER_TEST_SEED") or random.SystemRandom().randrange(1 << 32))
