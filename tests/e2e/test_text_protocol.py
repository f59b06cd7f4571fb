"""The original protocol of text frames, byte for byte, on a grid of real nodes."""

import json
import re
import time
import unittest
from typing import List

from tests.e2e.nodes import Nodes
from tests.e2e.support import GridTest
from tests.e2e.websocket import WebSocket


class TextProtocolTest(GridTest):
    def setUp(self) -> None:
        super().setUp()
        self.grid = Nodes(self, 3, "--test-cheap-passwords").start_all()

    def connect(self, node: int) -> WebSocket:
        client = WebSocket(self.grid.client_port(node))
        self.addCleanup(client.drop)
        return client

    def ask(self, client: WebSocket, command: str) -> str:
        client.send(command)
        return client.receive()

    def log_in(self, node: int, user: str, *, follows: int = 0) -> WebSocket:
        client = self.connect(node)
        self.assertEqual(self.ask(client, f"login {user} pw"), "OK")
        for _ in range(follows):
            self.assertTrue(client.receive().startswith("follow "))
        return client

    def register(self, *users: str) -> None:
        client = self.connect(0)
        for user in users:
            self.assertEqual(self.ask(client, f"register {user} pw"), "OK")

    def assert_silent(self, *clients: WebSocket) -> None:
        """Nothing is on its way to them: what is asked for now is answered next."""
        for client in clients:
            self.assertEqual(self.ask(client, "nonsense"), "error Bad Request")

    def test_registering_and_logging_in(self) -> None:
        client = self.connect(0)
        self.assertEqual(self.ask(client, "register Alice pw"), "OK")
        self.assertEqual(self.ask(client, "register Alice pw"), "error register Username taken")
        self.assertEqual(self.ask(self.connect(1), "register aLICE other"), "error register Username taken")
        self.assertEqual(self.ask(client, "register a-b pw"), "error register Invalid username")
        self.assertEqual(self.ask(client, f"register {'a' * 31} pw"), "error register Invalid username")
        for size in (129, 512, 2000):
            self.assertEqual(self.ask(client, f"register Bob {'p' * size}"), "error register Invalid password")
        self.assertEqual(self.ask(client, f"register Long {'é' * 128}"), "OK")
        self.assertEqual(self.ask(client, "login Alice wrong"), "error login Invalid credentials")
        self.assertEqual(self.ask(client, "login Nobody pw"), "error login Invalid credentials")
        self.assertEqual(self.ask(client, "login a-b pw"), "error login Invalid credentials")
        for node in range(3):
            self.log_in(node, "ALICE")

    def test_words_are_separated_by_single_spaces_and_none_is_missing_or_too_many(self) -> None:
        client = self.connect(0)
        for wrong in ("", " ", "hello", "register", "register x", "register x ", "register  x pw", "register x y z",
                      "register x y ", "login", "login x", "login x y z", " login x y", "logout ", "logout now", "post",
                      "post ", "follow", "follow ", "follow a b", "unfollow", "unfollow a b", "buzzfeed",
                      "buzzfeed a b", "topic", "topic a b", "LOGIN x y", "login\tx\ty"):
            self.assertEqual(self.ask(client, wrong), "error Bad Request", repr(wrong))

    def test_what_needs_a_login(self) -> None:
        client = self.connect(0)
        for command in ("post hello", "follow Bob", "unfollow Bob"):
            self.assertEqual(self.ask(client, command), "error Unauthorized")
        client.send("logout")
        self.assert_silent(client)
        self.register("Alice")
        self.assertEqual(self.ask(client, "login Alice pw"), "OK")
        self.assertRegex(self.ask(client, "post hello"), r"\A(OK|buzz) ")
        client.receive()
        self.assertEqual(self.ask(client, "logout"), "BYE")
        client.send("logout")
        self.assertEqual(self.ask(client, "post hello"), "error Unauthorized")

    def test_a_buzz_as_the_first_server_wrote_it(self) -> None:
        self.register("Alice", "Bob")
        client, bob = self.log_in(1, "Alice"), self.log_in(2, "Bob")
        text = 'I <do> & "say" \\ @Bob, @bob! #La_Vida_LocA #tea #tea été\u2028a@b.com'
        client.send("post " + text)
        frames = [client.receive(), client.receive()]
        answer = next(frame for frame in frames if frame.startswith("OK "))
        buzz = next(frame for frame in frames if frame.startswith("buzz "))
        number = int(answer[3:])
        self.assertTrue(0 < number < 2**53)
        told = re.escape(
            f'buzz {{"id":{number},"text":"I \\u003cdo\\u003e \\u0026 \\"say\\" \\\\ @Bob, @bob! #La_Vida_LocA #tea #tea '
            'été\\u2028a@b.com","poster":{"username":"Alice"},"posted":"TIME","mentions":["bob"],'
            '"tags":["la_vida_loca","tea"]}'
        )
        self.assertRegex(buzz, told.replace("TIME", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,2}[1-9])?Z") + r"\Z")
        self.wait_for(lambda: self.listed(client, "topic TEA") == [text], "the topic's home has heard of it")
        self.assertEqual(self.ask(client, "topic TEA"), buzz)
        self.assertEqual(self.ask(client, "buzzfeed alice"), buzz)
        self.assertEqual(bob.receive(), buzz)
        self.assertEqual(self.ask(self.connect(2), "buzzfeed BOB"), buzz)
        self.assert_silent(client, bob)

    def test_following(self) -> None:
        self.register("Alice", "Bob", "Carl")
        here, there = self.log_in(0, "Alice"), self.log_in(2, "alice")
        for name in ("bob", "Carl"):
            here.send(f"follow {name}")
        for client in (here, there):
            self.assertEqual([client.receive(), client.receive()], ["follow Bob", "follow Carl"])
        self.assertEqual(self.ask(here, "follow Nobody"), "error follow Unknown user: Nobody")
        self.assertEqual(self.ask(here, "follow a-b"), "error follow Unknown user: a-b")
        self.assertEqual(self.ask(here, "follow ALICE"), "error follow Follower cannot follow themself")
        there.send("unfollow BOB")
        for client in (here, there):
            self.assertEqual(client.receive(), "unfollow Bob")
        here.send("follow bob")
        self.assertEqual(there.receive(), "follow Bob")
        third = self.connect(1)
        self.assertEqual(self.ask(third, "login Alice pw"), "OK")
        self.assertEqual(sorted([third.receive(), third.receive()]), ["follow Bob", "follow Carl"])
        self.assertEqual(here.receive(), "follow Bob")
        self.assert_silent(here, there, third)

    def test_a_follow_or_unfollow_that_changes_nothing_is_answered_like_any_other(self) -> None:
        # It was not answered at all.
        self.register("Alice", "Bob", "Carl")
        here, there = self.log_in(0, "Alice"), self.log_in(2, "Alice")
        stranger = self.log_in(1, "Bob")
        for command, answer in (("unfollow bob", "unfollow Bob"), ("follow bob", "follow Bob"),
                                ("follow BOB", "follow Bob"), ("unfollow bob", "unfollow Bob"),
                                ("unfollow bob", "unfollow Bob"), ("unfollow CARL", "unfollow Carl")):
            here.send(command)
            for client in (here, there):
                self.assertEqual(client.receive(), answer, command)
        self.assertEqual(self.ask(here, "unfollow Nobody"), "error unfollow Unknown user: Nobody")
        self.assertEqual(self.ask(here, "unfollow a-b"), "error unfollow Unknown user: a-b")
        self.assertEqual(self.ask(here, "unfollow ALICE"), "error unfollow Follower is not following themself")
        self.assertEqual(self.ask(here, "follow alice"), "error follow Follower cannot follow themself")
        self.assert_silent(here, there, stranger)

    def test_whose_home_is_down_can_be_unfollowed_all_the_same(self) -> None:
        self.register("Bob", "Gus")  # at home at nodes 0 and 1
        client = self.log_in(0, "Bob")
        self.assertEqual(self.ask(client, "follow Gus"), "follow Gus")
        self.grid.kill(1)
        self.assertEqual(self.ask(client, "unfollow gus"), "unfollow Gus")

    def test_a_buzz_is_pushed_once_to_every_session_that_it_concerns_and_to_no_other(self) -> None:
        self.register("Alice", "Bob", "Carl", "Dora")
        follower = self.log_in(0, "Alice")
        self.assertEqual(self.ask(follower, "follow Bob"), "follow Bob")
        concerned = [follower, self.log_in(2, "Alice", follows=1), self.log_in(1, "Bob"), self.log_in(2, "Carl"),
                     self.log_in(0, "Carl")]
        dora, nobody = self.log_in(1, "Dora"), self.connect(2)
        author = self.log_in(0, "Bob")
        texts = [f"{n} @alice @Carl @bob #x" for n in range(20)]
        for text in texts:
            author.send(f"post {text}")
        for client in concerned:
            self.assertEqual([self.text_of(client.receive()) for _ in texts], texts)
        own = [author.receive() for _ in range(2 * len(texts))]
        self.assertEqual([self.text_of(frame) for frame in own if frame.startswith("buzz ")], texts)
        self.assert_silent(*concerned, author, dora, nobody)

    def test_lists_are_oldest_first_and_show_what_they_should(self) -> None:
        self.register("Alice", "Bob", "Carl")
        alice, bob, carl = self.log_in(0, "Alice"), self.log_in(1, "Bob"), self.log_in(2, "Carl")
        self.assertEqual(self.ask(alice, "follow Bob"), "follow Bob")
        ids = {}
        for client, text in ((bob, "one"), (carl, "two @alice"), (alice, "three #Tea"), (bob, "four #tea @Carl"),
                             (carl, "five")):
            client.send(f"post {text}")
            while not (frame := client.receive()).startswith("OK "):
                pass
            ids[text] = int(frame[len("OK "):])

        def in_order(*texts: str) -> List[str]:
            """By id: of one millisecond and different authors that is not always the order of posting."""
            return sorted(texts, key=lambda text: ids[text])

        seen = self.connect(1)
        self.assertEqual(self.listed(seen, "buzzfeed ALICE"), in_order("two @alice", "three #Tea"))
        self.assertEqual(self.listed(seen, "buzzfeed carl"), in_order("two @alice", "four #tea @Carl", "five"))
        for tag in ("tea", "TEA", "#tea"):
            self.assertEqual(self.listed(seen, f"topic {tag}"), in_order("three #Tea", "four #tea @Carl"))
        self.assertEqual(self.listed(seen, "buzzfeed Nobody"), [])
        self.assertEqual(self.listed(seen, "topic nothing"), [])
        again = self.log_in(2, "Alice", follows=1)
        self.wait_for(lambda: len(self.listed(again, "buzzfeed alice")) == 4, "the gossip has arrived")
        self.assertEqual(self.listed(again, "buzzfeed alice"),
                         in_order("one", "two @alice", "three #Tea", "four #tea @Carl"))
        self.assertEqual(self.listed(again, "buzzfeed bob"), in_order("one", "four #tea @Carl"))

    def test_a_home_that_is_down_costs_one_sentence_and_not_the_connection(self) -> None:
        self.register("Bob", "Gus")  # at home at nodes 0 and 1
        client = self.log_in(0, "Bob")
        self.assertEqual(self.ask(client, "follow Gus"), "follow Gus")
        self.grid.kill(1)
        began = time.monotonic()
        self.assertRegex(self.ask(client, "buzzfeed Gus"), r"\Aerror buzzfeed [^\n]+\Z")
        self.assertRegex(self.ask(client, "login Gus pw"), r"\Aerror login [^\n]+\Z")
        self.assertLess(time.monotonic() - began, 6)
        client.send("post still here")
        self.assertEqual({client.receive()[:3], client.receive()[:3]}, {"OK ", "buz"})

    def test_a_text_that_cannot_be_posted_is_refused_in_one_sentence(self) -> None:
        self.register("Alice")
        client = self.log_in(0, "Alice")
        self.assertRegex(self.ask(client, "post " + "x" * 5000), r"\Aerror post [^\n]+\Z")
        self.assertRegex(self.ask(client, "post  "), r"\Aerror post [^\n]+\Z")

    @staticmethod
    def text_of(frame: str) -> str:
        text: str = json.loads(frame[len("buzz "):])["text"]
        return text

    def listed(self, client: WebSocket, command: str) -> List[str]:
        """The texts, in order: what comes before the answer to something else."""
        client.send(command)
        client.send("nonsense")
        frames = []
        while (frame := client.receive()) != "error Bad Request":
            frames.append(self.text_of(frame))
        return frames


if __name__ == "__main__":
    unittest.main()
