"""Holds JSON values against the document's schemas.

The part of JSON Schema (draft 07) that the document uses, and a refusal of everything else: a keyword that is not known
here is an error, never passed over. Stricter in one thing: an object may have no property that its schema does not name,
so that a server which sends more than the document says is noticed.
"""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any, Dict, List, Mapping

DOCUMENT = Path(__file__).resolve().parents[2] / "proto" / "v1" / "buzzer.v1.asyncapi.json"

# These say nothing about a value.
ANNOTATIONS = {"title", "description", "default", "examples"}
_LARGEST_ID = 2**53 - 1


def no_twins(pairs: List["tuple[str, Any]"]) -> Dict[str, Any]:
    """For json.loads: an object with a name that comes twice is refused."""
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twin = next(name for name in names if names.count(name) > 1)
        raise ValueError(f'"{twin}" comes twice')
    return found


def load_document(path: Path = DOCUMENT) -> Dict[str, Any]:
    document: Dict[str, Any] = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=no_twins)
    return document


class Validator:
    def __init__(self, document: Mapping[str, Any]) -> None:
        self._schemas: Mapping[str, Any] = document["components"]["schemas"]
        messages: Mapping[str, Any] = document["components"]["messages"]
        self._messages = {name: message["payload"] for name, message in messages.items()}
        self._requests = {
            reference["$ref"].rsplit("/", 1)[-1]
            for operation in document["operations"].values()
            if operation["action"] == "receive"
            for reference in operation["messages"]
        }

    def check_request(self, text: str) -> None:
        """Raises ValueError, saying what is wrong, if a client may not send this."""
        self._check_text(text, from_client=True)

    def check_from_server(self, text: str) -> None:
        """Raises ValueError, saying what is wrong, if the server may not send this."""
        self._check_text(text, from_client=False)

    def problems(self, schema: Any, value: Any, where: str = "") -> List[str]:
        """What is wrong with a value, each with its place; nothing if it is right."""
        found: List[str] = []
        name = where or "the message"
        for keyword, rule in schema.items():
            if keyword in ANNOTATIONS or keyword.startswith("x-"):
                continue
            check = getattr(self, "_check_" + keyword.lstrip("$").lower(), None)
            if check is None:
                raise ValueError(f'the schema of {name} has the keyword "{keyword}", which this validator does not know')
            found += check(rule, value, where, schema)
        return found

    def _check_text(self, text: str, from_client: bool) -> None:
        message = json.loads(text, object_pairs_hook=no_twins)
        kind = message.get("type") if isinstance(message, dict) else None
        if not isinstance(kind, str) or kind not in self._messages or (kind in self._requests) is not from_client:
            raise ValueError(f"no message of {'clients' if from_client else 'the server'}: {text[:200]}")
        found = self.problems(self._messages[kind], message)
        if found:
            raise ValueError(f"{'; '.join(found)}: {text[:1000]}")

    # One method for each keyword: what is wrong.

    def _check_ref(self, rule: str, value: Any, where: str, _: Any) -> List[str]:
        return self.problems(self._schemas[rule.rsplit("/", 1)[-1]], value, where)

    def _check_allof(self, rule: List[Any], value: Any, where: str, _: Any) -> List[str]:
        return [problem for schema in rule for problem in self.problems(schema, value, where)]

    def _check_oneof(self, rule: List[Any], value: Any, where: str, _: Any) -> List[str]:
        tried = [self.problems(schema, value, where) for schema in rule]
        if sum(not problems for problems in tried) == 1:
            return []
        # The one that was meant: of the right kind, or else with the least that is wrong.
        kind = _inside(where, "kind")
        closest = min(tried, key=lambda problems: (any(problem.startswith(kind) for problem in problems), len(problems)))
        return closest or [f"{where or 'the message'} fits more than one of its schemas"]

    def _check_type(self, rule: Any, value: Any, where: str, _: Any) -> List[str]:
        kinds = rule if isinstance(rule, list) else [rule]
        if any(_is(kind, value) for kind in kinds):
            return []
        return [f"{where or 'the message'} must be of type {' or '.join(kinds)}"]

    def _check_const(self, rule: Any, value: Any, where: str, _: Any) -> List[str]:
        return [] if value == rule and type(value) is type(rule) else [f"{where} must be {json.dumps(rule)}"]

    def _check_enum(self, rule: List[str], value: Any, where: str, _: Any) -> List[str]:
        return [] if value in rule else [f"{where} must be one of {', '.join(rule)}"]

    def _check_minimum(self, rule: float, value: Any, where: str, _: Any) -> List[str]:
        return [f"{where} must be at least {rule}"] if _is("number", value) and value < rule else []

    def _check_maximum(self, rule: float, value: Any, where: str, _: Any) -> List[str]:
        return [f"{where} must be at most {rule}"] if _is("number", value) and value > rule else []

    def _check_minlength(self, rule: int, value: Any, where: str, _: Any) -> List[str]:
        return [f"{where} must have at least {rule} characters"] if isinstance(value, str) and len(value) < rule else []

    def _check_maxlength(self, rule: int, value: Any, where: str, _: Any) -> List[str]:
        return [f"{where} must have at most {rule} characters"] if isinstance(value, str) and len(value) > rule else []

    def _check_pattern(self, rule: str, value: Any, where: str, _: Any) -> List[str]:
        # $ would let a newline pass at the end.
        fits = not isinstance(value, str) or re.search(re.sub(r"\$$", r"\\Z", rule), value)
        return [] if fits else [f"{where} must match {rule}"]

    def _check_format(self, rule: str, value: Any, where: str, _: Any) -> List[str]:
        if rule not in ("buzz-id", "date-time"):
            raise ValueError(f'the schema of {where} has the format "{rule}", which this validator does not know')
        if not isinstance(value, str):
            return []
        try:
            if rule == "buzz-id":
                return [] if 1 <= int(value) <= _LARGEST_ID else [f"{where} must be below 2^53"]
            datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%fZ")
            return []
        except ValueError:
            return [f"{where} is no {rule}"]

    def _check_items(self, rule: Any, value: Any, where: str, _: Any) -> List[str]:
        if not isinstance(value, list):
            return []
        return [problem for at, item in enumerate(value) for problem in self.problems(rule, item, f"{where}[{at}]")]

    def _check_maxitems(self, rule: int, value: Any, where: str, _: Any) -> List[str]:
        return [f"{where} must have at most {rule} items"] if isinstance(value, list) and len(value) > rule else []

    def _check_required(self, rule: List[str], value: Any, where: str, _: Any) -> List[str]:
        if not isinstance(value, dict):
            return []
        return [f"{_inside(where, name)} is missing" for name in rule if name not in value]

    def _check_properties(self, rule: Mapping[str, Any], value: Any, where: str, _: Any) -> List[str]:
        if not isinstance(value, dict):
            return []
        found = [f"{_inside(where, name)} is not known" for name in value if name not in rule]
        for name, schema in rule.items():
            if name in value:
                found += self.problems(schema, value[name], _inside(where, name))
        return found

    def _check_additionalproperties(self, rule: Any, _value: Any, where: str, _: Any) -> List[str]:
        if rule is not False:
            raise ValueError(f"the schema of {where} may only say false for additionalProperties")
        return []  # _check_properties is as strict

    def _check_dependencies(self, rule: Mapping[str, List[str]], value: Any, where: str, _: Any) -> List[str]:
        if not isinstance(value, dict):
            return []
        return [
            f"{_inside(where, name)} needs {_inside(where, other)}"
            for name, others in rule.items()
            for other in others
            if name in value and other not in value
        ]


def _inside(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _is(kind: str, value: Any) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    types: Dict[str, Any] = {
        "object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "null": type(None),
        "boolean": bool,
    }
    if kind not in types:
        raise ValueError(f'"{kind}" is no type that this validator knows')
    return isinstance(value, types[kind])
