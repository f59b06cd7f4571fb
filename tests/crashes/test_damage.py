"""A node whose files were cut or had bits flipped: it has all that was acknowledged, or says that it has not.

The files are those of a node that was killed under load: its newest log and table, MANIFEST, CURRENT and the witness. Each variant is
tried on a copy. BUZZER_TEST_SEED chooses what is written and what is damaged.
"""

import json
import random
import shutil
import time
import unittest
from collections import Counter
from pathlib import Path
from typing import Iterator, List, NamedTuple

from master.control_client import ControlClient, ControlError
from master.node_process import NodeProcess
from tests.crashes.writers import Writer
from tests.e2e import feeds
from tests.e2e.clients import seed
from tests.e2e.nodes import DEADLINE_S, FULL, Nodes
from tests.e2e.support import GridTest

TIMES = 40 if FULL else 3
LIVES = 3
USERS = ("Bob", "Carl", "Gus", "Finn")
READER = "Ada"
ANSWERS_A_LIFE = 150

WHOLE, REFUSED, UNREADABLE = "all is there", "refused", "what is damaged cannot be read"


class Damage(NamedTuple):
    """A file below the store, how it is damaged, and where."""

    file: str
    kind: str
    at: int
    bit: int

    def apply(self, store: Path) -> None:
        path = store / self.file
        data = bytearray(path.read_bytes())
        if self.kind == "cut":
            del data[self.at:]
        else:
            data[self.at] ^= 1 << self.bit
        path.write_bytes(data)

    def __str__(self) -> str:
        return f"{self.file} {self.kind} at {self.at}" + (f", bit {self.bit}" if self.kind == "flipped" else "")


