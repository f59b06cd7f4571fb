"""kill -9 of any or all nodes at any moment loses nothing that was acknowledged, and repeats nothing.

Nor does a node that stops in order, or one that stands still for a while.
"""

import os
import random
import threading
import time
import unittest
from pathlib import Path
from typing import Dict, List, Optional

from master.control_client import ControlClient, ControlError
from tests.e2e import feeds
from tests.e2e.feeds import Entry
from tests.e2e.nodes import DEADLINE_S, FULL, Nodes
from tests.e2e.support import GridTest

FAULTS = 130 if FULL else 13
USERS = ("Bob", "Carl", "Gus", "Finn", "Max", "Ada")
"""Two at home at each of three nodes."""
ONE, ALL, STOP, FREEZE = "kill -9 of one", "kill -9 of all", "an orderly stop of one", "a pause of one"
KINDS = (ONE,) * 6 + (ALL,) * 2 + (STOP, FREEZE)
"""Eight of ten faults are kills."""
SETTLED = 20
"""Outcomes that must become known between two faults: service returns."""


class CrashTest(GridTest):
    def test_every_acknowledged_buzz_survives_and_none_is_there_twice(self) -> None:
        seed = int(os.environ.get("BUZZER_TEST_SEED") or random.SystemRandom().randrange(1 << 32))
        dice = random.Random(seed)
        told = f"BUZZER_TEST_SEED={seed}"
        nodes = Nodes(self, 3).start_all()
        addresses = Addresses(nodes, self.folder)
        clients = [Client(user, addresses, random.Random(dice.random())) for user in USERS]
        self.addCleanup(lambda: [client.leave() for client in clients])
        for client in clients:
            client.start()
        for _ in range(FAULTS):
            self.wait_for_progress(clients, told)
            self.disturb(nodes, dice)
        nodes.wait_whole()
        self.wait_for_progress(clients, told)
        for client in clients:
            client.leave()
        self.assertEqual([client.failure for client in clients if client.failure], [], f"{told}\n{self.logs()}")
        for client in clients:
            found = feeds.whole(lambda line: nodes.ask(dice.randrange(3), line), client.user)
            self.assertEqual(found, client.expected_feed(), f"{told}: the feed of {client.user}")
        repeated = sum(client.repeated for client in clients)
        self.assertGreater(repeated, 0, f"{told}: no fault has struck a command under way, so nothing was shown")
        if FULL:
            known = sum(client.known for client in clients)
            print(f"{known} commands, {repeated} repetitions, {FAULTS} faults, {told}")

    def disturb(self, nodes: Nodes, dice: random.Random) -> None:
        """One fault, at a random moment and for a random while."""
        kind, one, length = dice.choice(KINDS), dice.randrange(3), dice.uniform(0, 0.8)
        time.sleep(dice.uniform(0, 0.3))
        if kind == FREEZE:
            nodes.freeze(one)
            time.sleep(length)
            nodes.thaw(one)
            return
        victims = list(range(3)) if kind == ALL else [one]
        for node in victims:
            if kind == STOP:
                process = nodes.hand_over(node)
                process.begin_stop()
                self.assertIsNone(process.finish_stop(), self.logs())
            else:
                nodes.kill(node)
        time.sleep(length)
        for node in victims:
            nodes.start(node)

    def wait_for_progress(self, clients: List["Client"], told: str) -> None:
        """Each client has learned the outcome of something more, and all of them of so many."""
        before = [client.known for client in clients]

        def gone_on() -> bool:
            self.assertEqual([client.failure for client in clients if client.failure], [], f"{told}\n{self.logs()}")
            steps = [client.known - then for client, then in zip(clients, before)]
            return min(steps) > 0 and sum(steps) >= SETTLED

        self.wait_for(gone_on, f"service returns ({told})", DEADLINE_S)


class Addresses:
    """Where to find the nodes, whether they run at the moment or not."""

    def __init__(self, nodes: Nodes, folder: Path) -> None:
        self._ports = [nodes.control_port(node) for node in range(nodes.size)]
        self._tokens = [folder / f"node-{node}" / "token" for node in range(nodes.size)]

    def connect(self) -> Dict[int, ControlClient]:
        """Connections for one thread, which are made when they are used."""
        return {node: ControlClient(port, self._tokens[node]) for node, port in enumerate(self._ports)}


class Client:
    """One user's doings, one command after the other, each repeated with its key until its outcome is known."""

    def __init__(self, user: str, addresses: Addresses, dice: random.Random) -> None:
        self.user = user
        self.failure: Optional[str] = None
        self.known = 0
        """Commands whose outcome is known."""
        self.repeated = 0
        self._dice = dice
        self._nodes = addresses.connect()
        self._leaving = threading.Event()
        self._buzzes: List[Entry] = []
        """As acknowledged, oldest first."""
        self._newest = 0
        self._thread = threading.Thread(target=self._run, name=user)

    def start(self) -> None:
        self._thread.start()

    def leave(self) -> None:
        """After the command that is under way; its outcome is learned first."""
        self._leaving.set()
        if self._thread.ident is not None:
            self._thread.join()

    def expected_feed(self) -> List[Entry]:
        return self._buzzes[::-1]

    def _run(self) -> None:
        try:
            self._expect(self._execute("register"), f"registered {self.user}")
            while not self._leaving.is_set():
                self._do_something()
        except Exception as error:  # whatever it was, the test must hear of it
            self.failure = f"{self.user}: {error!r}"
        finally:
            for node in self._nodes.values():
                node.close()

    def _do_something(self) -> None:
        choice = self._dice.random()
        text = f"{self.user} {self.known} " + "x" * self._dice.randrange(400)
        at = self._dice.randrange(len(self._buzzes)) if self._buzzes else 0
        if not self._buzzes or choice < 0.6:
            self._posted(self._execute(f"post {text}"), text)
        elif choice < 0.85:
            old = self._buzzes[at]
            self._expect(self._execute(f"edit {old.id} {text}"), f"edited {old.id}/{old.version + 1}")
            self._buzzes[at] = Entry(old.id, old.version + 1, text)
        else:
            gone = self._buzzes.pop(at)
            self._expect(self._execute(f"delete {gone.id}"), f"deleted {gone.id}")

    def _posted(self, answer: str, text: str) -> None:
        word, _, number = answer.partition(" ")
        if word != "posted" or not number.isdigit() or int(number) <= self._newest:
            raise AssertionError(f"after buzz {self._newest}, a post was answered with: {answer}")
        self._newest = int(number)
        self._buzzes.append(Entry(self._newest, 1, text))

    def _expect(self, answer: str, expected: str) -> None:
        if answer != expected:
            raise AssertionError(f"the answer is `{answer}`, expected was `{expected}`")

    def _execute(self, wish: str) -> str:
        """Repeats it at random nodes until the answer is definite, which it must become in time."""
        line = f"as {self.user} with key-{self.known} {wish}"
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
                return answer
            self.repeated += 1
            self._leaving.wait(0.01)
        raise TimeoutError(f"no outcome in time of: {line[:60]}")


if __name__ == "__main__":
    unittest.main()
