"""A grid under load whose nodes are killed with SIGKILL again and again, and looked at each time."""

from __future__ import annotations

import random
import shutil
import time
from dataclasses import dataclass
from typing import Iterator, List, Sequence

from master.node_process import NodeOptions, NodeProcess
from tests.crashes.crowd import Gate, Guest
from tests.e2e import feeds
from tests.e2e.clients import Addresses
from tests.e2e.naive_grid import NaiveGrid
from tests.e2e.nodes import DEADLINE_S, Nodes
from tests.e2e.people import Deletions
from tests.e2e.support import BINARY, GridTest

SIZE = 3
USERS = ("Bob", "Carl", "Gus", "Finn", "Max", "Ada", "Dora", "Eve", "Hugo", "Ida", "Jan", "Kim")
USERS_OF_ONE = 2
LOAD = (20, 60)
"""Outcomes that become known between two kills, least and most: the grid serves."""
LONGEST_MOMENT_S = 0.02
"""Then the kill comes within this time."""
LONGEST_AWAY_S = 0.15
LONGEST_OPENING_S = 0.1
"""A node that is killed again while it starts is so within this time."""
NEWEST = 100
"""So many entries of each feed are looked at after each strike."""
SETTLE_MS = 15_000
MISTAKEN = BINARY.parent / "tests" / "crashes" / "buzzer_with_mistakes"


@dataclass(frozen=True)
class Disk:
    """What the nodes stand on."""

    loses_unsynced: bool = False
    """A kill takes what was not synced, as a power cut does (`--test-lose-unsynced`)."""
    mistake: str = ""
    """One that the nodes make on purpose (buzzer_with_mistakes.cc)."""


@dataclass(frozen=True)
class MistakenOptions(NodeOptions):
    mistake: str = ""

    def command(self) -> List[str]:
        return [str(MISTAKEN), self.mistake, *super().command()[1:]]


