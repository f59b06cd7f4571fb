"""scripts/generate: what is checked in is what the document says, and a document that cannot be is refused."""

import copy
import tempfile
import unittest
from pathlib import Path
from typing import Any, Callable, Dict

from scripts.generate import cpp_messages, page, python_types, typescript
from scripts.generate.__main__ import generated, stale
from scripts.generate.reading import DocumentError, read_protocol
from scripts.generate.validator import load_document


class GeneratedFilesTest(unittest.TestCase):
    def test_what_is_checked_in_is_what_the_document_says(self) -> None:
        self.assertEqual(stale(generated()), [], "mend it with: python3 -m scripts.generate")

    def test_a_changed_or_missing_file_is_noticed(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            files = {"same.h": "one\n", "changed.h": "one\n", "missing.h": "one\n"}
            Path(folder, "same.h").write_text("one\n")
            Path(folder, "changed.h").write_text("two\n")
            self.assertEqual(stale(files, Path(folder)), ["changed.h", "missing.h"])

    def test_a_change_of_the_document_reaches_every_language(self) -> None:
        document = load_document()
        schema = document["components"]["schemas"]["PostedAnswer"]
        schema["properties"]["mood"] = {"type": "string", "maxLength": 9, "description": "How it was meant."}
        protocol = read_protocol(document)
        for maker, name, expected in (
            (cpp_messages, "proto/v1/messages.h", "std::optional<std::string> mood;"),
            (cpp_messages, "proto/v1/messages.cc", 'R"(,"mood":)"'),
            (python_types, "python/buzzer/v1.py", "mood: Optional[str] = None"),
            (typescript, "web/src/protocol/v1.ts", "readonly mood?: string;"),
            (page, "docs/protocols/websocket.md", "| `mood` (optional) | string, 0 to 9 characters | How it was meant. |"),
        ):
            self.assertIn(expected, maker.files(protocol)[name], name)


class RefusedDocumentsTest(unittest.TestCase):
    def refused(self, change: Callable[[Dict[str, Any]], object], reason: str) -> None:
        document = copy.deepcopy(load_document())
        change(document)
        with self.assertRaisesRegex((DocumentError, ValueError), reason):
            read_protocol(document)

    def test_a_schema_that_nothing_refers_to(self) -> None:
        self.refused(lambda d: d["components"]["schemas"].update(Mood={"type": "string", "maxLength": 9}),
                     "schemas that nothing refers to: Mood")

    def test_a_message_that_nobody_sends(self) -> None:
        self.refused(lambda d: d["operations"].pop("ping"), "message ping: it must be a request, an answer")

    def test_a_message_whose_type_is_another(self) -> None:
        self.refused(lambda d: _properties(d, "PingRequest")["type"].update(const="pin"), "its name and its type differ")

    def test_an_example_that_breaks_its_schema(self) -> None:
        self.refused(lambda d: _example(d, "get_users").update(limit=201), "example of get_users: limit must be at most 200")

    def test_an_example_whose_error_has_the_members_of_another(self) -> None:
        self.refused(lambda d: _example(d, "error")["error"].update(status=500), "the members of the error are not those of")

    def test_an_example_in_another_order_than_it_is_sent(self) -> None:
        self.refused(lambda d: _example(d, "mark").update(type=_example(d, "mark").pop("type")), "order of the schema")

    def test_a_conversation_that_breaks_the_schemas(self) -> None:
        self.refused(lambda d: d["x-conversation"][1]["payload"].update(pasword="x"), "pasword is not known")

    def test_a_conversation_in_which_the_wrong_side_speaks(self) -> None:
        self.refused(lambda d: d["x-conversation"][0].update({"from": "client"}), "a welcome from the client")

    def test_an_error_that_is_not_registered(self) -> None:
        self.refused(lambda d: d["components"]["messages"]["post"]["x-errors"].append("too_sad"), "x-errors {'too_sad'}")

    def test_codes_that_are_not_those_of_the_enum(self) -> None:
        self.refused(lambda d: d["components"]["schemas"]["ErrorCode"]["enum"].pop(3), "enum and x-codes differ")

    def test_a_pattern_that_is_more_than_a_class_of_characters(self) -> None:
        self.refused(lambda d: d["components"]["schemas"]["Key"].update(pattern="^a+$"), "a pattern is")

    def test_an_object_without_a_schema_of_its_own(self) -> None:
        def change(document: Dict[str, Any]) -> None:
            _properties(document, "PingRequest")["inner"] = {"type": "object", "properties": {}, "required": []}

        self.refused(change, "PingRequestInner: an object within another needs a schema of its own")

    def test_variants_that_cannot_be_told_apart(self) -> None:
        self.refused(lambda d: _properties(d, "TopicFeed")["kind"].update(const="home"), "differ in their field kind")

    def test_a_required_field_that_is_no_property(self) -> None:
        self.refused(lambda d: d["components"]["schemas"]["User"]["required"].append("mood"), "no property: {'mood'}")


def _properties(document: Dict[str, Any], schema: str) -> Any:
    return document["components"]["schemas"][schema]["properties"]


def _example(document: Dict[str, Any], message: str) -> Any:
    return document["components"]["messages"][message]["examples"][0]["payload"]


if __name__ == "__main__":
    unittest.main()
