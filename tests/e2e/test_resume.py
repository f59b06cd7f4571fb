"""A client that has lost its connection, its node or the feed's home goes on where it was: nothing missing, nothing twice."""

import shutil
import threading
import unittest
from typing import List

from tests.e2e.json_client import PASSWORD, FeedReader, JsonClient, Refused, author, home, logged_in, register
from tests.e2e.nodes import Nodes
from tests.e2e.support import GridTest
from tests.e2e.websocket import Closed


class ResumeTest(GridTest):
    """Bob is at home at node 0 of 3, Gus at 1, Max at 2."""

    def setUp(self) -> None:
        super().setUp()
        self.grid = Nodes(self, 3, "--test-cheap-passwords").start_all()
        with JsonClient(self.grid.client_port(0)) as client:
            register(client, "Bob", "Gus", "Max")

    def log_in(self, node: int, user: str) -> JsonClient:
        client = logged_in(self.grid.client_port(node), user)
        self.addCleanup(client.drop)
        return client

    def post(self, client: JsonClient, texts: List[str]) -> None:
        for text in texts:
            client.ask("post", text=text)

    def test_a_client_that_drops_gets_on_another_node_what_it_missed(self) -> None:
        bob, gus = self.log_in(0, "Bob"), self.log_in(1, "Gus")
        gus.ask("follow", name="Bob")
        feed = FeedReader(home("Gus"))
        feed.attach(gus)
        expected: List[str] = []
        for node in (2, 0, 1):
            live = [f"before {node} {n}" for n in range(5)]
            self.post(bob, live)
            expected += live
            feed.take_until(len(expected))
            gus.drop()
            missed = [f"meanwhile {node} {n}" for n in range(300)]
            self.post(bob, missed)
            expected += missed
            gus = self.log_in(node, "Gus")
            feed.attach(gus)
            feed.take_until(len(expected))
        self.assertEqual(feed.texts(), expected)
        self.assertEqual(feed.gaps, 0)

    def test_nothing_missed_is_said_with_a_mark(self) -> None:
        gus = self.log_in(1, "Gus")
        feed = FeedReader(home("Gus"))
        feed.attach(gus)
        before = feed.position
        gus.drop()
        feed.attach(self.log_in(2, "Gus"))
        self.assertEqual((feed.position, feed.entries, feed.gaps), (before, [], 0))

    def test_the_node_under_a_client_is_killed_in_mid_conversation(self) -> None:
        bob, gus = self.log_in(0, "Bob"), self.log_in(2, "Gus")
        gus.ask("follow", name="Bob")
        feed = FeedReader(home("Gus"))
        feed.attach(gus)
        expected = [f"n{n}" for n in range(400)]
        poster = threading.Thread(target=self.post, args=(bob, expected))
        poster.start()
        self.addCleanup(poster.join)
        feed.take_until(50)
        self.grid.kill(2)
        with self.assertRaises(Closed):
            while True:
                feed.take_one()
        feed.attach(self.log_in(1, "Gus"))
        feed.take_until(len(expected))
        self.assertEqual(feed.texts(), expected)
        self.assertEqual(feed.gaps, 0)

    def test_the_home_is_killed_and_comes_back_under_an_open_subscription(self) -> None:
        gus = self.log_in(1, "Gus")
        gus.ask("follow", name="Bob")
        feeds = [FeedReader(home("Gus")), FeedReader(author("Bob"))]
        readers = [self.log_in(2, "Gus"), self.log_in(2, "Gus")]
        for feed, reader in zip(feeds, readers):
            feed.attach(reader)
        expected: List[str] = []
        for round_number in range(3):
            bob = self.log_in(0, "Bob")
            texts = [f"round {round_number} {n}" for n in range(20)]
            self.post(bob, texts)
            bob.drop()
            expected += texts
            for feed in feeds:
                feed.take_until(len(expected) - 10)
            for node in (0, 1):  # the home of the author, and of the reader
                self.grid.kill(node)
                self.grid.start(node)
                self.grid.wait_whole()
        self.post(self.log_in(0, "Bob"), ["last"])
        for feed in feeds:
            feed.take_until(len(expected) + 1, 20)
            self.assertEqual(feed.texts(), expected + ["last"])
            self.assertEqual(feed.gaps, 0)

    def test_a_command_whose_answer_was_lost_is_repeated_on_another_node_and_done_once(self) -> None:
        bob = self.log_in(2, "Bob")
        bob.send("post", text="once", key="k1")
        self.grid.kill(2)
        bob = self.log_in(1, "Bob")
        first = bob.ask("post", text="once", key="k1")
        self.assertEqual(bob.ask("post", text="once", key="k1")["buzz_id"], first["buzz_id"])
        self.assertEqual(len(bob.ask("get_feed", feed=author("Bob"))["buzzes"]), 1)

    def test_follow_and_unfollow_on_one_device_while_another_is_away(self) -> None:
        here, away, bob = self.log_in(0, "Gus"), self.log_in(2, "Gus"), self.log_in(1, "Bob")
        feed = FeedReader(home("Gus"))
        feed.attach(away)
        away.drop()
        here.ask("follow", name="Bob")
        self.post(bob, ["seen"])
        check = FeedReader(home("Gus"))
        check.attach(here)
        self.wait_for(lambda: [one["text"] for one in here.ask("get_feed", feed=home("Gus"))["buzzes"]] == ["seen"],
                      "it has arrived")
        here.ask("follow", name="Max")
        feed.attach(self.log_in(1, "Gus"))
        feed.take_until(3)
        self.assertEqual([entry["kind"] for entry in feed.entries], ["followed", "posted", "followed"])
        here.ask("unfollow", name="Max")
        feed.take_until(4)
        self.assertEqual(feed.entries[-1]["kind"], "unfollowed")

    def test_a_position_of_a_home_that_was_wiped_is_answered_with_a_gap(self) -> None:
        gus = self.log_in(2, "Gus")
        gus.ask("follow", name="Bob")
        feed = FeedReader(home("Gus"))
        feed.attach(gus)
        bob = self.log_in(0, "Bob")
        self.post(bob, ["one"])
        feed.take_until(1)
        self.grid.kill(1)  # where Gus is at home
        shutil.rmtree(self.folder / "node-1" / "store")
        self.grid.start(1)
        self.grid.wait_whole()
        with self.assertRaises(AssertionError, msg="there is no such user any more"):
            while True:
                feed.take_one()
        again = JsonClient(self.grid.client_port(1))
        self.addCleanup(again.drop)
        register(again, "Gus")
        again.ask("login", name="Gus", password=PASSWORD)
        feed.attach(again)
        self.assertEqual(feed.gaps, 1)
        again.ask("follow", name="Bob")
        self.post(bob, ["two"])
        feed.take_until(3)
        self.assertEqual(feed.texts(), ["one", "two"])
        later = FeedReader(home("Gus"))
        later.position = feed.position
        later.attach(self.log_in(0, "Gus"))
        self.assertEqual(later.gaps, 0, "that position is of the new store")

    def test_a_position_that_no_node_has_given_is_refused_or_answered_with_a_gap(self) -> None:
        gus = self.log_in(1, "Gus")
        with self.assertRaises(Refused):
            gus.ask("subscribe", feed=home("Gus"), after="abc")
        feed = FeedReader(home("Gus"))
        feed.position = "A" * 32
        feed.attach(gus)
        self.assertEqual(feed.gaps, 1)


if __name__ == "__main__":
    unittest.main()
