"""buzzer.v1: the messages of buzzer.v1.json as dataclasses."""

import json
import unittest
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Dict, List

from buzzer import ErrorCode, v1

ROOT = Path(__file__).resolve().parents[3]
DOCUMENT = json.loads((ROOT / "proto" / "v1" / "buzzer.v1.asyncapi.json").read_text(encoding="utf-8"))
DEFAULTS = {"limit": 50, "direction": "older"}


def examples(name: str) -> List[Dict[str, Any]]:
    return [example["payload"] for example in DOCUMENT["components"]["messages"][name]["examples"]]


class MessagesTest(unittest.TestCase):
    def refused(self, reason: str, name: str, **changes: Any) -> None:
        message = {**examples(name)[0], **changes}
        for gone in [field for field, value in changes.items() if value is ...]:
            del message[gone]
        with self.assertRaisesRegex(ValueError, reason):
            v1.decode(json.dumps(message))

    def test_every_example_comes_back_as_it_was(self) -> None:
        self.assertEqual({*v1.REQUESTS, *v1.FROM_SERVER}, set(DOCUMENT["components"]["messages"]))
        for name in v1.FROM_SERVER:
            for example in examples(name):
                self.assertEqual(json.loads(v1.encode(v1.decode(json.dumps(example)))), example)
        for name in v1.REQUESTS:
            for example in examples(name):
                written = json.loads(v1.encode(v1.decode_request(json.dumps(example))))
                added = {field: value for field, value in DEFAULTS.items() if field in written}
                self.assertEqual(written, {**added, **example})

    def test_messages_have_types_and_values_of_python(self) -> None:
        push = v1.decode(json.dumps(examples("push")[0]))
        assert isinstance(push, v1.Push) and isinstance(push.entry, v1.BuzzEntry)
        self.assertEqual(push.entry.buzz.id, 61422797304896)
        self.assertEqual(push.entry.buzz.posted, datetime(2026, 6, 23, 13, 30, 0, 123000, tzinfo=timezone.utc))
        self.assertEqual([entity.value for entity in push.entry.buzz.entities], ["alice", "grid"])
        self.assertIs(push.entry.buzz.deleted, False)
        self.assertIsNone(push.entry.buzz.edited)
        followed = v1.decode(json.dumps(examples("push")[1]))
        assert isinstance(followed, v1.Push)
        self.assertEqual(followed.entry, v1.FollowEntry("followed", "alice", "bob"))

    def test_what_is_left_out_is_not_written(self) -> None:
        self.assertEqual(v1.encode(v1.PostRequest(id=1, text="é")), '{"id":1,"type":"post","text":"é"}')
        feed = v1.SubscribeRequest(id=2, feed=v1.ThreadFeed(of=42))
        self.assertEqual(json.loads(v1.encode(feed))["feed"], {"kind": "thread", "of": "42"})
        error = v1.ErrorAnswer(id=None, error=v1.Problem("t", "t", 400, "d", "bad_request", True))
        self.assertIn('"id":null', v1.encode(error))

    def test_times_are_sent_in_utc_whatever_their_zone(self) -> None:
        request = v1.FollowRequest(id=1, name="bob", key="k")
        moment = datetime(2026, 6, 23, 15, 30, 0, 123999, tzinfo=timezone(timedelta(hours=2)))
        written = json.loads(v1.encode(replace(request, key_created=moment)))
        self.assertEqual(written["key_created"], "2026-06-23T13:30:00.123Z")
        with self.assertRaisesRegex(ValueError, "does not say in which time zone"):
            v1.encode(replace(request, key_created=datetime(2026, 6, 23)))

    def test_what_is_unknown_is_passed_over(self) -> None:
        message = {**examples("user")[0], "mood": "good"}
        message["user"] = {**message["user"], "mood": {"deep": [1]}}
        self.assertEqual(v1.decode(json.dumps(message)), v1.decode(json.dumps(examples("user")[0])))

    def test_codes_that_are_not_known_yet_are_taken(self) -> None:
        error = {**examples("error")[0]["error"], "code": "too_sad"}
        answer = v1.decode(json.dumps({"id": 1, "type": "error", "error": error}))
        assert isinstance(answer, v1.ErrorAnswer)
        self.assertEqual(answer.error.code, "too_sad")

    def test_what_is_wrong_is_named_with_its_place(self) -> None:
        self.refused("posted.buzz_id is missing", "posted", buzz_id=...)
        self.refused("posted.buzz_id is no string of digits", "posted", buzz_id=42)
        self.refused("posted.buzz_id is no string of digits", "posted", buzz_id="4x")
        self.refused("posted.version is no int", "posted", version="1")
        self.refused("posted.version is no int", "posted", version=True)
        self.refused("posted.posted is no time", "posted", posted="yesterday")
        self.refused("posted.posted is no time", "posted", posted="2026-06-23T25:00:00.000Z")
        self.refused("users.users is no array", "users", users={})
        self.refused(r"users.users\[0\] is no object", "users", users=["al"])
        self.refused("push.entry has no known kind: 'liked'", "push", entry={"kind": "liked"})
        self.refused("gap.reload is not True", "gap", reload=False)
        self.refused("welcome.protocol is not 'buzzer.v1.json'", "welcome", protocol="buzzer.v2.json")

    def test_what_is_no_message_is_refused(self) -> None:
        for text in ("[]", "7", "{}", '{"type": 7}', '{"type": "hello"}', '{"type": "ping", "id": 1}'):
            with self.assertRaisesRegex(ValueError, "no known type of message"):
                v1.decode(text)
        with self.assertRaisesRegex(ValueError, "no known type of message"):
            v1.decode_request('{"type": "welcome"}')
        with self.assertRaises(ValueError):
            v1.decode("no JSON")

    def test_codes_are_those_of_the_registry(self) -> None:
        registry = {code.name.lower(): code.definite for code in ErrorCode if code is not ErrorCode.NONE}
        self.assertEqual(v1.CODES, {**registry, "unknown_error": False})


if __name__ == "__main__":
    unittest.main()
