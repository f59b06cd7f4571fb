"""scripts/generate/validator.py: each mistake in a message is found, for its own reason."""

import json
import unittest
from typing import Any

from scripts.generate.validator import Validator, load_document

DOCUMENT = load_document()
VALIDATOR = Validator(DOCUMENT)
USER = {"name": "al", "registered": "2026-06-01T08:00:00.000Z", "buzzes": 1, "followers": 0, "following": 0}


class MessagesTest(unittest.TestCase):
    def request_refused(self, reason: str, **fields: Any) -> None:
        with self.assertRaises(ValueError) as caught:
            VALIDATOR.check_request(json.dumps({"id": 1, **fields}))
        self.assertTrue(str(caught.exception).startswith(reason + ": {"), caught.exception)

    def answer_refused(self, reason: str, **fields: Any) -> None:
        with self.assertRaises(ValueError) as caught:
            VALIDATOR.check_from_server(json.dumps({"id": 1, **fields}))
        self.assertTrue(str(caught.exception).startswith(reason + ": {"), caught.exception)

    def test_every_example_passes_on_its_own_side_and_not_on_the_other(self) -> None:
        requests = {name for name, one in DOCUMENT["operations"].items() if one["action"] == "receive"}
        for name, message in DOCUMENT["components"]["messages"].items():
            for example in message["examples"]:
                text = json.dumps(example["payload"])
                right, wrong = VALIDATOR.check_request, VALIDATOR.check_from_server
                if name not in requests:
                    right, wrong = wrong, right
                right(text)
                with self.assertRaisesRegex(ValueError, "no message of"):
                    wrong(text)

    def test_what_is_missing_is_named(self) -> None:
        self.request_refused("text is missing", type="post")
        self.request_refused("feed.of is missing", type="subscribe", feed={"kind": "thread"})
        self.answer_refused("user.name is missing", type="user", user={k: v for k, v in USER.items() if k != "name"})

    def test_what_is_unknown_is_named_from_either_side(self) -> None:
        self.request_refused("txet is not known", type="post", text="x", txet="y")
        self.answer_refused("user.mood is not known", type="user", user={**USER, "mood": "good"})

    def test_wrong_types_are_named(self) -> None:
        self.request_refused("text must be of type string", type="post", text=7)
        self.request_refused("limit must be of type integer", type="get_users", limit=True)
        self.request_refused("limit must be of type integer", type="get_users", limit=1.5)
        self.answer_refused("users must be of type array", type="users", users={})
        self.answer_refused("users[1] must be of type object", type="users", users=[USER, None])
        self.answer_refused("partial must be of type boolean; partial must be true", type="users", users=[], partial=1)

    def test_values_out_of_their_limits_are_named(self) -> None:
        self.request_refused("limit must be at least 1", type="get_users", limit=0)
        self.request_refused("limit must be at most 200", type="get_users", limit=201)
        self.request_refused("text must have at least 1 characters", type="post", text="")
        self.request_refused("text must have at most 500 characters", type="post", text="é" * 501)
        self.request_refused("name must match ^[A-Za-z0-9_]{1,30}$", type="get_user", name="al\n")
        self.request_refused("direction must be one of older, newer", type="get_feed",
                             feed={"kind": "topic", "of": "a"}, direction="up")
        self.request_refused("buzz_id must be below 2^53", type="get_buzz", buzz_id=str(2**53))
        self.request_refused("key_created is no date-time", type="follow", name="al", key="k",
                             key_created="2026-02-30T00:00:00.000Z")
        self.answer_refused("users must have at most 200 items", type="users", users=[USER] * 201)
        self.answer_refused("partial must be true", type="users", users=[], partial=False)

    def test_a_variant_is_held_to_its_own_schema(self) -> None:
        self.request_refused("feed.kind must be one of home, author, mentions", type="get_feed",
                             feed={"kind": "thread", "of": "1"})
        self.request_refused("feed.of must be of type string", type="get_feed", feed={"kind": "topic", "of": 1})
        self.request_refused("feed.of must match ^[A-Za-z0-9_]{1,30}$", type="subscribe", feed={"kind": "home", "of": "a b"})

    def test_what_needs_something_else_says_so(self) -> None:
        self.request_refused("key_created needs key", type="post", text="x", key_created="2026-06-23T13:30:00.123Z")

    def test_names_that_come_twice_are_refused(self) -> None:
        with self.assertRaisesRegex(ValueError, '"id" comes twice'):
            VALIDATOR.check_request('{"id":1,"type":"ping","id":2}')

    def test_what_is_no_message_is_refused(self) -> None:
        for text in ("[]", "7", "{}", '{"type": 7}', '{"type": "hello"}'):
            with self.assertRaisesRegex(ValueError, "no message of clients"):
                VALIDATOR.check_request(text)


class SchemasTest(unittest.TestCase):
    """What the validator does not know it does not pass over."""

    def test_unknown_keywords_are_refused(self) -> None:
        for keyword in ("minItems", "uniqueItems", "not", "$dynamicRef"):
            with self.assertRaisesRegex(ValueError, "which this validator does not know"):
                VALIDATOR.problems({keyword: 1}, [])

    def test_unknown_formats_and_types_are_refused(self) -> None:
        with self.assertRaisesRegex(ValueError, 'format "email"'):
            VALIDATOR.problems({"format": "email"}, "a@b")
        with self.assertRaisesRegex(ValueError, '"decimal" is no type'):
            VALIDATOR.problems({"type": "decimal"}, 1)

    def test_open_objects_are_refused(self) -> None:
        with self.assertRaisesRegex(ValueError, "only say false"):
            VALIDATOR.problems({"additionalProperties": True}, {})

    def test_what_fits_two_variants_is_refused(self) -> None:
        self.assertEqual(VALIDATOR.problems({"oneOf": [{"type": "integer"}, {"minimum": 1}]}, 1, "x"),
                         ["x fits more than one of its schemas"])


if __name__ == "__main__":
    unittest.main()
