import dataclasses
import unittest
from typing import Dict, Union

from buzzer import Direction, Entity, EntityKind, ErrorCode, Kernel, Place, Visibility, post, register
from tests.unit.python.caller import START_MS, Caller

HOUR_MS = 3_600_000


class KernelTest(unittest.TestCase):
    def setUp(self) -> None:
        self.kernel = Kernel(5)
        self.caller = Caller(self.kernel)
        self.assertTrue(self.caller.register("Alice").ok)

    def test_an_account_is_shown_as_registered_and_found_whatever_the_case(self) -> None:
        account = self.kernel.account("aLICE")
        assert account is not None
        self.assertEqual((account.name, account.registered_ms, account.buzzes), ("Alice", START_MS, 0))
        self.assertIsNone(self.kernel.account("bob"))
        self.assertIsNone(self.kernel.account("no name"))

    def test_a_name_is_given_once_whatever_the_case(self) -> None:
        reply = self.caller.register("ALICE")
        self.assertIs(reply.error, ErrorCode.NAME_TAKEN)
        self.assertTrue(reply.definite)
        self.assertIn("taken", reply.message)

    def test_a_post_is_read_back_with_all_that_it_means(self) -> None:
        reply = self.caller.post("alice", "\N{HONEYBEE} @Bob, #Größe!")
        self.assertEqual((reply.error, reply.version, reply.time_ms), (ErrorCode.NONE, 1, START_MS + 1))
        buzz = self.kernel.buzz(reply.id)
        assert buzz is not None
        self.assertEqual((buzz.id, buzz.author, buzz.text), (reply.id, "Alice", "\N{HONEYBEE} @Bob, #Größe!"))
        self.assertEqual((buzz.version, buzz.posted_ms, buzz.edited_ms), (1, START_MS + 1, 0))
        self.assertEqual((buzz.visibility, buzz.in_reply_to, buzz.root), (Visibility.PUBLIC, 0, 0))
        self.assertFalse(buzz.deleted)
        mention = Entity(EntityKind.MENTION, 2, 6, "bob")
        self.assertEqual(buzz.entities, (mention, Entity(EntityKind.TOPIC, 8, 14, "grösse")))
        self.assertEqual([buzz.text[found.begin : found.end] for found in buzz.entities], ["@Bob", "#Größe"])

    def test_an_id_names_its_shard(self) -> None:
        reply = self.caller.post("alice", "here")
        self.assertEqual(reply.id >> 6 & 63, self.kernel.shard)
        self.assertEqual(self.kernel.last_id, reply.id)

    def test_edits_and_a_delete_make_versions(self) -> None:
        id = self.caller.post("alice", "one").id
        self.assertEqual(self.caller.edit("alice", id, "two #now").version, 2)
        edited = self.kernel.buzz(id)
        assert edited is not None
        self.assertEqual((edited.text, edited.version, edited.edited_ms), ("two #now", 2, START_MS + 2))
        self.assertEqual([entity.value for entity in edited.entities], ["now"])
        self.assertEqual(self.caller.delete("alice", id).version, 3)
        deleted = self.kernel.buzz(id)
        assert deleted is not None
        self.assertEqual((deleted.deleted, deleted.text, deleted.entities, deleted.version), (True, "", (), 3))
        self.assertEqual(self.kernel.author_feed("alice").buzzes, ())
        self.assertIs(self.caller.edit("alice", id, "three").error, ErrorCode.UNKNOWN_BUZZ)

    def test_only_its_author_changes_a_buzz(self) -> None:
        id = self.caller.post("alice", "mine").id
        self.caller.register("bob")
        self.assertIs(self.caller.edit("bob", id, "yours").error, ErrorCode.NOT_YOURS)
        self.assertIs(self.caller.delete("bob", id).error, ErrorCode.NOT_YOURS)
        self.assertIs(self.caller.delete("carol", id).error, ErrorCode.UNKNOWN_USER)

    def test_texts_that_cannot_be_a_buzz_are_refused_and_change_nothing(self) -> None:
        texts: Dict[Union[str, bytes], ErrorCode] = {
            "": ErrorCode.TEXT_EMPTY,
            " \n": ErrorCode.TEXT_EMPTY,
            "a\tb": ErrorCode.TEXT_INVALID,
            b"\xff": ErrorCode.TEXT_INVALID,
            b"\xed\xa0\x80 is a lone surrogate": ErrorCode.TEXT_INVALID,
            "x" * 501: ErrorCode.TEXT_TOO_LONG,
            "\N{HONEYBEE}" * 501: ErrorCode.TEXT_TOO_LONG,
        }
        for text, error in texts.items():
            with self.subTest(text=text):
                self.assertIs(self.caller.post("alice", text).error, error)
                self.assertEqual(self.caller.entries[-1], b"")
        self.assertTrue(self.caller.post("alice", "\N{HONEYBEE}" * 500).ok)
        self.assertTrue(self.caller.post("alice", "as bytes \N{HONEYBEE}".encode()).ok)

    def test_to_decide_changes_nothing_until_it_is_applied(self) -> None:
        command = post("alice", "hello", key=b"k", key_created_ms=START_MS)
        decision = self.kernel.decide(command, START_MS + 7)
        self.assertTrue(decision.reply.ok)
        self.assertIsNone(self.kernel.buzz(decision.reply.id))
        self.assertEqual(self.kernel.decide(command, START_MS + 7), decision)
        self.kernel.apply(decision.entry)
        self.assertIsNotNone(self.kernel.buzz(decision.reply.id))
        self.assertEqual(self.kernel.clock_ms, START_MS + 7)

    def test_the_shards_clock_never_goes_back(self) -> None:
        self.caller.now_ms += 1000
        late = self.caller.post("alice", "late")
        self.caller.now_ms = START_MS
        early = self.caller.post("alice", "early")
        self.assertEqual(early.time_ms, late.time_ms)
        self.assertGreater(early.id, late.id)

    def test_values_are_frozen(self) -> None:
        self.caller.post("alice", "hello")
        page = self.kernel.author_feed("alice")
        with self.assertRaises(dataclasses.FrozenInstanceError):
            page.buzzes[0].text = "changed"  # type: ignore[misc]


