"""Turns the dataclasses of buzzer.v1 into JSON and back, by their type hints.

What is unknown in a message is passed over, as the protocol demands of clients; what is missing or of another type than
declared is a ValueError that names the place. Limits are not checked: the server does that.
"""

import json
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime, timezone
from enum import Enum
from functools import lru_cache
from typing import Annotated, Any, Dict, Literal, Mapping, Tuple, Union, get_args, get_origin, get_type_hints


class Wire(Enum):
    """How a value is written that JSON could write in another way."""

    DECIMAL = "decimal"  # an int as a string of digits


BuzzId = Annotated[int, Wire.DECIMAL]

# How dataclasses call fields whose names mean something else to Python.
_RENAMED = {"from_": "from"}


def to_json(message: Any) -> str:
    return json.dumps(_to_value(message), ensure_ascii=False, separators=(",", ":"))


def from_json(text: Union[str, bytes], types: Mapping[str, Any]) -> Any:
    """The message that it is, by its `type`."""
    value = json.loads(text)
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(kind, str) or kind not in types:
        raise ValueError(f"no known type of message: {kind!r}")
    return _from_value(types[kind], value, kind)


@lru_cache(maxsize=None)
def _fields(kind: Any) -> Tuple[Tuple[str, str, Any, bool], ...]:
    """Of each field: its name here, on the wire, its type, whether it must be there."""
    hints = get_type_hints(kind, include_extras=True)
    return tuple(
        (field.name, _RENAMED.get(field.name, field.name), hints[field.name], field.default is MISSING)
        for field in fields(kind)
    )


@lru_cache(maxsize=None)
def _constants(kind: Any) -> Mapping[str, Any]:
    """What each message of this kind has, such as its type."""
    constants: Mapping[str, Any] = getattr(kind, "CONSTANTS", {})
    return constants


def _to_value(value: Any, hint: Any = None) -> Any:
    if is_dataclass(value):
        written: Dict[str, Any] = {}
        made: Any = type(value)
        constants = _constants(made)
        for name, wire, kind, must in _fields(made):
            one = getattr(value, name)
            if must or (one is not None and one is not False):
                written[wire] = _to_value(one, kind)
        first = {"id": written.pop("id")} if "id" in written else {}
        return {**first, **constants, **written}
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"{value} does not say in which time zone")
        moment = value.astimezone(timezone.utc).replace(tzinfo=None)
        return moment.isoformat(timespec="milliseconds") + "Z"
    if isinstance(value, (list, tuple)):
        return [_to_value(one) for one in value]
    return str(value) if _is_decimal(hint) and value is not None else value


def _is_decimal(hint: Any) -> bool:
    if get_origin(hint) is Union:  # Optional
        return any(_is_decimal(one) for one in get_args(hint))
    return get_origin(hint) is Annotated and Wire.DECIMAL in get_args(hint)


def _from_value(hint: Any, value: Any, where: str) -> Any:
    origin = get_origin(hint)
    if hint is datetime:
        return _time(value, where)
    if origin is Annotated:
        if not isinstance(value, str) or not (value.isascii() and value.isdigit()):
            raise ValueError(f"{where} is no string of digits")
        return int(value)
    if origin is Literal:
        if value not in get_args(hint):
            raise ValueError(f"{where} is none of {', '.join(map(str, get_args(hint)))}")
        return value
    if origin is Union:
        return _from_union(get_args(hint), value, where)
    if origin is tuple:
        if not isinstance(value, list):
            raise ValueError(f"{where} is no array")
        return tuple(_from_value(get_args(hint)[0], one, f"{where}[{at}]") for at, one in enumerate(value))
    if is_dataclass(hint):
        return _from_object(hint, value, where)
    right = isinstance(value, hint) and (hint is bool or not isinstance(value, bool))
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not right:
        raise ValueError(f"{where} is no {hint.__name__}")
    return value


def _from_object(kind: Any, value: Any, where: str) -> Any:
    if not isinstance(value, dict):
        raise ValueError(f"{where} is no object")
    for name, constant in _constants(kind).items():
        if value.get(name) != constant:
            raise ValueError(f"{where}.{name} is not {constant!r}")
    taken = {}
    for name, wire, hint, must in _fields(kind):
        if wire in value:
            taken[name] = _from_value(hint, value[wire], f"{where}.{wire}")
        elif must:
            raise ValueError(f"{where}.{wire} is missing")
    return kind(**taken)


def _from_union(hints: Tuple[Any, ...], value: Any, where: str) -> Any:
    """Optional, or objects that differ in `kind`."""
    if value is None and type(None) in hints:
        return None
    hints = tuple(hint for hint in hints if hint is not type(None))
    if len(hints) == 1:
        return _from_value(hints[0], value, where)
    kind = value.get("kind") if isinstance(value, dict) else None
    for hint in hints:
        constant = _constants(hint).get("kind")
        values = [constant] if constant else get_args(get_type_hints(hint)["kind"])
        if kind in values:
            return _from_value(hint, value, where)
    raise ValueError(f"{where} has no known kind: {kind!r}")


def _time(value: Any, where: str) -> datetime:
    if isinstance(value, str) and value.endswith("Z"):
        try:
            return datetime.fromisoformat(value[:-1] + "+00:00")
        except ValueError:
            pass
    raise ValueError(f"{where} is no time")
