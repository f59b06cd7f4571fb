"""What a node keeps, and which stores it refuses to serve: it ends with exit code 1 and says what to do."""

import json
import os
import random
import shutil
import unittest
from dataclasses import replace
from pathlib import Path
from typing import Callable, Optional

from master.node_process import NodeProcess
from tests.e2e.nodes import Nodes
from tests.e2e.support import GridTest


class StoreTest(GridTest):
    """What the tests below share. Gus is at home at node 1 of 3."""

    def setUp(self) -> None:
        super().setUp()
        self.grid = Nodes(self, 3)

    def store(self, node: int) -> Path:
        return self.folder / f"node-{node}" / "store"

    def fill(self) -> str:
        """Starts the grid, lets Gus post, and stops node 1 in order. Returns his feed."""
        self.grid.start_all()
        self.assertEqual(self.grid.ask(0, "as Gus register"), "registered Gus")
        for number in range(20):
            self.assertRegex(self.grid.ask(0, f"as Gus with {number} post {number}"), "^posted ")
        feed = self.grid.ask(1, "author Gus")
        self.assertIsNone(self.end_node_1())
        return feed

    def end_node_1(self) -> Optional[str]:
        process = self.grid.hand_over(1)
        process.begin_stop()
        return process.finish_stop()

    def start_again(self) -> None:
        self.grid.start(1)
        self.grid.wait_whole()

    def assert_refused(self, *said: str, options: Callable[[str], str] = str) -> None:
        """Node 1, started with a command line that `options` has changed, ends with exit code 1 and says this."""
        command = [options(word) for word in self.grid.options(1).command()]
        done = self.run_program(*command, timeout=10)
        self.assertEqual((done.returncode, done.stdout), (1, ""), done.stderr)
        last = done.stderr.splitlines()[-1]
        self.assertRegex(last, " error ")
        for words in said:
            self.assertIn(words, last)


class KeptStoreTest(StoreTest):
    def test_stop_and_start_keep_all(self) -> None:
        feed = self.fill()
        self.start_again()
        self.assertEqual(self.grid.ask(0, "author Gus"), feed)
        self.assertEqual(self.grid.ask(2, "as Gus with 7 post 7"), self.grid.ask(0, "as Gus with 7 post 7"))
        self.assertEqual(self.grid.ask(0, "author Gus"), feed)

    def test_another_grid_size_is_refused_and_both_ways_out_are_told(self) -> None:
        feed = self.fill()
        self.assert_refused(
            "the store belongs to a grid of 3 nodes, this node to one of 4",
            "start the grid with 3 nodes again, or give it 4 nodes first", "buzzer reshard <grid folder> --to 4",
            options=lambda word: "4" if word == "3" else word,
        )
        self.start_again()
        self.assertEqual(self.grid.ask(0, "author Gus"), feed, "the refusal has changed nothing")

    def test_the_store_of_another_node_is_refused(self) -> None:
        self.fill()
        self.grid.kill(2)
        shutil.rmtree(self.store(1))
        shutil.copytree(self.store(2), self.store(1))
        self.assert_refused("the store belongs to node 2, this is node 1", "check --id and the run folder")

    def test_the_store_of_another_grid_is_refused(self) -> None:
        feed = self.fill()
        self.assert_refused(
            'the store belongs to grid "scenario", this node to grid "other"', "check --grid and the run folder",
            options=lambda word: "other" if word == "scenario" else word,
        )
        self.start_again()
        self.assertEqual(self.grid.ask(0, "author Gus"), feed)

    def test_an_ephemeral_node_forgets_all_and_leaves_no_store(self) -> None:
        grid = Nodes(self, 1, "--ephemeral").start_all()
        self.assertTrue(json.loads(grid.ask(0, "status"))["ephemeral"])
        self.assertEqual(grid.ask(0, "as Bob register"), "registered Bob")
        self.assertEqual(grid.ask(0, "users"), "users Bob")
        self.assertFalse(self.store(0).exists())
        grid.stop_all()
        grid.start_all()
        self.assertEqual(grid.ask(0, "users"), "users ")

    def test_a_store_that_another_process_uses_is_left_alone_until_that_one_has_ended(self) -> None:
        owner, other = Nodes(self, 1), Nodes(self, 1)
        owner.start_all()
        self.assertEqual(owner.ask(0, "as Bob register"), "registered Bob")
        folder = self.folder / "other"
        folder.mkdir()
        (folder / "store").symlink_to(self.store(0))
        other.take_over(0, NodeProcess(replace(other.options(0), run_folder=folder)))
        other.wait_whole()
        self.assertFalse(json.loads(other.ask(0, "status"))["homes"]["store_open"])
        self.assertEqual(other.ask(0, "as Bob post x"), "error unavailable")
        self.assertEqual(other.ask(0, "users"), "users (partial)")
        said = "is another process using it?"
        self.wait_for(lambda: said in (folder / "node.log").read_text("utf-8"), "the log, which has a thread of its own, says why")
        self.assertRegex(owner.ask(0, "as Bob post the only one"), "^posted ")
        feed = owner.ask(0, "author Bob")
        owner.stop_all()
        self.wait_for(lambda: other.ask(0, "author Bob") == feed, "the store is free")

    def test_a_lock_file_that_cannot_be_opened_is_not_blamed_on_another_process(self) -> None:
        self.store(0).mkdir(parents=True)
        (self.store(0) / "lock").mkdir()
        grid = Nodes(self, 1).start_all()
        said = f"cannot lock the store in {self.store(0)}: "
        self.wait_for(lambda: bool(grid.log_lines(0, said)), "the log, which has a thread of its own, says why")
        self.assertIn("Is a directory", grid.log_lines(0, said)[0])
        self.assertEqual(grid.log_lines(0, "is another process using it?"), [])
        (self.store(0) / "lock").rmdir()
        self.wait_for(lambda: grid.ask(0, "as Bob register") == "registered Bob", "it can be opened")

    def test_the_store_is_its_owners_alone_even_if_it_was_not(self) -> None:
        self.fill()
        self.assertEqual(self.store(1).stat().st_mode & 0o777, 0o700)
        self.store(1).chmod(0o755)
        self.start_again()
        self.assertEqual(self.store(1).stat().st_mode & 0o777, 0o700)


