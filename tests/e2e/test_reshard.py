"""`buzzer reshard`: a grid with another number of nodes, and nothing else has changed, wherever it was cut off."""

import json
import os
import random
import subprocess
import time
import unittest
from pathlib import Path
from typing import Dict, List, Optional

from tests.e2e.json_client import FeedReader, JsonClient, home, logged_in, register
from tests.e2e.naive_grid import Buzz, NaiveGrid
from tests.e2e.nodes import FULL, Nodes
from tests.e2e.support import BINARY, GridTest

READER = "Otto"
"""Follows AUTHOR and nobody else, and is mentioned by nobody."""
AUTHOR = "Ute"
USERS = (READER, AUTHOR, "Bob", "Carl", "Gus", "Finn", "Max", "Dora", "Eve", "Hugo", "Ida", "Jan", "Kim")
TOPICS = ("tea", "news", "grid")
SETTLE_MS = 60_000
KILLS = 60 if FULL else 14
"""Moments of a reshard at which it is killed, from its beginning to its end."""


class ReshardTest(GridTest):
    """What the tests below share: users who post, follow and reply, and a naive model that is told of it."""

    def setUp(self) -> None:
        super().setUp()
        self.naive = NaiveGrid(list(USERS))
        self.dice = random.Random(1)
        self.by_author: List[str] = []
        """Texts of AUTHOR, in order."""
        self.answers: Dict[str, str] = {}
        """What was answered, by command with its key."""

    def reshard(self, to: object, *options: str) -> "subprocess.CompletedProcess[str]":
        return self.run_program(BINARY, "reshard", self.folder, "--to", to, *options)

    def resharded(self, to: int) -> Dict[str, object]:
        done = self.reshard(to, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        told: Dict[str, object] = json.loads(done.stdout)
        return told

    def store(self, node: int) -> Path:
        return self.folder / f"node-{node}" / "store"

    def first_grid(self, size: int) -> Nodes:
        """With all users, each of whom follows some."""
        nodes = Nodes(self, size).start_all()
        with JsonClient(nodes.client_port(0)) as client:
            register(client, *USERS)
        for who in USERS:
            others = [user for user in USERS if user != who]
            for whom in [AUTHOR] if who == READER else self.dice.sample(others, 4):
                self.assertEqual(nodes.ask(0, f"as {who} follow {whom}"), f"followed {whom}")
                self.naive.followed(who, whom, time.monotonic())
        return nodes

    def home_of(self, nodes: Nodes, user: str) -> int:
        return int(nodes.ask(0, f"home {user}").split()[1])

    def post(self, nodes: Nodes, count: int, away: Optional[int] = None) -> None:
        """By users who are not at home at the node that is away."""
        authors = [user for user in USERS if user != READER and self.home_of(nodes, user) != away]
        for number in range(count):
            author = AUTHOR if number % 4 == 0 and AUTHOR in authors else self.dice.choice(authors)
            text = f"{author} {len(self.answers)} #{self.dice.choice(TOPICS)}"
            present = self.naive.present()
            # A reply wants the home of what it answers.
            reply_to = self.dice.choice(present).id if present and away is None and number % 3 == 1 else None
            if reply_to is None and number % 5 == 2:
                text += f" @{self.dice.choice([user for user in USERS if user != READER])}"
            words = f"post {text}" if reply_to is None else f"reply {reply_to} {text}"
            command, begun = f"as {author} with {len(self.answers)} {words}", time.monotonic()
            answer = nodes.ask(0, command)
            self.assertRegex(answer, "^posted [0-9]+$", self.logs())
            self.answers[command] = answer
            self.naive.posted(Buzz(int(answer.split()[1]), author, text, reply_to, begun))
            if author == AUTHOR:
                self.by_author.append(text)

    def stop_with_something_owed(self, nodes: Nodes) -> None:
        """Its last node is killed; what is posted then waits for it on the others' disks."""
        away = nodes.size - 1
        nodes.kill(away)
        self.wait_for(lambda: f",{away}" not in nodes.ask(0, "alive"), "it is known to be away")
        self.post(nodes, 40, away)
        self.assertNotEqual(nodes.ask(0, "owed"), "owed nothing")
        nodes.stop_all()

    def check(self, nodes: Nodes) -> None:
        """All is there, once, at every door; no stream has broken."""
        self.assertEqual(nodes.ask(0, f"settle {SETTLE_MS}", SETTLE_MS / 1000 + 5), "settled", self.logs())
        for node in range(nodes.size):
            wrong = list(self.naive.differences(lambda line, at=node: nodes.ask(at, line)))  # type: ignore[misc]
            self.assertEqual(wrong, [], f"asked at node {node} of {nodes.size}\n{self.logs()}")
            self.assertEqual(nodes.ask(node, "owed"), "owed nothing")
            self.assertEqual(nodes.log_lines(node, "anew"), [], "a stream broke")
        for command, answer in self.answers.items():
            self.assertEqual(nodes.ask(self.dice.randrange(nodes.size), command), answer, "it was done already")


class MovedGridTest(ReshardTest):
    def test_up_and_down_again_all_is_there_and_what_was_owed_arrives_and_subscriptions_go_on(self) -> None:
        nodes = self.first_grid(3)
        feed = FeedReader(home(READER))
        with logged_in(nodes.client_port(0), READER) as client:
            feed.attach(client)
        for to in (5, 2, 3):
            self.post(nodes, 30)
            with logged_in(nodes.client_port(0), READER) as client:
                feed.attach(client)
                feed.take_until(len(self.by_author))
            before = nodes.size
            for user in (READER, AUTHOR):
                self.assertNotEqual(self.home_of(nodes, user), before - 1, f"{user} must not be at home where it is killed")
            self.stop_with_something_owed(nodes)
            told = self.resharded(to)
            self.assertEqual((told["from"], told["to"], told["outcome"]), (before, to, "done"))
            nodes = Nodes(self, to).start_all()
            self.check(nodes)
            with logged_in(nodes.client_port(to - 1), READER) as client:
                feed.attach(client)
                feed.take_until(len(self.by_author))
            self.assertEqual((feed.texts(), feed.gaps), (self.by_author, 0))
        self.post(nodes, 30)
        self.check(nodes)

    def test_killed_at_any_moment_it_is_finished_by_running_it_again_and_no_node_starts_before(self) -> None:
        nodes = self.first_grid(3)
        self.post(nodes, 60)
        self.stop_with_something_owed(nodes)
        began = time.monotonic()
        expected = self.resharded(5)["shards"]
        takes_s = time.monotonic() - began
        cut_off = 0
        for kill in range(KILLS):
            size, to = (5, 3) if kill % 2 == 0 else (3, 5)
            killed = subprocess.Popen([str(BINARY), "reshard", str(self.folder), "--to", str(to)], stdout=subprocess.PIPE)
            try:
                killed.communicate(timeout=takes_s * 1.1 * (kill + 1) / KILLS)
            except subprocess.TimeoutExpired:
                killed.kill()
                killed.communicate()
            if (self.folder / "resharding").exists():
                cut_off += 1
                self.assert_none_starts(nodes, size, to)
            self.assertEqual(self.reshard(to).returncode, 0)
            self.assertEqual(sorted(path.parent.name for path in self.folder.glob("node-*/store")),
                             [f"node-{node}" for node in range(to)])
            self.assertEqual(list(self.folder.glob("**/store.*")) + list(self.folder.glob("resharding*")), [])
            self.assert_contents(to, expected)
        self.assertGreater(cut_off, KILLS // 3, "most were not killed while they worked, so little was shown")
        self.resharded(3)
        self.check(Nodes(self, 3).start_all())

    def assert_none_starts(self, nodes: Nodes, size: int, to: int) -> None:
        """Whatever size they are told of."""
        for node, told in ((0, size), (0, to), (2, size)):
            done = self.run_program(*nodes.options(node, size=told).command(), timeout=10)
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertIn("being resharded", done.stderr)
            self.assertIn(f"run `buzzer reshard {self.folder} --to {to}`", done.stderr)

    def assert_contents(self, size: int, expected: object) -> None:
        """By way of another size, since that tells what each shard consists of."""
        other = 4
        moved, back = self.resharded(other), self.resharded(size)
        for told in (moved, back):
            self.assertEqual(contents(told["shards"]), contents(expected))
        for node in range(size):
            done = self.run_program(BINARY, "store", "check", self.store(node))
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


class RefusedReshardTest(ReshardTest):
    def setUp(self) -> None:
        super().setUp()
        self.grid = Nodes(self, 2).start_all()
        self.assertEqual(self.grid.ask(0, "as Bob register"), "registered Bob")

    def assert_refused(self, exit_code: int, *said: str) -> None:
        before = self.files()
        done = self.reshard(3, "--json")
        self.assertEqual(done.returncode, exit_code, done.stderr)
        for words in said:
            self.assertIn(words, json.loads(done.stdout)["error"])
            self.assertIn(words, done.stderr)
        self.assertEqual(self.files(), before)

    def files(self) -> List[str]:
        return sorted(str(path) for path in self.folder.rglob("*"))

    def test_while_a_node_runs(self) -> None:
        self.assert_refused(3, "no node may run meanwhile", f"{self.folder / 'node-0'} is in use by process {self.grid.pid(0)}")
        self.grid.stop(0)
        self.assert_refused(3, f"{self.folder / 'node-1'} is in use by process {self.grid.pid(1)}")

    def test_where_a_store_is_missing_or_damaged_and_the_grid_starts_as_before(self) -> None:
        self.grid.stop_all()
        aside = self.folder / "aside"
        self.store(1).rename(aside)
        self.assert_refused(3, f"there is no store in {self.store(1)}")
        aside.rename(self.store(1))
        log = max(self.store(1).glob("db/*.log"))
        content = log.read_bytes()
        log.write_bytes(content[:len(content) // 2])
        self.assert_refused(1, f"the store in {self.store(1)} is damaged")
        log.write_bytes(content)
        Nodes(self, 2).start_all()

    def test_where_there_is_no_room_and_the_grid_is_as_it_was(self) -> None:
        """Files end at 8 KiB for this process, as on a disk that is full."""
        for number in range(60):
            self.assertRegex(self.grid.ask(0, f"as Bob post {number} {'long ' * 60}"), "^posted ")
        self.grid.stop_all()
        before = self.files()
        done = self.run_program("bash", "-c", 'ulimit -f 8; exec "$0" "$@"', BINARY, "reshard", self.folder, "--to", 3)
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
        self.assertIn("The grid is as it was", done.stderr)
        self.assertEqual(self.files(), before)
        self.assertEqual(self.resharded(3)["outcome"], "done")

    def test_a_grid_in_memory_has_nothing_to_move(self) -> None:
        self.grid.stop_all()
        for node in range(2):
            os.rename(self.store(node), self.folder / f"aside-{node}")
        Nodes(self, 2, "--ephemeral").start_all().stop_all()
        self.assert_refused(3, "An --ephemeral one keeps nothing")

    def test_a_plan_tells_what_it_needs_and_changes_nothing(self) -> None:
        self.grid.stop_all()
        before = self.files()
        done = self.reshard(3, "--plan", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        told = json.loads(done.stdout)
        self.assertEqual((told["from"], told["to"], told["outcome"]), (2, 3, "planned"))
        self.assertGreater(told["needed_bytes"], 0)
        self.assertEqual(self.files(), before)
        self.assertEqual(self.resharded(2)["outcome"], "nothing")

    def test_a_wrong_call_is_told_how_to_ask(self) -> None:
        for to in (0, 65, "03", "many"):
            with self.subTest(to=to):
                done = self.reshard(to)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertIn("Try: buzzer reshard --help", done.stderr)


def contents(shards: object) -> List[object]:
    """What each shard consists of, wherever it is."""
    assert isinstance(shards, list)
    return [(each["shard"], each["entries"], each["bytes"], each["checksum"]) for each in shards]


if __name__ == "__main__":
    unittest.main()
