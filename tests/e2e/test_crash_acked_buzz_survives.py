"""kill -9 of any or all nodes at any moment loses nothing that was acknowledged, and repeats nothing.

Nor does a node that stops in order, or one that stands still for a while.
"""

import random
import unittest
from typing import List

from tests.e2e import feeds
from tests.e2e.clients import Addresses, Bot, assert_none_failed, seed, wait_for_progress
from tests.e2e.faults import ALL, FREEZE, ONE, STOP, Faults
from tests.e2e.feeds import Entry
from tests.e2e.nodes import FULL, Nodes
from tests.e2e.support import GridTest

FAULTS = 130 if FULL else 13
USERS = ("Bob", "Carl", "Gus", "Finn", "Max", "Ada")
"""Two at home at each of three nodes."""
KINDS = (ONE,) * 6 + (ALL,) * 2 + (STOP, FREEZE)
"""Eight of ten faults are kills."""
SETTLED = 20
"""Outcomes that must become known between two faults: service returns."""


class CrashTest(GridTest):
    def test_every_acknowledged_buzz_survives_and_none_is_there_twice(self) -> None:
        number = seed()
        dice = random.Random(number)
        told = f"BUZZER_TEST_SEED={number}"
        nodes = Nodes(self, 3).start_all()
        addresses = Addresses(nodes, self.folder)
        clients = [Client(user, addresses, random.Random(dice.random())) for user in USERS]
        self.addCleanup(lambda: [client.leave() for client in clients])
        faults = Faults(nodes, KINDS, dice)
        for client in clients:
            client.start()
        for _ in range(FAULTS):
            wait_for_progress(self, clients, SETTLED, told)
            faults.strike()
        nodes.wait_whole()
        wait_for_progress(self, clients, SETTLED, told)
        for client in clients:
            client.leave()
        assert_none_failed(self, clients, told)
        for client in clients:
            found = feeds.whole(lambda line: nodes.ask(dice.randrange(3), line), client.user)
            self.assertEqual(found, client.expected_feed(), f"{told}: the feed of {client.user}")
        repeated = sum(client.commands.repeated for client in clients)
        self.assertGreater(repeated, 0, f"{told}: no fault has struck a command under way, so nothing was shown")
        if FULL:
            known = sum(client.commands.known for client in clients)
            print(f"{known} commands, {repeated} repetitions, {FAULTS} faults, {told}")


class Client(Bot):
    """One user's doings, one command after the other, each repeated with its key until its outcome is known."""

    def __init__(self, user: str, addresses: Addresses, dice: random.Random) -> None:
        super().__init__(user, addresses, dice)
        self.user = user
        self._dice = dice
        self._buzzes: List[Entry] = []
        """As acknowledged, oldest first."""
        self._newest = 0

    def expected_feed(self) -> List[Entry]:
        return self._buzzes[::-1]

    def begin(self) -> None:
        self._expect(self._execute("register"), f"registered {self.user}")

    def _execute(self, wish: str) -> str:
        return self.commands.execute(self.user, wish)

    def act(self) -> None:
        choice = self._dice.random()
        text = f"{self.user} {self.commands.known} " + "x" * self._dice.randrange(400)
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


if __name__ == "__main__":
    unittest.main()
