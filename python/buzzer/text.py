"""What may stand in a buzz and what in it means something; names, topics, and where they are at home. All pure."""

from typing import Tuple, Union

from buzzer import _native, values
from buzzer.checks import utf8
from buzzer.errors import ErrorCode
from buzzer.values import Entity


def check_text(text: Union[str, bytes]) -> ErrorCode:
    """Why a text cannot be a buzz; ErrorCode.NONE: it can."""
    return ErrorCode(_native.check_text(utf8(text, "a text", or_bytes=True)))


def parse_entities(text: Union[str, bytes]) -> Tuple[Entity, ...]:
    """The mentions, topics and links, in order. ValueError for a text that cannot be a buzz."""
    return tuple(map(values.entity, _native.parse_entities(utf8(text, "a text", or_bytes=True))))


def is_name(name: str) -> bool:
    """Whether it is 1 to 30 of A-Z a-z 0-9 _."""
    return _native.is_name(utf8(name, "a name"))


def fold_topic(topic: str) -> str:
    """Topics that fold alike are the same topic."""
    return _native.fold_topic(utf8(topic, "a topic"))


def shard_of_user(name: str) -> int:
    """The home of a user, whatever the case of the name. ValueError if it is no name."""
    return _native.shard_of_user(utf8(name, "a name"))


def shard_of_topic(topic: str) -> int:
    """The home of a topic, which need not be folded."""
    return _native.shard_of_topic(utf8(topic, "a topic"))
