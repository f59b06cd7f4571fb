"""A node whose store is wiped, or put back to an older copy, agrees with the others again, and they with it."""

import random
import shutil
import time
import unittest
from pathlib import Path
from typing import Dict, List

from tests.e2e.naive_grid import Buzz, NaiveGrid
from tests.e2e.nodes import Nodes
from tests.e2e.support import GridTest

HOMES = {"Bob": 0, "Gus": 1, "Max": 2, "Finn": 1, "Carl": 0, "Ada": 2}
"""Where each is at home."""
LOST = 1
"""The node that loses its store, or a part of it."""
TOPICS = [f"topic{number}" for number in range(12)]
POSTS = 40
"""Each time that everybody talks."""
SETTLE_MS = 60_000
BROKEN = "a stream is broken: the store of one of its ends is not what it was; it begins anew"
NEW = "another shard's store is a new one; the streams with it begin anew"


class WipedNodeTest(GridTest):
    def setUp(self) -> None:
        super().setUp()
        self.nodes = Nodes(self, 3).start_all()
        self.grid = NaiveGrid([])
        self.dice = random.Random(4)
        for user, home in HOMES.items():
            self.assertEqual(self.nodes.ask(0, f"home {user}").split()[1], str(home), user)
        for user in ("Bob", "Gus", "Max", "Carl"):
            self.register(user)

    def store(self) -> Path:
        return self.folder / f"node-{LOST}" / "store"

    def ask(self, line: str) -> str:
        """At any node that runs."""
        return self.nodes.ask(self.dice.choice(sorted(self.nodes.clients)), line)

    def register(self, user: str) -> None:
        self.assertEqual(self.ask(f"as {user} register"), f"registered {user}")
        self.grid.users.append(user)

    def follow(self, who: str, whom: str) -> None:
        self.assertEqual(self.ask(f"as {who} follow {whom}"), f"followed {whom}")
        self.grid.followed(who, whom, time.monotonic())

    def unfollow(self, who: str, whom: str) -> None:
        self.assertEqual(self.ask(f"as {who} unfollow {whom}"), f"unfollowed {whom}")
        self.grid.unfollowed(who, whom)

    def post(self, user: str, text: str) -> int:
        word, number = self.ask(f"as {user} post {text}").split(" ", 1)
        self.assertEqual(word, "posted", number)
        self.grid.posted(Buzz(int(number), user, text, None, time.monotonic()))
        return int(number)

    def edit(self, buzz: int, text: str) -> None:
        old = self.grid.buzzes[buzz]
        self.assertEqual(self.ask(f"as {old.author} edit {buzz} {text}"), f"edited {buzz}/{old.version + 1}")
        self.grid.edited(buzz, text)

    def delete(self, buzz: int) -> None:
        self.assertEqual(self.ask(f"as {self.grid.buzzes[buzz].author} delete {buzz}"), f"deleted {buzz}")
        self.grid.deleted(buzz)

    def talk(self, users: List[str]) -> Dict[str, List[int]]:
        """They post, on every topic among other things, mentioning one another."""
        posted: Dict[str, List[int]] = {user: [] for user in users}
        for number in range(POSTS):
            user, named = users[number % len(users)], self.dice.choice(users)
            text = f"{number} of {user} for @{named} on #{TOPICS[number % len(TOPICS)]}"
            posted[user].append(self.post(user, text))
        return posted

    def settle(self) -> None:
        self.assertEqual(self.nodes.ask(0, f"settle {SETTLE_MS}", SETTLE_MS / 1000 + 5), "settled", self.logs())

    def check(self) -> None:
        """At every node the grid shows what it should."""
        self.settle()
        for node in range(self.nodes.size):
            wrong = list(self.grid.differences(lambda line: self.nodes.ask(node, line)))
            self.assertEqual(wrong, [], f"asked at node {node}\n{self.logs()}")

    def topics_at_the_lost_node(self) -> List[str]:
        """While it is down, nobody answers for them."""
        return [topic for topic in TOPICS if self.nodes.ask(0, f"topic {topic}") == "error unavailable"]

    def warnings(self, text: str) -> Dict[int, int]:
        """How often each node has said so, those that have."""
        said = {node: len(self.nodes.log_lines(node, text)) for node in range(self.nodes.size)}
        return {node: count for node, count in said.items() if count > 0}

    def start_again(self) -> None:
        self.nodes.start(LOST)
        self.nodes.wait_whole()

    def use_what_is_new(self) -> None:
        """New users, follows, buzzes, edits and deletions work everywhere as if nothing had happened.

        Everybody follows everybody, so that each home hears of all that was said lately: of mentions from before the one
        who is mentioned was registered, too.
        """
        for user in HOMES:
            if user not in self.grid.users:
                self.register(user)
        for who in HOMES:
            for whom in HOMES:
                if who != whom:
                    self.follow(who, whom)
        posted = self.talk(list(HOMES))
        for numbers in posted.values():
            self.edit(numbers[0], "anew, on #topic1 and #topic2")
            self.delete(numbers[1])
        self.unfollow("Bob", "Gus")
        self.unfollow("Gus", "Max")
        self.check()

    def test_a_node_whose_store_was_wiped(self) -> None:
        self.register("Ada")
        for who, whom in (("Bob", "Gus"), ("Bob", "Max"), ("Carl", "Gus"), ("Max", "Gus"), ("Gus", "Bob"), ("Gus", "Max")):
            self.follow(who, whom)
        self.talk(["Bob", "Gus", "Max", "Ada"])
        self.check()
        self.nodes.stop(LOST)
        self.assertGreater(len(self.topics_at_the_lost_node()), 1, "else nothing would be shown")
        self.post("Bob", "while it was away, on #topic0 #topic1 #topic2 #topic3")
        shutil.rmtree(self.store())
        self.start_again()
        self.forget("Gus")
        self.check()
        self.assertEqual(sorted(self.warnings(NEW)), [0, 2], "the others, which were told at once, began anew")
        self.assertIn(LOST, self.warnings(BROKEN), "and so it was told that there had been streams")
        self.assertEqual(self.nodes.ask(0, "author Gus"), "error unknown_user: no such user")
        self.assertEqual(self.nodes.ask(0, "followees Carl"), "followees ", "he followed nobody else")
        self.use_what_is_new()

    def forget(self, user: str) -> None:
        """The user was at home in a store that is gone."""
        self.grid.users.remove(user)
        for number, buzz in list(self.grid.buzzes.items()):
            if buzz.author == user:
                del self.grid.buzzes[number]
        for who, whom in list(self.grid.follows):
            if user in (who, whom):
                self.grid.unfollowed(who, whom)

    def test_a_node_whose_store_was_put_back_to_an_older_copy(self) -> None:
        for who, whom in (("Bob", "Gus"), ("Max", "Gus"), ("Gus", "Bob"), ("Gus", "Carl")):
            self.follow(who, whom)
        before = self.talk(["Bob", "Gus", "Max"])
        self.check()
        self.nodes.stop(LOST)
        shutil.copytree(self.store(), self.folder / "copy")
        then = dict(self.grid.buzzes)
        self.start_again()
        self.change_everything(before)
        self.check()
        self.nodes.stop(LOST)
        self.post("Max", "while it was away, on #topic0 #topic1 #topic2 #topic3, for @gus and @finn")
        shutil.rmtree(self.store())
        shutil.copytree(self.folder / "copy", self.store())
        self.start_again()
        self.forget("Finn")
        self.grid.buzzes = {
            **{number: buzz for number, buzz in self.grid.buzzes.items() if buzz.author != "Gus"},
            **{number: buzz for number, buzz in then.items() if buzz.author == "Gus"},
        }
        self.grid.unfollowed("Gus", "Max")
        self.grid.followed("Gus", "Bob", 0)
        self.check()
        self.assertEqual(self.warnings(NEW), {}, "it passed for what it had been")
        self.assertIn(LOST, self.warnings(BROKEN), "it gave numbers again that the others had had")
        self.assertTrue({0, 2} & set(self.warnings(BROKEN)), "it had forgotten what it had acknowledged")
        self.assertEqual(self.nodes.ask(0, "author Finn"), "error unknown_user: no such user")
        self.use_what_is_new()

    def change_everything(self, before: Dict[str, List[int]]) -> None:
        """What the node that is put back will know nothing of."""
        self.register("Finn")
        for who in ("Bob", "Max", "Gus"):
            self.follow(who, "Finn")
        self.follow("Finn", "Max")
        self.follow("Gus", "Max")
        self.unfollow("Gus", "Bob")
        for numbers in before.values():
            self.edit(numbers[0], "changed, on #topic3, for @carl")
            self.edit(numbers[1], "changed, on #topic4, for @gus")
            self.delete(numbers[2])
        self.talk(["Bob", "Gus", "Max", "Finn"])


if __name__ == "__main__":
    unittest.main()