class KeyTest(unittest.TestCase):
    def setUp(self) -> None:
        self.kernel = Kernel()
        self.caller = Caller(self.kernel)
        self.caller.register("alice")

    def test_a_repeated_command_takes_effect_once_and_is_answered_alike(self) -> None:
        command = post("alice", "once", key=b"k", key_created_ms=START_MS)
        first = self.caller.decision(command)
        self.caller.post("alice", "another")
        again = self.caller.decision(command)
        self.assertEqual(again.reply, first.reply)
        self.assertEqual(again.entry, b"")
        self.assertEqual(len(self.kernel.author_feed("alice").buzzes), 2)

    def test_a_key_serves_one_command(self) -> None:
        self.caller.send(post("alice", "one", key=b"k", key_created_ms=START_MS))
        reply = self.caller.send(post("alice", "two", key=b"k", key_created_ms=START_MS))
        self.assertIs(reply.error, ErrorCode.KEY_REUSED)

    def test_each_account_has_its_own_keys(self) -> None:
        self.caller.send(register("bob", key=b"k", key_created_ms=START_MS))
        self.assertTrue(self.caller.send(post("alice", "one", key=b"k", key_created_ms=START_MS)).ok)

    def test_what_became_of_an_old_key_is_indefinite(self) -> None:
        command = post("alice", "one", key=b"k", key_created_ms=START_MS)
        self.assertTrue(self.caller.send(command).ok)
        self.caller.now_ms = START_MS + 24 * HOUR_MS
        self.assertTrue(self.caller.send(command).ok)
        self.caller.now_ms += 1
        reply = self.caller.send(command)
        self.assertIs(reply.error, ErrorCode.KEY_EXPIRED)
        self.assertFalse(reply.definite)

    def test_a_key_from_the_future_is_refused_for_good(self) -> None:
        ahead = self.caller.now_ms + HOUR_MS + 1
        reply = self.caller.send(post("alice", "one", key=b"k", key_created_ms=ahead))
        self.assertIs(reply.error, ErrorCode.KEY_FROM_THE_FUTURE)
        self.assertTrue(reply.definite)

    def test_a_key_has_1_to_64_bytes(self) -> None:
        for size, ok in {0: False, 1: True, 64: True, 65: False}.items():
            reply = self.caller.send(post("alice", "hello", key=b"\0" * size, key_created_ms=START_MS))
            self.assertEqual(reply.ok, ok, size)


class PagesTest(unittest.TestCase):
    def setUp(self) -> None:
        self.kernel = Kernel()
        self.caller = Caller(self.kernel)
        for name in ("bob", "Bo", "bobby", "Alice"):
            self.caller.register(name)
        self.ids = [self.caller.post("bob", str(number)).id for number in range(7)]
        self.caller.post("bobby", "not bob's")

    def test_a_feed_is_paged_from_the_newest_on_back(self) -> None:
        first = self.kernel.author_feed("Bob", limit=4)
        self.assertEqual([buzz.id for buzz in first.buzzes], self.ids[:2:-1])
        self.assertTrue(first.more)
        rest = self.kernel.author_feed("Bob", beyond=first.buzzes[-1].place, limit=4)
        self.assertEqual([buzz.id for buzz in rest.buzzes], self.ids[2::-1])
        self.assertFalse(rest.more)

    def test_a_feed_is_paged_from_the_oldest_on(self) -> None:
        first = self.kernel.author_feed("bob", direction=Direction.NEWER, limit=3)
        self.assertEqual([buzz.id for buzz in first.buzzes], self.ids[:3])
        place = first.buzzes[-1].place
        rest = self.kernel.author_feed("bob", beyond=place, direction=Direction.NEWER, limit=4)
        self.assertEqual([buzz.id for buzz in rest.buzzes], self.ids[3:])
        self.assertFalse(rest.more)

    def test_a_place_need_not_be_that_of_a_buzz(self) -> None:
        ends = Place(0, 0), Place((1 << 63) - 1, (1 << 64) - 1), Place(-(1 << 63), 0)
        self.assertEqual([len(self.kernel.author_feed("bob", end).buzzes) for end in ends], [0, 7, 0])
        forward = [len(self.kernel.author_feed("bob", end, Direction.NEWER).buzzes) for end in ends]
        self.assertEqual(forward, [7, 0, 7])

    def test_nobody_has_no_feed(self) -> None:
        for name in ("carol", "no name", "", "x" * 31, "Zoë"):
            self.assertEqual(self.kernel.author_feed(name).buzzes, ())

    def test_users_are_found_by_prefix_whatever_the_case(self) -> None:
        page = self.kernel.users_by_prefix("BO", limit=2)
        self.assertEqual([user.name for user in page.users], ["Bo", "bob"])
        self.assertTrue(page.more)
        rest = self.kernel.users_by_prefix("BO", after="bob", limit=2)
        self.assertEqual([user.name for user in rest.users], ["bobby"])
        self.assertFalse(rest.more)
        self.assertEqual(len(self.kernel.users_by_prefix("").users), 4)
        self.assertEqual(self.kernel.users_by_prefix("no name").users, ())


if __name__ == "__main__":
    unittest.main()
