"""Reads the document into the model. What a generator could not handle is refused here, with its place."""

import re
from typing import Any, Dict, List, Mapping, Tuple, Union

from scripts.generate.model import (
    Array, Boolean, BuzzId, Code, Const, Enum, Field, Flag, Integer, Message, Named, Number, OneOf, Protocol, Struct, Text,
    Time, Type, kind_values,
)
from scripts.generate.validator import Validator

_CLASS = re.compile(r"\^\[(?P<characters>[^\]\\^]+)\]\{(?P<least>\d+),(?P<most>\d+)\}\$")
# What Python, C++ or TypeScript would not take for the name of a field; `from` is put right in Python.
_FIELD = re.compile(r"[a-z][a-z0-9_]*")


class DocumentError(ValueError):
    pass


def _last(reference: str) -> str:
    return reference.rsplit("/", 1)[-1]


def pascal(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


class Reader:
    def __init__(self, document: Dict[str, Any]) -> None:
        self._document = document
        self._schemas: Dict[str, Any] = document["components"]["schemas"]
        self._enums: Dict[str, Enum] = {}
        self._texts: Dict[str, Text] = {}
        self._integers: Dict[str, Integer] = {}
        self._parts: Dict[str, Union[Struct, OneOf]] = {}
        self._codes = self._read_codes()

    def read(self) -> Protocol:
        validator = Validator(self._document)
        messages = self._read_messages(validator)
        used = {_last(reference) for reference in _references(self._document)}
        unused = set(self._schemas) - used
        if unused:
            raise DocumentError(f"schemas that nothing refers to: {', '.join(sorted(unused))}")
        descriptions = {name: schema.get("description", "") for name, schema in self._schemas.items()}
        for step in self._document["x-conversation"]:
            is_request = step["from"] == "client"
            name = step["payload"]["type"]
            message = next((one for one in messages if one.name == name and one.from_client == is_request), None)
            if message is None:
                raise DocumentError(f"the conversation has a {name} from the {step['from']}")
            self._check_example(validator, message, step["payload"])
        return Protocol(list(self._enums.values()), list(self._texts.values()), list(self._integers.values()),
                        list(self._parts.values()), messages, self._codes, descriptions, self._document)

    def _read_codes(self) -> List[Code]:
        schema = self._schemas["ErrorCode"]
        codes = [
            Code(one["code"], one["status"], one["definite"], one["title"], one["description"], one.get("fallback", False))
            for one in schema["x-codes"]
        ]
        if [code.name for code in codes] != schema["enum"]:
            raise DocumentError("ErrorCode: enum and x-codes differ")
        if sum(code.fallback for code in codes) != 1:
            raise DocumentError("ErrorCode: one code must be the fallback")
        return codes

    def _read_messages(self, validator: Validator) -> List[Message]:
        answers: Dict[str, str] = {}
        unasked: List[str] = []
        for operation in self._document["operations"].values():
            names = [_last(reference["$ref"]) for reference in operation["messages"]]
            if operation["action"] == "send":
                unasked += names
                continue
            replies = [_last(reference["$ref"]) for reference in operation["reply"]["messages"]]
            if len(names) != 1 or len(replies) != 2 or replies[1] != "error":
                raise DocumentError(f"operation {names}: a request has one answer, or error")
            answers[names[0]] = replies[0]
        messages = []
        known = {code.name for code in self._codes}
        for name, entry in self._document["components"]["messages"].items():
            is_answer = name in answers.values() or name == "error"
            if [name in answers, name in unasked, is_answer].count(True) != 1:
                raise DocumentError(f"message {name}: it must be a request, an answer or in a send operation")
            schema = self._schemas[_last(entry["payload"]["$ref"])]
            struct = self._struct(_last(entry["payload"]["$ref"]), {**schema, "description": entry["summary"]})
            if struct.field("type").type != Const(name) or entry["name"] != name:
                raise DocumentError(f"message {name}: its name and its type differ")
            errors = entry.get("x-errors", [])
            if set(errors) - known:
                raise DocumentError(f"message {name}: x-errors {set(errors) - known}")
            message = Message(name, entry["summary"], struct, entry["tags"][0]["name"], name in answers,
                              answers.get(name, ""), is_answer, errors,
                              [example["payload"] for example in entry["examples"]], entry.get("x-shared-from", ""))
            for example in message.examples:
                self._check_example(validator, message, example)
            messages.append(message)
        return messages

    def _check_example(self, validator: Validator, message: Message, example: Any) -> None:
        problems = validator.problems({"$ref": message.struct.name}, example)
        error = example.get("error")
        if not problems and error is not None:
            code = next(code for code in self._codes if code.name == error["code"])
            right = (f"urn:buzzer:error:{code.name}", code.title, code.status, code.definite)
            if (error["type"], error["title"], error["status"], error["definite"]) != right:
                problems = [f"the members of the error are not those of {code.name}: {right}"]
        if not problems and [name for name in example if name in _names(message.struct)] != [
            name for name in _names(message.struct) if name in example
        ]:
            problems = ["the fields are not in the order of the schema, in which they are sent"]
        if problems:
            raise DocumentError(f"example of {message.name}: {'; '.join(problems)}")

    def _struct(self, name: str, schema: Mapping[str, Any]) -> Struct:
        required = schema["required"]
        fields = []
        for field_name, written in schema["properties"].items():
            if not _FIELD.fullmatch(field_name):
                raise DocumentError(f"{name}.{field_name}: a field's name is lower case with underscores")
            whole, reference = self._resolve(written)
            kind = self._type(whole, reference, name + pascal(field_name))
            is_required = field_name in required
            description = written.get("description", "")
            fields.append(Field(field_name, kind, is_required, description, reference, whole.get("default")))
        if set(required) - set(schema["properties"]):
            raise DocumentError(f"{name}: required, but no property: {set(required) - set(schema['properties'])}")
        return Struct(name, schema["description"], fields, dict(schema.get("dependencies", {})))

    def _resolve(self, schema: Mapping[str, Any]) -> Tuple[Dict[str, Any], str]:
        """The schema that is referred to, with the description and default of whoever refers to it; and its name."""
        own = dict(schema)
        reference = own.pop("$ref", None)
        if "allOf" in own:
            if len(own["allOf"]) != 1:
                raise DocumentError("allOf is there to give a reference a description of its own, so it has one member")
            reference = own.pop("allOf")[0]["$ref"]
        if reference is None:
            return own, ""
        return {**self._schemas[_last(reference)], **own}, _last(reference)

    def _type(self, schema: Mapping[str, Any], reference: str, otherwise: str) -> Type:
        """`otherwise`: how a type is named that is not declared as a schema of its own."""
        if "oneOf" in schema or schema.get("type") == "object":
            if not reference:
                raise DocumentError(f"{otherwise}: an object within another needs a schema of its own")
            self._part(reference)
            return Named(reference)
        kind = schema["type"]
        if "const" in schema:
            return Flag() if kind == "boolean" else Const(schema["const"])
        if "enum" in schema:
            name = reference or otherwise
            return self._enums.setdefault(name, Enum(name, tuple(schema["enum"])))
        if kind in ("integer", ["integer", "null"]):
            integer = Integer(reference, schema["minimum"], schema["maximum"], kind != "integer")
            return self._integers.setdefault(reference, integer) if reference else integer
        if kind == "array":
            inner, inner_reference = self._resolve(schema["items"])
            return Array(self._type(inner, inner_reference, otherwise), schema["maxItems"])
        if kind == "string":
            return self._string(schema, reference, otherwise)
        simple: Dict[str, Type] = {"number": Number(), "boolean": Boolean()}
        if kind not in simple:
            raise DocumentError(f"{otherwise}: type {kind}")
        return simple[kind]

    def _string(self, schema: Mapping[str, Any], reference: str, otherwise: str) -> Type:
        if "format" in schema:
            formats: Dict[str, Type] = {"buzz-id": BuzzId(), "date-time": Time()}
            return formats[schema["format"]]
        refusals = schema.get("x-refusals", {})
        if "pattern" in schema:
            match = _CLASS.fullmatch(schema["pattern"])
            if match is None:
                raise DocumentError(f"{otherwise}: a pattern is ^[characters]{{least,most}}$, not {schema['pattern']}")
            wrong = refusals.get("pattern", "bad_request")
            text = Text(reference, int(match["least"]), int(match["most"]), match["characters"], wrong, wrong)
        else:
            text = Text(reference, schema.get("minLength", 0), schema["maxLength"], "",
                        refusals.get("minLength", "bad_request"), refusals.get("maxLength", "bad_request"))
        return self._texts.setdefault(reference, text) if reference else text

    def _part(self, name: str) -> Union[Struct, OneOf]:
        if name in self._parts:
            return self._parts[name]
        schema = self._schemas[name]
        part: Union[Struct, OneOf]
        if "oneOf" in schema:
            variants = [self._part(_last(one["$ref"])) for one in schema["oneOf"]]
            structs = [one for one in variants if isinstance(one, Struct)]
            kinds = [value for one in structs for value in kind_values(one)]
            if len(structs) != len(variants) or len(set(kinds)) != len(kinds):
                raise DocumentError(f"{name}: the variants are objects that differ in their field kind")
            part = OneOf(name, schema["description"], structs)
        else:
            part = self._struct(name, schema)
        return self._parts.setdefault(name, part)


def _names(struct: Struct) -> List[str]:
    return [field.name for field in struct.fields]


def _references(value: Any) -> List[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [one for inner in value.values() for one in _references(inner)]
    return [one for inner in value for one in _references(inner)] if isinstance(value, list) else []


def read_protocol(document: Dict[str, Any]) -> Protocol:
    return Reader(document).read()