class DamagedStoreTest(StoreTest):
    """A node that has less than it had synced never goes on in silence."""

    def damaged(self) -> str:
        return f"the store in {self.store(1)} is damaged: "

    def way_out(self) -> str:
        return f"Restore a backup, or run `buzzer store accept-loss {self.store(1)}` to go on with what is left"

    def newest_log(self) -> Path:
        """The write-ahead log, which holds all of this grid's short life."""
        log = sorted((self.store(1) / "db").glob("*.log"))[-1]
        self.assertGreater(log.stat().st_size, 1000)
        return log

    def test_a_log_that_was_cut_is_noticed(self) -> None:
        self.fill()
        os.truncate(self.newest_log(), self.newest_log().stat().st_size // 2)
        for _ in range(2):
            self.assert_refused(self.damaged(), "were synced and are not all there", self.way_out())

    def test_one_flipped_bit_is_noticed(self) -> None:
        self.fill()
        data = bytearray(self.newest_log().read_bytes())
        data[len(data) // 2] ^= 16
        self.newest_log().write_bytes(data)
        self.assert_refused(self.damaged(), "were synced and are not all there", self.way_out())

    def test_a_log_that_was_deleted_is_noticed(self) -> None:
        self.fill()
        self.newest_log().unlink()
        self.assert_refused(self.damaged(), self.way_out())

    def test_a_table_that_was_deleted_is_noticed(self) -> None:
        self.fill()
        self.start_again()  # an opening writes what the log holds to a table
        self.assertIsNone(self.end_node_1())
        sorted((self.store(1) / "db").glob("*.sst"))[0].unlink()
        self.assert_refused(self.damaged(), self.way_out())

    def post_much(self, life: int) -> None:
        """So much that a table of it has a middle that opening does not read."""
        dice = random.Random(life)
        for number in range(40):
            text = "".join(chr(dice.randrange(0x20000, 0x2A6D0)) for _ in range(480))
            self.grid.ask(0, f"as Gus with {life}.{number} post {text}")

    def test_damage_that_is_met_while_the_node_runs_ends_it_with_what_to_do(self) -> None:
        self.fill()
        for life in range(2):
            self.start_again()
            self.post_much(life)
            self.assertIsNone(self.end_node_1())
        table = max((self.store(1) / "db").glob("*.sst"), key=lambda path: path.stat().st_size)
        data = bytearray(table.read_bytes())
        data[len(data) // 2] ^= 16
        table.write_bytes(data)
        told = None
        for life in range(2, 10):  # tables are merged once there are some
            self.grid.start(1)
            process = self.grid.hand_over(1)
            self.wait_for(lambda: process.ended() or self.grid.ask(0, "alive") == "alive 0,1,2", "node 1 has come")
            self.post_much(life)
            process.begin_stop()
            told = process.finish_stop()
            if told:
                break
        self.assertEqual(told, "node 1 did not stop in order: exit code 1")
        said = process.last_log_lines(1)[-1]
        self.assertRegex(said, "error .*the store holds damage and cannot go on: .*Corruption.*restore a backup")

    def test_a_database_that_is_gone_is_noticed(self) -> None:
        self.fill()
        shutil.rmtree(self.store(1) / "db")
        self.assert_refused(self.damaged(), "all of it is missing", self.way_out())

    def test_a_witness_that_is_gone_is_noticed(self) -> None:
        self.fill()
        (self.store(1) / "synced").unlink()
        self.assert_refused(self.damaged(), "synced is missing", self.way_out())

    def test_a_torn_tail_that_was_never_synced_is_no_damage(self) -> None:
        feed = self.fill()
        with self.newest_log().open("ab") as log:
            log.write(b"\x17" * 300)
        self.start_again()
        self.assertEqual(self.grid.ask(0, "author Gus"), feed)

    def test_the_others_go_on_and_the_backup_brings_all_back(self) -> None:
        feed = self.fill()
        shutil.copytree(self.store(1), self.folder / "backup")
        self.newest_log().unlink()
        self.assert_refused(self.damaged())
        self.assertEqual(self.grid.ask(0, "author Gus"), "error unavailable")
        self.assertEqual(self.grid.ask(2, "as Bob register"), "registered Bob")
        shutil.rmtree(self.store(1))
        shutil.copytree(self.folder / "backup", self.store(1))
        self.start_again()
        self.assertEqual(self.grid.ask(0, "author Gus"), feed)


if __name__ == "__main__":
    unittest.main()
