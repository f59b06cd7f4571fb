"""Kernel against a naive model of the same rules, on random commands; BUZZER_TEST_SEED repeats a run."""

import os
import random
import unittest
from typing import List, Union

from buzzer import (
    Account,
    Buzz,
    Command,
    DeleteBuzz,
    Direction,
    EditBuzz,
    Kernel,
    PostBuzz,
    RegisterAccount,
)
from tests.unit.python.caller import START_MS
from tests.unit.python.naive_model import HOUR_MS, NaiveModel

COMMANDS = 4000
NAMES = ["alice", "Alice", "ALICE", "bob", "Bo", "bobby", "b_1", "carol", "Zed", "x" * 30]
NO_NAMES = ["", "x" * 31, "a b", "Zoë", "bob\n"]
# Pieces that make mentions, topics and links likely, and meet in ways nobody would write.
PIECES = [*"@#_7éÉßΩ東 \n.)\N{HONEYBEE}", "http://", "https://x.org/", "alice", "Bo"]
NO_TEXTS: List[Union[str, bytes]] = ["", " \n ", "\t", "\x7f", "\x9f", b"\xff", b"a\xe2\x82", "x" * 501, "é" * 1001]


class RandomCommands:
    def __init__(self, choice: random.Random) -> None:
        self.choice = choice
        self.now_ms = START_MS
        self.sent: List[Command] = []
        self.ids: List[int] = [1]

    def next(self) -> Command:
        self._let_time_pass()
        if self.sent and self.choice.random() < 0.1:
            return self._old()
        created = self.now_ms
        if self.choice.random() < 0.05:
            created += self.choice.choice([-25, -24, -1, 1, 2]) * HOUR_MS
        key = b"%d %d" % (len(self.sent), created)
        if self.choice.random() < 0.01:
            key = self.choice.choice([b"", b"%064d" % len(self.sent), b"%065d" % len(self.sent)])
        account = self.choice.choice(NAMES if self.choice.random() < 0.98 else NO_NAMES)
        command = Command(account, key, created, self._body(account))
        self.sent.append(command)
        return command

    def text(self) -> Union[str, bytes]:
        if self.choice.random() < 0.05:
            return self.choice.choice(NO_TEXTS)
        pieces = self.choice.choices(PIECES, k=self.choice.randint(1, 12))
        return "".join(pieces)

    def _let_time_pass(self) -> None:
        draw = self.choice.random()
        if draw < 0.3:
            self.now_ms += self.choice.randint(1, 50)
        elif draw < 0.31:
            self.now_ms += self.choice.randint(1, 30) * HOUR_MS
        elif draw < 0.33:
            self.now_ms -= self.choice.randint(1, 5000)  # the clock is set back

    def _old(self) -> Command:
        """One of those sent before, once more; now and then its key, with another wish."""
        old = self.choice.choice(self.sent[-200:])
        if self.choice.random() < 0.2:
            return Command(old.account, old.key, old.key_created_ms, self._body(old.account))
        return old

    def _body(self, account: str) -> Union[RegisterAccount, PostBuzz, EditBuzz, DeleteBuzz]:
        draw = self.choice.random()
        if draw < 0.1:
            return RegisterAccount(account if self.choice.random() < 0.9 else "alice")
        if draw < 0.6:
            return PostBuzz(self.text())
        id = self.choice.choice(self.ids[-40:])
        return EditBuzz(id, self.text()) if draw < 0.85 else DeleteBuzz(id)


class RandomModelTest(unittest.TestCase):
    def setUp(self) -> None:
        self.seed = int(os.environ.get("BUZZER_TEST_SEED") or random.SystemRandom().randrange(1 << 32))
        print(f"seed {self.seed}", flush=True)
        self.random = random.Random(self.seed)
        self.shard = self.random.randrange(64)

    def test_a_kernel_answers_and_holds_what_a_naive_model_does(self) -> None:
        kernel, model, replica = Kernel(self.shard), NaiveModel(self.shard), Kernel(self.shard)
        commands = RandomCommands(self.random)
        seen = set()
        for number in range(COMMANDS):
            command = commands.next()
            what = f"BUZZER_TEST_SEED={self.seed}, command {number}: {command} at {commands.now_ms}"
            expected, changed = model.execute(command, commands.now_ms)
            decision = kernel.execute(command, commands.now_ms)
            reply = decision.reply
            self.assertEqual((reply.error, reply.id, reply.version, reply.time_ms), expected, what)
            self.assertEqual(decision.entry != b"", changed, what)
            self.assertEqual(reply.message == "", reply.ok, what)
            replica.apply(decision.entry)
            if reply.id:
                commands.ids.append(reply.id)
            seen.add(reply.error)
            if number % 500 == 499:
                self.compare(kernel, model, what)
                self.compare(replica, model, what)
        self.assertGreaterEqual(len(seen), 12, f"seed {self.seed} reached only {seen}")

    def test_the_same_commands_make_the_same_entries_byte_for_byte(self) -> None:
        kernels = [Kernel(self.shard), Kernel(self.shard)]
        commands = RandomCommands(self.random)
        for number in range(1000):
            command = commands.next()
            first, second = [kernel.execute(command, commands.now_ms) for kernel in kernels]
            self.assertEqual(first, second, f"BUZZER_TEST_SEED={self.seed}, command {number}")
            if first.reply.id:
                commands.ids.append(first.reply.id)

    def compare(self, kernel: Kernel, model: NaiveModel, what: str) -> None:
        self.assertEqual((kernel.clock_ms, kernel.last_id), (model.clock_ms, model.last_id), what)
        for id, buzz in model.buzzes.items():
            self.assertEqual(kernel.buzz(id), buzz, what)
        for name in NAMES:
            feed = model.feed(name)
            self.assertEqual(self.pages(kernel, name, Direction.OLDER), feed, what)
            self.assertEqual(self.pages(kernel, name, Direction.NEWER), feed[::-1], what)
            account = kernel.account(name)
            if name.lower() in model.names:
                known = Account(model.names[name.lower()], model.registered[name.lower()], len(feed))
                self.assertEqual(account, known, what)
            else:
                self.assertIsNone(account, what)
        for prefix in ("", "b", "BO", "x", "nobody"):
            self.assertEqual(self.users(kernel, prefix), model.users(prefix), what)

    def pages(self, kernel: Kernel, author: str, direction: Direction) -> List[Buzz]:
        buzzes: List[Buzz] = []
        while True:
            beyond = buzzes[-1].place if buzzes else None
            page = kernel.author_feed(author, beyond, direction, self.random.choice([1, 7, 50, 200]))
            buzzes += page.buzzes
            if not page.more:
                return buzzes

    def users(self, kernel: Kernel, prefix: str) -> List[str]:
        names: List[str] = []
        while True:
            page = kernel.users_by_prefix(prefix, names[-1] if names else "", self.random.randint(1, 3))
            names += [user.name for user in page.users]
            if not page.more:
                return names


if __name__ == "__main__":
    unittest.main()
