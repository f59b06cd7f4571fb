import unittest
from typing import List, Tuple, Union

import buzzer
from buzzer import EntityKind, ErrorCode, check_text, errors, fold_topic, is_name, parse_entities
from buzzer import shard_of_topic, shard_of_user

# As in tests/unit/grid/placement_test.cc: stores on disk hold what these say.
HOMES_OF_USERS = {"a": 41, "alice": 47, "bob": 39, "taeber": 36, "zz_9": 40}
HOMES_OF_TOPICS = {"go": 53, "été": 27, "東京": 27, "strasse": 44}


class TextTest(unittest.TestCase):
    def found(self, text: str) -> List[Tuple[str, str]]:
        return [(entity.kind.name, text[entity.begin : entity.end]) for entity in parse_entities(text)]

    def test_mentions_topics_and_links_are_found_by_code_points(self) -> None:
        text = "\N{HONEYBEE}\N{HONEYBEE} @Bob #Straße https://a.b/c#d."
        self.assertEqual(
            self.found(text), [("MENTION", "@Bob"), ("TOPIC", "#Straße"), ("LINK", "https://a.b/c#d")]
        )
        self.assertEqual([entity.value for entity in parse_entities(text)], ["bob", "strasse", "https://a.b/c#d"])
        self.assertIs(parse_entities("#go")[0].kind, EntityKind.TOPIC)

    def test_an_address_is_no_mention(self) -> None:
        self.assertEqual(self.found("me@example.org"), [])

    def test_what_cannot_be_a_buzz_has_no_entities(self) -> None:
        texts: List[Union[str, bytes]] = [b"\xff", "", "x" * 501]
        for text in texts:
            with self.assertRaisesRegex(ValueError, "not the text of a buzz: text_"):
                parse_entities(text)

    def test_the_reason_against_a_text_is_told(self) -> None:
        self.assertIs(check_text("hello\nworld"), ErrorCode.NONE)
        self.assertIs(check_text("\0"), ErrorCode.TEXT_INVALID)
        self.assertIs(check_text(b"\xc0\xaf"), ErrorCode.TEXT_INVALID)
        self.assertIs(check_text(" "), ErrorCode.TEXT_EMPTY)
        self.assertIs(check_text("x" * 501), ErrorCode.TEXT_TOO_LONG)

    def test_topics_fold_by_composition_and_case(self) -> None:
        self.assertEqual(fold_topic("ÉTÉ"), fold_topic("e\N{COMBINING ACUTE ACCENT}te\N{COMBINING ACUTE ACCENT}"))
        self.assertEqual(fold_topic("STRASSE"), fold_topic("straße"))

    def test_names_are_ascii(self) -> None:
        self.assertTrue(is_name("a" * 30))
        self.assertFalse(any(map(is_name, ["", "a" * 31, "a-b", "ä", "a\n"])))


class HomeTest(unittest.TestCase):
    def test_homes_are_the_checked_in_ones(self) -> None:
        self.assertEqual([shard_of_user(name) for name in HOMES_OF_USERS], list(HOMES_OF_USERS.values()))
        self.assertEqual([shard_of_topic(topic) for topic in HOMES_OF_TOPICS], list(HOMES_OF_TOPICS.values()))

    def test_a_home_does_not_depend_on_case(self) -> None:
        self.assertEqual(shard_of_user("ALICE"), shard_of_user("alice"))
        self.assertEqual(shard_of_topic("GRÖSSE"), shard_of_topic("größe"))

    def test_only_a_name_has_a_home(self) -> None:
        with self.assertRaisesRegex(ValueError, "a name is"):
            shard_of_user("no name")

    def test_homes_are_spread_over_all_shards(self) -> None:
        self.assertEqual({shard_of_user(f"user{n}") for n in range(2000)}, set(range(buzzer.SHARD_COUNT)))


class ErrorsTest(unittest.TestCase):
    def test_the_codes_are_those_of_the_registry(self) -> None:
        self.assertEqual(errors.difference(buzzer._native.ERRORS), "")
        self.assertEqual(len(buzzer._native.ERRORS), len(ErrorCode))

    def test_a_difference_from_the_registry_is_named(self) -> None:
        registry = [entry for entry in buzzer._native.ERRORS if entry[1] != "not_yours"] + [(7777, "too_loud", True)]
        self.assertEqual(errors.difference(registry), "TOO_LOUD = 7777 is missing, NOT_YOURS = 6 is not there")

    def test_only_what_may_have_happened_is_indefinite(self) -> None:
        indefinite = {code for code in ErrorCode if not code.definite}
        self.assertEqual(indefinite, {ErrorCode.KEY_EXPIRED, ErrorCode.UNAVAILABLE})


if __name__ == "__main__":
    unittest.main()