class KilledGrid:
    """Three nodes, and six threads that act for twelve users. What is told of it names the seed."""

    def __init__(self, test: GridTest, seed: int, most_posts: int, disk: Disk = Disk()) -> None:
        """Each user posts so many buzzes at most. All is ended with the test."""
        self._test = test
        self._disk = disk
        self._dice = random.Random(seed)
        self.told = f"BUZZER_TEST_SEED={seed}"
        self.strikes = 0
        self.kills = 0
        self.nodes = Nodes(test, SIZE)
        for node in range(SIZE):
            self._start(node)
        self.nodes.wait_whole()
        self.grid = NaiveGrid(list(USERS))
        for user in USERS:
            test.assertEqual(self._ask(f"as {user} register"), f"registered {user}")
        self._gate = Gate()
        addresses, gone = Addresses(self.nodes, test.folder), Deletions()
        self._guests = [
            Guest(
                self._gate, list(USERS[at:at + USERS_OF_ONE]), most_posts, self.grid, gone, addresses,
                random.Random(self._dice.random()),
            )
            for at in range(0, len(USERS), USERS_OF_ONE)
        ]
        test.addCleanup(self.leave)
        for guest in self._guests:
            guest.start()

    @property
    def known(self) -> int:
        """Commands whose outcome is known."""
        return sum(guest.commands.known for guest in self._guests)

    @property
    def repeated(self) -> int:
        return sum(guest.commands.repeated for guest in self._guests)

    def strike(self) -> List[str]:
        """Load, kills in the middle of it, and what is wrong once all nodes are back: nothing, if they are right."""
        self.strikes += 1
        self._gate.open()
        self._wait_for_outcomes(self._dice.randint(*LOAD))
        time.sleep(self._dice.uniform(0, LONGEST_MOMENT_S))
        victims = self._dice.sample(range(SIZE), self._dice.choice((1, 1, 1, 1, 2, SIZE)))
        self._kill(victims)
        time.sleep(self._dice.choice((0, self._dice.uniform(0, LONGEST_AWAY_S))))
        for node in victims:
            self._start(node)
        if self._dice.random() < 0.25:
            time.sleep(self._dice.uniform(0, LONGEST_OPENING_S))
            self._kill(victims[:1])
            self._start(victims[0])
        self.nodes.wait_whole()
        what = f"strike {self.strikes}, kill -9 of {', '.join(map(str, victims))}: "
        return [what + wrong for wrong in self._look(whole=False)]

    def finish(self) -> List[str]:
        """What is wrong with all that there ever was."""
        return ["in the end: " + wrong for wrong in self._look(whole=True)]

    def leave(self) -> None:
        for guest in self._guests:
            guest.leave()

    def remove(self) -> None:
        """Ends it in order, and removes what its nodes have kept."""
        self.leave()
        self.nodes.stop_all()
        for folder in self._test.folder.glob("node-*"):
            shutil.rmtree(folder)

    def kill_all(self) -> None:
        """For nodes of which nobody expects an orderly end any more."""
        self.leave()
        for node in list(self.nodes.clients):
            self.nodes.kill(node)

    def _start(self, node: int) -> None:
        words = ["--test-lose-unsynced", str(self._dice.randrange(1, 1 << 32))] if self._disk.loses_unsynced else []
        options = self.nodes.options(node, *words)
        if self._disk.mistake:
            options = MistakenOptions(**vars(options), mistake=self._disk.mistake)
        self.nodes.take_over(node, NodeProcess(options))

    def _kill(self, victims: Sequence[int]) -> None:
        for node in victims:
            self.nodes.kill(node)
            self.kills += 1

    def _ask(self, line: str) -> str:
        """At any node."""
        return self.nodes.ask(self._dice.randrange(SIZE), line)

    def _failures(self) -> List[str]:
        return [guest.failure for guest in self._guests if guest.failure]

    def _wait_for_outcomes(self, count: int) -> None:
        until = self.known + count
        self._test.wait_for(
            lambda: self.known >= until or self._failures(), f"service returns ({self.told})", DEADLINE_S
        )

    def _look(self, whole: bool) -> List[str]:
        """Everybody's last commands are answered first, by nodes that all run."""
        if not self._gate.close(DEADLINE_S):
            return ["commands have no outcome", *self._failures()]
        wrong = self._failures()
        settled = self.nodes.ask(0, f"settle {SETTLE_MS}", SETTLE_MS / 1000 + DEADLINE_S)
        if settled != "settled":
            wrong.append(settled)
        audited = self._ask("audit")
        if not audited.startswith("audit proven"):
            wrong.append(audited)
        feeds_are = self.grid.differences(self._ask) if whole else self.grid.newest_differences(self._ask, NEWEST)
        for found in feeds_are, self._wrong_repetitions(), self._wrong_changes():
            try:
                wrong.extend(found)
            except ValueError as error:  # a question was answered with an error: there is no such user or buzz
                wrong.append(str(error))
        return wrong

    def _wrong_repetitions(self) -> Iterator[str]:
        """A command that is repeated with its key is answered as the first time, though a node has been killed since."""
        for guest in self._guests:
            for line, answer in guest.commands.last:
                again = answer if answer.startswith("error ") else self._ask(line)
                if again != answer:
                    yield f"`{line[:60]}`, answered with `{answer}`, is answered with `{again}` when it is repeated"

    def _wrong_changes(self) -> Iterator[str]:
        """What was posted, edited or deleted is so at its author's home, however old it is, and at one follower's."""
        for number in sorted(self.grid.changed):
            buzz = self.grid.buzzes[number]
            path, _ = feeds.whole_thread(self._ask, number)
            if not path or path[-1] != buzz.shown():
                yield f"{buzz.shown()} is shown as {path[-1] if path else 'nothing'}"
            follows = self.grid.follows.items()
            followers = [who for (who, whom), since in follows if whom == buzz.author and since < buzz.begun]
            if followers:
                who = self._dice.choice(sorted(followers))
                found, _ = feeds.page(self._ask(f"feed {who} before {number + 1} limit 1"), "feed")
                there = [each for each in found if each.id == number]
                if there != ([] if buzz.deleted else [buzz.shown()]):
                    yield f"{buzz.shown()} is shown to its follower {who} as {there[0] if there else 'nothing'}"
        self.grid.changed.clear()