class DamageTest(GridTest):
    def setUp(self) -> None:
        super().setUp()
        number = seed()
        self.told = f"BUZZER_TEST_SEED={number}"
        self.dice = random.Random(number)
        self.grid = Nodes(self, 1)
        self.store = self.folder / "node-0" / "store"
        self.killed = self.folder / "killed"
        self.writers = [Writer(user, random.Random(self.dice.random())) for user in USERS]

    def test_each_variant_is_whole_or_refused_and_never_silently_wrong(self) -> None:
        self.write_and_kill()
        self.assertEqual(self.judge(), WHOLE, "without damage")
        outcomes: Counter[str] = Counter()
        for damage in self.variants():
            shutil.rmtree(self.store)
            shutil.copytree(self.killed, self.store)
            damage.apply(self.store)
            with self.subTest(str(damage), seed=self.told):
                outcome = self.judge()
                self.assertTrue(outcome != UNREADABLE or damage.file.endswith(".sst"), "only a table's damage may show later")
                outcomes[outcome] += 1
        self.assertGreater(outcomes[REFUSED], 30 * TIMES, f"{outcomes}, {self.told}")
        print(f"{sum(outcomes.values())} variants: {dict(outcomes)}, {self.told}")

    def write_and_kill(self) -> None:
        """Leaves the store as kill -9 under load has left it, with tables of earlier lives, and a copy of it."""
        for life in range(LIVES):
            self.grid.start(0)
            self.grid.wait_whole()
            if life == 0:
                for user in (READER, *USERS):
                    self.assertEqual(self.ask(f"as {user} register"), f"registered {user}")
                for user in USERS:
                    self.assertEqual(self.ask(f"as {READER} follow {user}"), f"followed {user}")
            for writer in self.writers:
                writer.find_out(self.ask)
            goal = sum(len(writer.answered) for writer in self.writers) + ANSWERS_A_LIFE
            process = self.grid.hand_over(0)
            threads = [
                writer.write_until_cut_off(ControlClient(self.grid.control_port(0), process.token_file))
                for writer in self.writers
            ]
            try:
                self.wait_for(lambda: sum(len(writer.answered) for writer in self.writers) >= goal, "they have written")
            finally:
                process.crash()
                for thread in threads:
                    thread.join()
            self.assertEqual([writer.failure for writer in self.writers if writer.failure], [], self.told)
        shutil.copytree(self.store, self.killed)

    def variants(self) -> Iterator[Damage]:
        database = self.killed / "db"
        log, table = sorted(database.glob("*.log"))[-1], sorted(database.glob("*.sst"))[-1]
        manifest = sorted(database.glob("MANIFEST-*"))[-1]
        for path, cuts, flips in (
            (log, 12, 12), (table, 8, 8), (manifest, 5, 5), (database / "CURRENT", 2, 2), (self.killed / "synced", 2, 4)
        ):
            size = path.stat().st_size
            self.assertGreater(size, 0, f"{path}, {self.told}")
            for kind, count in (("cut", cuts), ("flipped", flips)):
                for at in sorted(self.dice.choices(range(size), k=count * TIMES)):
                    yield Damage(str(path.relative_to(self.killed)), kind, at, self.dice.randrange(8))

    def judge(self) -> str:
        """What becomes of a node that starts on the store."""
        self.lines = len(self.grid.log(0))
        self.grid.start(0)
        process = self.grid.hand_over(0)
        self.client = ControlClient(self.grid.control_port(0), process.token_file)
        try:
            return self.outcome(process)
        finally:
            self.client.close()
            process.crash()

    def outcome(self, process: NodeProcess) -> str:
        self.wait_for(lambda: process.ended() or self.serves(), "it serves, or has ended")
        unreadable = False
        if not process.ended():
            wrong: List[str] = []
            try:
                wrong = self.differences()
            except (ValueError, ControlError) as error:
                self.wait_for(lambda: process.ended() or self.says_unreadable(), f"it says why: {error}")
                unreadable = True
            self.assertEqual(wrong, [], f"silently wrong\n{self.logs()}")
            if process.ended() is None:
                return UNREADABLE if unreadable else WHOLE
        self.assertEqual(process.ended(), "exit code 1", self.logs())
        self.assertGreater(len(self.grid.log(0)), self.lines, "it says why")
        last = self.grid.log(0)[-1]
        self.assertRegex(last, " error .*(the store in .* is damaged: .{10}|the store holds damage and cannot go on: ).*")
        self.assertRegex(last, "[Rr]estore a backup")
        return UNREADABLE if unreadable else REFUSED

    def says_unreadable(self) -> bool:
        return any("cannot be read" in line for line in self.grid.log(0)[self.lines:])

    def serves(self) -> bool:
        """All that it can."""
        try:
            homes = json.loads(self.ask("status"))["homes"]
        except ControlError:
            return False
        return bool(homes["store_open"]) and (homes["serving"] == homes["shards"] or self.says_unreadable())

    def settle(self) -> None:
        """Raises ValueError when it is too late, or something that cannot be read stands in the way."""
        deadline = time.monotonic() + DEADLINE_S
        while (answer := self.ask("settle 300")) != "settled":
            if self.says_unreadable() or time.monotonic() > deadline:
                raise ValueError(answer)

    def differences(self) -> List[str]:
        """Raises ValueError for what cannot be read, ControlError when the node ends meanwhile."""
        wrong = [each for writer in self.writers for each in writer.differences(self.ask)]
        self.settle()
        every = [
            feeds.Shown(entry.id, entry.version, writer.user, None, entry.text)
            for writer in self.writers
            for entry in feeds.whole(self.ask, writer.user)
        ]
        expected = sorted(every, key=lambda entry: -entry.id)
        found = feeds.whole_feed(self.ask, f"feed {READER}")
        if found != expected:
            missing, extra = [e for e in expected if e not in found], [e for e in found if e not in expected]
            wrong.append(f"feed of {READER}: missing {missing[:3]}, not expected {extra[:3]}")
        return wrong

    def ask(self, line: str) -> str:
        if 0 in self.grid.clients:
            return self.grid.ask(0, line)
        return self.client.ask(line, time.monotonic() + 2 * DEADLINE_S)


if __name__ == "__main__":
    unittest.main()
