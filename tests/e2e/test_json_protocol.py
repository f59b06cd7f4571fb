"""buzzer.v1.json on a grid of real nodes: every request and its errors, each message held against the document."""

import json
import time
import unittest
from typing import Any, List

from tests.e2e.json_client import PASSWORD, JsonClient, Message, author, home, logged_in, register, topic
from tests.e2e.nodes import Nodes
from tests.e2e.support import GridTest
from tests.e2e.websocket import Closed

MOST_IN_FLIGHT = 32
MOST_SUBSCRIPTIONS = 100
MESSAGE_BYTES = 64 << 10


class JsonProtocolTest(GridTest):
    """Bob is at home at node 0 of 3, Gus at 1, Max at 2."""

    def setUp(self) -> None:
        super().setUp()
        self.grid = Nodes(self, 3, "--test-cheap-passwords").start_all()

    def connect(self, node: int) -> JsonClient:
        client = JsonClient(self.grid.client_port(node))
        self.addCleanup(client.drop)
        return client

    def log_in(self, node: int, user: str) -> JsonClient:
        client = logged_in(self.grid.client_port(node), user)
        self.addCleanup(client.drop)
        return client

    def test_the_welcome_says_where_one_is_and_what_the_limits_are(self) -> None:
        client = self.connect(2)
        self.assertIn("sec-websocket-protocol: buzzer.v1.json", client.socket.answer.lower())
        self.assertEqual((client.welcome["node"], client.welcome["nodes"]), (2, 3))
        limits = client.welcome["limits"]
        self.assertEqual(limits["message_bytes"], MESSAGE_BYTES)
        self.assertEqual(limits["requests_in_flight"], MOST_IN_FLIGHT)
        self.assertEqual(limits["subscriptions"], MOST_SUBSCRIPTIONS)
        self.assertEqual(client.ask("ping")["type"], "pong")

    def test_registering(self) -> None:
        client = self.connect(0)
        user = client.ask("register", name="Alice", password=PASSWORD, key="k1")["user"]
        self.assertEqual((user["name"], user["buzzes"], user["followers"], user["following"]), ("Alice", 0, 0, 0))
        self.assertEqual(client.ask("register", name="Alice", password=PASSWORD, key="k1")["user"]["name"], "Alice")
        self.assertEqual(self.connect(1).refused("register", name="aLICE", password=PASSWORD), "name_taken")
        problem = client.send_wrong('{"id": 90, "type": "register", "name": "a-b", "password": "x"}')
        self.assertEqual(problem["code"], "invalid_name")
        problem = client.send_wrong(json.dumps({"id": 91, "type": "register", "name": "Bob", "password": ""}))
        self.assertIn(problem["code"], ("invalid_password", "bad_request"))

    def test_logging_in_with_password_and_token_on_any_node(self) -> None:
        register(self.connect(0), "Bob", "Gus")
        first = self.connect(1)
        answer = first.ask("login", name="bob", password=PASSWORD)
        self.assertEqual(answer["user"]["name"], "Bob")
        token: str = answer["token"]
        second = self.connect(2)
        shown = second.ask("authenticate", token=token)
        self.assertEqual((shown["user"]["name"], shown["expires"], "token" in shown), ("Bob", answer["expires"], False))
        second.ask("post", text="from here")
        self.assertEqual(second.refused("login", name="Gus", password=PASSWORD), "bad_request")
        by_cookie = JsonClient(self.grid.client_port(0), headers={"Cookie": f"other=1; buzzer_session={token}"})
        self.addCleanup(by_cookie.drop)
        self.assertEqual(by_cookie.ask("authenticate")["user"]["name"], "Bob")

        subscription = second.ask("subscribe", feed=home("Bob"))["subscription"]
        self.assertEqual(second.next_told()["type"], "mark")
        self.assertEqual(second.ask("logout")["type"], "logged_out")
        self.assertEqual(second.refused("post", text="x"), "unauthorized")
        self.assertEqual(second.refused("unsubscribe", subscription=subscription), "unknown_subscription")
        self.assertEqual(second.ask("login", name="Gus", password=PASSWORD)["user"]["name"], "Gus")
        for node in range(3):
            self.assertEqual(self.connect(node).refused("authenticate", token=token), "session_ended")

    def test_what_is_wrong_with_a_login(self) -> None:
        client = self.connect(0)
        register(client, "Bob")
        self.assertEqual(client.refused("login", name="Bob", password="other"), "invalid_credentials")
        self.assertEqual(client.refused("login", name="Nobody", password=PASSWORD), "invalid_credentials")
        self.assertEqual(client.refused("authenticate"), "unauthorized")
        self.assertEqual(client.refused("authenticate", token="Bob." + "A" * 43), "session_ended")
        self.assertEqual(client.refused("logout"), "unauthorized")
        self.assertEqual(client.refused("get_feed", feed=home("Bob")), "unauthorized")
        self.assertEqual(client.refused("subscribe", feed=home("Bob")), "unauthorized")
        self.assertEqual(client.refused("follow", name="Bob"), "unauthorized")

    def test_requests_behind_a_login_wait_for_it(self) -> None:
        register(self.connect(0), "Bob")
        client = self.connect(1)
        numbers = [client.send("login", name="Bob", password=PASSWORD), client.send("post", text="at once"),
                   client.send("subscribe", feed=home("Bob"))]
        kinds = [client.answer(number)["type"] for number in numbers]
        self.assertEqual(kinds, ["logged_in", "posted", "subscribed"])

    def test_posting_editing_deleting_and_threads(self) -> None:
        register(self.connect(0), "Bob", "Gus")
        bob, gus, reader = self.log_in(2, "Bob"), self.log_in(0, "Gus"), self.connect(1)
        root = bob.ask("post", text="hello @Gus #Tea https://x.org")
        self.assertEqual(root["version"], 1)
        reply = gus.ask("post", text="hi", in_reply_to=root["buzz_id"])
        deeper = bob.ask("post", text="how are you?", in_reply_to=reply["buzz_id"])
        buzz = reader.ask("get_buzz", buzz_id=root["buzz_id"])["buzz"]
        self.assertEqual((buzz["author"], buzz["text"], buzz["posted"]), ("Bob", "hello @Gus #Tea https://x.org", root["posted"]))
        self.assertEqual([(one["kind"], one["begin"], one["end"], one["value"]) for one in buzz["entities"]],
                         [("mention", 6, 10, "gus"), ("topic", 11, 15, "tea"), ("link", 16, 29, "https://x.org")])

        def replies() -> List[str]:
            answer = reader.ask("get_thread", buzz_id=root["buzz_id"])
            return [one["id"] for one in answer["replies"]]

        self.wait_for(lambda: replies() == [reply["buzz_id"], deeper["buzz_id"]], "the replies are there")
        path = reader.ask("get_thread", buzz_id=deeper["buzz_id"])["path"]
        self.assertIn(reply["buzz_id"], [one["id"] for one in path])
        edited = bob.ask("edit", buzz_id=root["buzz_id"], text="bye")
        self.assertEqual((edited["buzz_id"], edited["version"]), (root["buzz_id"], 2))
        buzz = reader.ask("get_buzz", buzz_id=root["buzz_id"])["buzz"]
        self.assertEqual((buzz["text"], buzz["version"], buzz["entities"], "edited" in buzz), ("bye", 2, [], True))
        self.assertEqual(gus.refused("edit", buzz_id=root["buzz_id"], text="mine"), "not_yours")
        self.assertEqual(gus.refused("delete", buzz_id=root["buzz_id"]), "not_yours")
        self.assertEqual(bob.ask("delete", buzz_id=root["buzz_id"])["version"], 3)
        self.assertEqual(reader.refused("get_buzz", buzz_id="12345"), "unknown_buzz")
        self.assertEqual(bob.refused("post", text="re", in_reply_to="12345"), "unknown_buzz")
        self.assertEqual(bob.refused("edit", buzz_id=deeper["buzz_id"], text=" "), "text_empty")

    def test_a_repeated_key_does_nothing_new_and_another_wish_under_it_is_refused(self) -> None:
        register(self.connect(0), "Bob", "Gus")
        first = self.log_in(0, "Bob")
        answer = first.ask("post", text="once", key="k")
        again = self.log_in(2, "Bob").ask("post", text="once", key="k")
        self.assertEqual((again["buzz_id"], again["posted"]), (answer["buzz_id"], answer["posted"]))
        self.assertEqual(first.refused("post", text="another", key="k"), "key_reused")
        self.assertEqual(first.refused("post", text="x", key="old", key_created="2026-01-02T00:00:00.000Z"), "key_expired")
        self.assertEqual(first.refused("post", text="x", key="new", key_created="2099-01-02T00:00:00.000Z"), "key_from_the_future")
        self.assertEqual(first.ask("follow", name="Gus", key="f")["name"], "Gus")
        self.assertEqual(first.ask("follow", name="Gus", key="f")["name"], "Gus")
        self.assertEqual([one["text"] for one in first.ask("get_feed", feed=author("Bob"))["buzzes"]], ["once"])

    def test_following_and_who_follows_whom_in_pages(self) -> None:
        register(self.connect(0), "Bob", *[f"User{n}" for n in range(7)])
        bob = self.log_in(1, "Bob")
        for n in range(7):
            self.assertEqual(bob.ask("follow", name=f"user{n}")["type"], "followed")
        self.assertEqual(bob.refused("follow", name="bob"), "own_account")
        self.assertEqual(bob.refused("follow", name="Nobody"), "unknown_user")
        self.assertEqual(bob.ask("unfollow", name="User3")["type"], "unfollowed")
        expected = [f"User{n}" for n in (0, 1, 2, 4, 5, 6)]
        reader = self.connect(2)
        self.assertEqual(self.pages(reader, "get_followees", name="Bob", limit=4), expected)
        self.wait_for(lambda: self.pages(reader, "get_followers", name="user5", limit=1) == ["Bob"], "it is known there")
        self.assertEqual(self.pages(reader, "get_users", prefix="user", limit=3), [f"User{n}" for n in range(7)])
        self.assertEqual(self.pages(reader, "get_users", limit=2), ["Bob"] + [f"User{n}" for n in range(7)])
        self.wait_for(lambda: reader.ask("get_user", name="bob")["user"]["following"] == 6, "all are counted")
        self.assertEqual(reader.refused("get_user", name="Nobody"), "unknown_user")
        self.assertEqual(reader.refused("get_followers", name="Nobody"), "unknown_user")
        self.assertEqual(reader.refused("get_users", cursor="AAAA"), "bad_request")

    def pages(self, client: JsonClient, kind: str, **fields: object) -> List[str]:
        names: List[str] = []
        cursor: Message = {}
        while True:
            answer = client.ask(kind, **fields, **cursor)
            names += [user["name"] for user in answer["users"]]
            if "next" not in answer:
                return names
            cursor = {"cursor": answer["next"]}

    def test_a_feed_is_paged_both_ways(self) -> None:
        register(self.connect(0), "Bob")
        bob, reader = self.log_in(1, "Bob"), self.connect(2)
        texts = [f"n{n}" for n in range(25)]
        for text in texts:
            bob.ask("post", text=text)
        pages, cursor = [], {}
        while True:
            answer = reader.ask("get_feed", feed=author("Bob"), limit=10, **cursor)
            pages.append(answer)
            if "older" not in answer:
                break
            cursor = {"cursor": answer["older"]}
        backwards = [buzz["text"] for page in pages for buzz in page["buzzes"]]
        self.assertEqual(backwards, texts[::-1])
        for text in ("n25", "n26"):
            bob.ask("post", text=text)
        newer = reader.ask("get_feed", feed=author("Bob"), direction="newer", cursor=pages[0]["newer"])
        self.assertEqual([buzz["text"] for buzz in newer["buzzes"]], ["n25", "n26"])
        nothing = reader.ask("get_feed", feed=author("Bob"), direction="newer", cursor=newer["newer"])
        self.assertEqual(nothing["buzzes"], [])
        bob.ask("post", text="n27")
        later = reader.ask("get_feed", feed=author("Bob"), direction="newer", cursor=nothing["newer"])
        self.assertEqual([buzz["text"] for buzz in later["buzzes"]], ["n27"])
        back = reader.ask("get_feed", feed=author("Bob"), direction="older", cursor=later["older"], limit=2)
        self.assertEqual([buzz["text"] for buzz in back["buzzes"]], ["n26", "n25"])
        self.assertEqual(reader.ask("get_feed", feed=topic("nothing"))["buzzes"], [])
        self.assertEqual(reader.refused("get_feed", feed=author("Bob"), cursor="AAAA"), "bad_request")

    def test_every_kind_of_feed_is_told_live(self) -> None:
        register(self.connect(0), "Bob", "Gus", "Max")
        bob, gus = self.log_in(1, "Bob"), self.log_in(2, "Gus")
        root = bob.ask("post", text="root")["buzz_id"]
        gus.ask("follow", name="Bob")  # behind it: what was posted before is not told live
        feeds = [home("Gus"), author("Bob"), topic("Tea"), {"kind": "mentions", "of": "Max"},
                 {"kind": "thread", "of": root}]
        kinds = {}
        for feed in feeds:
            number = gus.ask("subscribe", feed=feed)["subscription"]
            kinds[number] = feed["kind"]
            self.assertEqual(gus.next_told()["type"], "mark")
        posted = bob.ask("post", text="@Max #tea", in_reply_to=root)["buzz_id"]
        told = [gus.next_told() for _ in feeds]
        self.assertEqual({kinds[one["subscription"]] for one in told}, set(kinds.values()))
        for one in told:
            self.assertEqual((one["entry"]["kind"], one["entry"]["buzz"]["id"]), ("posted", posted))
        bob.ask("delete", buzz_id=posted)
        for _ in feeds:
            entry = gus.next_told()["entry"]
            self.assertEqual((entry["kind"], entry["buzz"]["id"], entry["buzz"]["deleted"]), ("deleted", posted, True))
        gus.ask("unfollow", name="Bob")
        entry = gus.next_told()["entry"]
        self.assertEqual(entry, {"kind": "unfollowed", "follower": "Gus", "author": "Bob"})
        for number in kinds:
            self.assertEqual(gus.ask("unsubscribe", subscription=number)["subscription"], number)
            self.assertEqual(gus.refused("unsubscribe", subscription=number), "unknown_subscription")
        bob.ask("post", text="@Max #tea", in_reply_to=root)
        gus.ask("ping")
        self.assertEqual(gus.told, [])

    def test_buzz_that_is_edited_away_has_left_the_topic_and_lives_on_with_its_author(self) -> None:
        # The topic's feed said that it was deleted, in the version that the author's feed showed.
        register(self.connect(0), "Bob")
        bob, gus = self.log_in(1, "Bob"), self.connect(2)
        feeds = {}
        for feed in (topic("tea"), author("Bob")):
            feeds[gus.ask("subscribe", feed=feed)["subscription"]] = feed["kind"]
            self.assertEqual(gus.next_told()["type"], "mark")
        posted = bob.ask("post", text="a cup of #tea")["buzz_id"]
        for _ in feeds:
            self.assertEqual(gus.next_told()["entry"]["kind"], "posted")
        bob.ask("edit", buzz_id=posted, text="a cup of coffee")
        told = {}
        for _ in feeds:
            push = gus.next_told()
            told[feeds[push["subscription"]]] = push["entry"]
        self.assertEqual((told["author"]["kind"], told["author"]["buzz"]["text"]), ("edited", "a cup of coffee"))
        left = told["topic"]["buzz"]
        self.assertEqual((told["topic"]["kind"], left["id"], left["text"], left["version"]), ("left", posted, "", 2))
        self.assertNotIn("deleted", left)

    def test_thread_is_followed_by_its_root_alone(self) -> None:
        # One named by a reply was accepted, and never told anything.
        register(self.connect(0), "Bob")
        bob = self.log_in(1, "Bob")
        root = bob.ask("post", text="root")["buzz_id"]
        reply = bob.ask("post", text="reply", in_reply_to=root)["buzz_id"]
        bob.ask("subscribe", feed={"kind": "thread", "of": reply})
        ended = bob.next_told()
        self.assertEqual((ended["type"], ended["error"]["code"]), ("subscription_ended", "bad_request"))
        self.assertIn("`root`", ended["error"]["detail"])
        self.assertEqual(bob.ask("get_thread", buzz_id=reply)["path"][-1]["id"], reply)

    def test_follows_are_told_with_names_as_registered_and_only_when_something_changed(self) -> None:
        # A push named both in lower case.
        register(self.connect(0), "Bob", "Gus", "GuS2")
        gus = self.log_in(2, "gus")
        gus.ask("subscribe", feed=home("GUS"))
        self.assertEqual(gus.next_told()["type"], "mark")
        for name in ("BOB", "bob", "gUs2"):
            gus.ask("follow", name=name)
        gus.ask("unfollow", name="nobody")
        gus.ask("unfollow", name="gUS2")
        entries: List[Any] = []
        while len(entries) < 3:
            told = gus.next_told()
            if told["type"] == "push":
                entries.append(told["entry"])
        self.assertEqual(entries, [{"kind": kind, "follower": "Gus", "author": author} for kind, author in
                                   (("followed", "Bob"), ("followed", "GuS2"), ("unfollowed", "GuS2"))])

    def test_a_subscription_to_what_there_is_not_ends_with_the_reason(self) -> None:
        # Whatever it was, the client was told of too many subscriptions.
        register(self.connect(0), "Bob")
        reader, bob = self.connect(1), self.log_in(2, "Bob")
        buzz = int(bob.ask("post", text="one")["buzz_id"])
        for feed, reason in ((author("Nobody"), "unknown_user"),
                             ({"kind": "mentions", "of": "Nobody"}, "unknown_user"),
                             ({"kind": "thread", "of": str(buzz + 1)}, "unknown_buzz"),
                             (topic("two words"), "bad_request")):
            number = reader.ask("subscribe", feed=feed)["subscription"]
            told = reader.next_told()
            self.assertEqual((told["type"], told["subscription"], told["error"]["code"]),
                             ("subscription_ended", number, reason), feed)
        problem = reader.send_wrong('{"id":99,"type":"subscribe","feed":{"kind":"author","of":"a-b"}}')
        self.assertEqual(problem["code"], "invalid_name")

    def test_a_password_has_128_characters_at_most(self) -> None:
        # 129 to 512 bytes were let in by the text protocol.
        client = self.connect(0)
        longest = "\N{HONEYBEE}" * 128
        client.ask("register", name="Bob", password=longest)
        self.assertEqual(client.ask("login", name="Bob", password=longest)["user"]["name"], "Bob")
        problem = client.send_wrong('{"id":9,"type":"register","name":"Gus","password":"%s"}' % ("p" * 129))
        self.assertEqual(problem["code"], "invalid_password")

    def test_a_home_feed_is_its_owners_alone(self) -> None:
        register(self.connect(0), "Bob", "Gus")
        bob = self.log_in(1, "Bob")
        self.assertEqual(bob.ask("get_feed", feed=home("bOB"))["buzzes"], [])
        self.assertEqual(bob.refused("get_feed", feed=home("Gus")), "not_yours")
        self.assertEqual(bob.refused("subscribe", feed=home("Gus")), "not_yours")

    def test_a_message_that_is_not_understood_is_refused_and_the_connection_goes_on(self) -> None:
        client = self.connect(0)
        for text, code in (("", "bad_request"), ("{", "bad_request"), ("[]", "bad_request"), ("{}", "bad_request"),
                           ('{"id": 1}', "bad_request"), ('{"id": 0, "type": "ping"}', "bad_request"),
                           ('{"id": "1", "type": "ping"}', "bad_request"), ('{"id": 1.5, "type": "ping"}', "bad_request"),
                           ('{"id": 1, "type": "ping", "x": 1}', "bad_request"),
                           ('{"id": 1, "id": 2, "type": "ping"}', "bad_request"),
                           ('{"id": 1, "type": "nonsense"}', "unknown_type"),
                           ('{"id": 1, "type": "get_user"}', "bad_request"),
                           ('{"id": 1, "type": "get_users", "limit": 201}', "bad_request"),
                           ('{"id": 1, "type": "get_feed", "feed": {"kind": "x", "of": "y"}}', "bad_request"),
                           ('{"id": 1, "type": "get_buzz", "buzz_id": "-1"}', "bad_request"),
                           ('{"id": 1, "type": "get_users", "cursor": "!"}', "bad_request"),
                           ('{"id": 1, "type": "subscribe", "feed": {"kind": "author", "of": "x"}, "after": "A"}',
                            "bad_request")):
            problem = client.send_wrong(text)
            self.assertEqual(problem["code"], code, text)
            self.assertEqual(problem["type"], f"urn:buzzer:error:{code}")
            self.assertTrue(problem["definite"])
        self.assertEqual(client.ask("ping")["type"], "pong")

    def test_a_thirty_third_request_waits_until_one_is_answered(self) -> None:
        register(self.connect(0), "Bob", "Gus")  # at home at nodes 0 and 1
        client = self.log_in(0, "Bob")
        self.grid.freeze(1)
        numbers = [client.send("get_user", name="Gus") for _ in range(MOST_IN_FLIGHT)]
        behind = client.send("ping")
        began = time.monotonic()
        client.answer(behind)
        waited = time.monotonic() - began
        self.grid.thaw(1)
        for number in numbers:
            try:
                client.answer(number)
            except Exception as refused:  # noqa: B902
                self.assertEqual(getattr(refused, "code", str(refused)), "unavailable")
        self.assertGreater(waited, 0.2, "it was answered while all places were taken")
        self.assertEqual(client.ask("ping")["type"], "pong")

    def test_a_connection_has_at_most_a_hundred_subscriptions(self) -> None:
        client = self.connect(0)
        numbers = [client.ask("subscribe", feed=topic(f"t{n}"))["subscription"] for n in range(MOST_SUBSCRIPTIONS)]
        self.assertEqual(len(set(numbers)), MOST_SUBSCRIPTIONS)
        self.assertEqual(client.refused("subscribe", feed=topic("x")), "too_many_subscriptions")
        client.ask("unsubscribe", subscription=numbers[50])
        self.assertNotIn(client.ask("subscribe", feed=topic("x"))["subscription"], numbers)

    def test_the_largest_message_is_answered_and_a_larger_one_closes(self) -> None:
        client = self.connect(0)
        text = json.dumps({"id": 7, "type": "ping", "x": ""})
        largest = text.replace('""', '"' + "x" * (MESSAGE_BYTES - len(text)) + '"')
        self.assertEqual(client.send_wrong(largest)["code"], "bad_request")
        with self.assertRaises(Closed) as closed:
            client.socket.send(largest + " ")
            client.next_told()
        self.assertEqual(closed.exception.code, 1009)

    def test_a_node_that_stops_says_so(self) -> None:
        client = self.connect(1)
        node = self.grid.hand_over(1)
        node.begin_stop()
        with self.assertRaises(Closed) as closed:
            client.next_told()
        self.assertEqual(closed.exception.code, 4001)
        self.assertIsNone(node.finish_stop(), self.logs())


if __name__ == "__main__":
    unittest.main()
