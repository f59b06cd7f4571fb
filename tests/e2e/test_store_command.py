"""`buzzer store`: what a node that refuses its damaged store tells a person to run, what comes of it, and how a store is
looked at."""

import json
import shutil
import subprocess
import unittest
from pathlib import Path
from typing import List

from tests.e2e.nodes import Nodes
from tests.e2e.support import BINARY, GridTest

USERS = [f"user{number}" for number in range(12)]


class StoreCommandTest(GridTest):
    """A node of its own grid, with users, whose log is damaged while it is down."""

    def setUp(self) -> None:
        super().setUp()
        self.nodes = Nodes(self, 1)
        self.store = self.folder / "node-0" / "store"

    def start(self) -> None:
        self.nodes.start_all()
        self.assertEqual(self.nodes.ask(0, f"auth {self.nodes.token(0)}"), "ok")

    def register_all(self) -> None:
        self.start()
        for user in USERS:
            self.assertEqual(self.nodes.ask(0, f"as {user} register"), f"registered {user}")

    def newest_log(self) -> Path:
        return max(self.store.glob("db/*.log"))

    def flip_a_bit(self) -> None:
        content = bytearray(self.newest_log().read_bytes())
        content[len(content) // 2] ^= 1
        self.newest_log().write_bytes(content)

    def run_node(self) -> "subprocess.CompletedProcess[str]":
        """A node that must end by itself, for its store is refused."""
        return self.run_program(*self.nodes.options(0).command(), timeout=10)

    def accept_loss(self, folder: Path) -> "subprocess.CompletedProcess[str]":
        return self.run_program(BINARY, "store", "accept-loss", folder, timeout=10)

    def known_users(self) -> List[str]:
        answer = self.nodes.ask(0, "users user")
        return [user for user in USERS if user in answer.replace(",", " ").split()]

    def test_a_damaged_store_is_refused_and_goes_on_with_the_first_posts_once_the_loss_is_accepted(self) -> None:
        self.register_all()
        self.nodes.kill(0)
        self.start()  # what there was so far is in a table now
        for user in USERS:
            self.assertTrue(self.nodes.ask(0, f"as {user} post hello").startswith("posted"))
        self.nodes.kill(0)
        self.flip_a_bit()

        refused = self.run_node()
        self.assertEqual(refused.returncode, 1, refused.stderr)
        self.assertIn(f"buzzer store accept-loss {self.store}", refused.stderr)
        accepted = self.accept_loss(self.store)
        self.assertEqual((accepted.returncode, accepted.stderr), (0, ""), accepted.stdout)
        self.assertIn('node 0 of grid "scenario" (1 node)', accepted.stdout)
        self.assertIn("Lost: the rest of sequences", accepted.stdout)

        self.start()
        self.assertEqual(self.known_users(), USERS)
        posted = [self.nodes.ask(0, f"author {user}") for user in USERS]
        kept = ["hello" in answer for answer in posted]
        self.assertEqual(kept, sorted(kept, reverse=True), "a later post without an earlier one")
        self.assertIn(True, kept)
        self.assertIn(False, kept)

    def test_a_store_that_lost_nothing_is_left_as_it_is(self) -> None:
        self.register_all()
        self.nodes.kill(0)
        before = {path: path.read_bytes() for path in self.store.rglob("*") if path.is_file()}
        done = self.accept_loss(self.store)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("left as it is", done.stdout)
        self.assertEqual({path: path.read_bytes() for path in self.store.rglob("*") if path.is_file()}, before)

    def test_it_refuses_while_the_node_runs_and_where_too_little_or_nothing_is_left(self) -> None:
        self.register_all()
        running = self.accept_loss(self.store)
        self.assertEqual((running.returncode, running.stdout), (3, ""))
        self.assertIn("is another process using it?", running.stderr)
        self.nodes.kill(0)

        shutil.rmtree(self.store / "db")
        gone = self.accept_loss(self.store)
        self.assertEqual((gone.returncode, gone.stdout), (1, ""))
        self.assertIn("restore a backup", gone.stderr)

        nowhere = self.accept_loss(self.folder / "mistyped")
        self.assertEqual((nowhere.returncode, nowhere.stdout), (3, ""))
        self.assertIn(f"there is no store in {self.folder / 'mistyped'}", nowhere.stderr)
        self.assertFalse((self.folder / "mistyped").exists())

    def test_a_wrong_call_is_told_how_to_ask(self) -> None:
        for words, ask in (
            (["store"], "store"), (["store", "mend", "a"], "store"),
            (["store", "accept-loss"], "store accept-loss"), (["store", "accept-loss", "a", "b"], "store accept-loss"),
            (["store", "check"], "store check"), (["store", "check", "a", "--jsonn"], "store check"),
        ):
            with self.subTest(words=words):
                done = self.run_program(BINARY, *words, timeout=10)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertIn(f"Try: buzzer {ask} --help", done.stderr)

    def check(self, *options: str) -> "subprocess.CompletedProcess[str]":
        return self.run_program(BINARY, "store", "check", self.store, *options, timeout=30)

    def test_a_check_of_what_a_killed_node_left_finds_nothing_wrong_and_changes_nothing(self) -> None:
        self.register_all()
        for user, author in zip(USERS, USERS[1:]):
            self.assertEqual(self.nodes.ask(0, f"as {user} follow {author}"), f"followed {author}")
            self.assertTrue(self.nodes.ask(0, f"as {author} post about #tea, @{user}").startswith("posted"))
        self.assertEqual(self.check().returncode, 3, "its node runs")
        self.nodes.kill(0)
        before = {path: path.read_bytes() for path in self.store.rglob("*") if path.is_file()}
        for_people, told = self.check(), self.check("--json")
        self.assertEqual((for_people.returncode, for_people.stderr), (0, ""), for_people.stdout)
        self.assertIn('node 0 of grid "scenario" (1 node)', for_people.stdout)
        self.assertEqual((told.returncode, told.stderr), (0, ""))
        found = json.loads(told.stdout)
        self.assertEqual((found["sound"], found["findings"], found["shards"]), (True, [], 64))
        entries = {letter: table["entries"] for letter, table in found["tables"].items()}
        self.assertEqual((entries["a"], entries["b"], entries["h"]), (len(USERS), len(USERS) - 1, len(USERS) - 1))
        self.assertEqual({path: path.read_bytes() for path in self.store.rglob("*") if path.is_file()}, before)

    def test_a_check_finds_a_flipped_byte_in_a_table_that_the_node_opens_without_complaint(self) -> None:
        self.register_all()
        for number in range(60):
            self.assertTrue(self.nodes.ask(0, f"as {USERS[0]} post {number} {'long ' * 60}").startswith("posted"))
        self.nodes.kill(0)
        self.start()  # what there was so far is in a table now
        self.nodes.kill(0)
        table = max(self.store.glob("db/*.sst"), key=lambda path: path.stat().st_size)
        content = bytearray(table.read_bytes())
        content[len(content) // 3] ^= 4
        table.write_bytes(content)
        damaged = self.check()
        self.assertEqual(damaged.returncode, 1)
        self.assertRegex(damaged.stdout, rf"Damaged files: 1\n  {table} is damaged: .*Corruption")
        self.assertIn("NOT SOUND", damaged.stdout)
        told = json.loads(self.check("--json").stdout)
        self.assertEqual((told["sound"], told["findings"][0]["kind"]), (False, "damaged-table"))
        self.start()

    def test_a_check_of_a_store_that_lost_writes_says_which_and_what_is_left_fits_together(self) -> None:
        self.register_all()
        self.nodes.kill(0)
        self.flip_a_bit()
        damaged = self.check()
        self.assertEqual(damaged.returncode, 1)
        self.assertRegex(damaged.stdout, "writes of sequences [0-9]+ to [0-9]+ were synced and are not all there")
        self.assertIn("NOT SOUND: 1 finding,", damaged.stdout)
        self.assertEqual(self.accept_loss(self.store).returncode, 0)
        self.assertEqual(self.check().returncode, 0)


if __name__ == "__main__":
    unittest.main()
