"""One who does not read costs its node a queue and nobody else anything."""

import json
import time
import unittest
from typing import List

from tests.e2e.json_client import PASSWORD, FeedReader, JsonClient, author, home, logged_in, register
from tests.e2e.http_get import get, parse_metrics
from tests.e2e.nodes import FULL, Nodes
from tests.e2e.support import GridTest
from tests.e2e.websocket import Closed, WebSocket

FOLLOWERS = 200
FEEDS_OF_STALLED = 12
"""Together more than the queue of a connection, although the home of each tells a window of entries at most."""
TEXT_SESSIONS = 20
POSTS = 200
MOST_GROWTH_KB = 20 << 10
STALLED_BUFFER = 4096
CLOSED_AFTER_S = 45
"""A client that takes nothing for 30 s is looked at every 5 s."""
SLOW = 4000


class SlowClientsTest(GridTest):
    def setUp(self) -> None:
        super().setUp()
        self.grid = Nodes(self, 2, "--test-cheap-passwords").start_all()
        self.users = [f"User{n}" for n in range(FOLLOWERS)]
        with JsonClient(self.grid.client_port(0)) as client:
            register(client, "Bob", *self.users)

    def follow(self, users: List[str]) -> None:
        for user in users:
            with logged_in(self.grid.client_port(0), user) as follower:
                follower.ask("follow", name="Bob")

    def posts(self) -> List[str]:
        return [f"{n} " + "\N{MUSICAL SYMBOL G CLEF}" * 490 for n in range(POSTS)]

    def test_of_two_hundred_followers_one_does_not_read_and_later_gets_everything(self) -> None:
        self.follow(self.users)
        stalled = logged_in(self.grid.client_port(1), self.users[0], receive_buffer=STALLED_BUFFER)
        self.addCleanup(stalled.drop)
        its_feeds = {}
        for _ in range(FEEDS_OF_STALLED):
            feed = FeedReader(author("Bob"))
            feed.subscribe(stalled)
            feed.take(stalled.next_told())
            its_feeds[feed.subscription] = feed
        feeds = []
        for user in self.users[1:]:
            client = logged_in(self.grid.client_port(1), user)
            self.addCleanup(client.drop)
            feeds.append(FeedReader(home(user)))
            feeds[-1].attach(client)
        bob = logged_in(self.grid.client_port(0), "Bob")
        self.addCleanup(bob.drop)
        before = self.grid.resident_kb(1)
        most = 0
        for number, text in enumerate(self.posts()):
            bob.ask("post", text=text)
            if number % 50 == 49:
                for feed in feeds:
                    feed.take_until(number + 1)
                most = max(most, self.grid.resident_kb(1))
        for feed in feeds:
            self.assertEqual(feed.texts(), self.posts())
        self.assertLess(most - before, MOST_GROWTH_KB)
        while any(len(feed.entries) < POSTS for feed in its_feeds.values()):
            message = stalled.next_told()
            its_feeds[message["subscription"]].take(message)
        for feed in its_feeds.values():
            self.assertEqual(feed.texts(), self.posts())
            self.assertEqual(feed.gaps, 0)

    @unittest.skipUnless(FULL, "takes half a minute: BUZZER_TEST_FULL=1")
    def test_who_never_reads_is_closed_with_the_code_for_it(self) -> None:
        self.follow(self.users[:2])
        port = self.grid.client_port(1)
        stalled = logged_in(port, self.users[0], receive_buffer=STALLED_BUFFER)
        self.addCleanup(stalled.drop)
        for _ in range(FEEDS_OF_STALLED):
            stalled.ask("subscribe", feed=author("Bob"))
        reader = logged_in(port, self.users[1])
        self.addCleanup(reader.drop)
        feed = FeedReader(home(self.users[1]))
        feed.attach(reader)
        bob = logged_in(self.grid.client_port(0), "Bob")
        self.addCleanup(bob.drop)
        for text in self.posts():
            bob.ask("post", text=text)
        feed.take_until(POSTS)
        self.assertEqual(feed.texts(), self.posts())

        def closed() -> float:
            return parse_metrics(get(port, "/metrics").body)['buzzer_sessions_closed_total{reason="slow"}']

        self.assertEqual(closed(), 0, "it has its 30 s")
        self.wait_for(lambda: closed() == 1, "it is closed", CLOSED_AFTER_S)
        bob.ask("post", text="afterwards")
        feed.take_until(POSTS + 1)
        with self.assertRaises(Closed) as ended:
            deadline = time.monotonic() + CLOSED_AFTER_S
            while time.monotonic() < deadline:
                stalled.next_told()
        self.assertEqual(ended.exception.code, SLOW, "behind what it had not read")

    def test_text_sessions_that_do_not_read_for_a_while_get_everything_in_order_later(self) -> None:
        self.follow(self.users[:1])
        clients = []
        for _ in range(TEXT_SESSIONS):
            client = WebSocket(self.grid.client_port(1), receive_buffer=STALLED_BUFFER)
            self.addCleanup(client.drop)
            client.send(f"login {self.users[0]} {PASSWORD}")
            self.assertEqual([client.receive(), client.receive()], ["OK", "follow Bob"])
            clients.append(client)
        bob = logged_in(self.grid.client_port(0), "Bob")
        self.addCleanup(bob.drop)
        before = self.grid.resident_kb(1)
        for text in self.posts():
            bob.ask("post", text=text)
        self.assertLess(self.grid.resident_kb(1) - before, MOST_GROWTH_KB)
        for client in clients:
            frames = client.receive_all(POSTS)
            self.assertEqual([json.loads(frame[len("buzz "):])["text"] for frame in frames], self.posts())


if __name__ == "__main__":
    unittest.main()
