"""What a shard holds and answers, as frozen dataclasses. Times are ms since 1970-01-01 UTC; 0 where there is none."""

from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import Tuple

from buzzer import _native
from buzzer.errors import ErrorCode


class EntityKind(IntEnum):
    UNSPECIFIED = 0
    MENTION = 1
    TOPIC = 2
    LINK = 3


class Visibility(IntEnum):
    UNSPECIFIED = 0
    PUBLIC = 1


class Direction(Enum):
    """Of a page: from the newest on back, or from the oldest on."""

    OLDER = "older"
    NEWER = "newer"


@dataclass(frozen=True)
class Entity:
    """A part of a text that means something: text[begin:end] of a str."""

    kind: EntityKind
    begin: int
    end: int
    # The name in lower case, the folded topic, the address.
    value: str


@dataclass(frozen=True, order=True)
class Place:
    """Where a buzz stands in its author's feed."""

    posted_ms: int
    id: int


@dataclass(frozen=True)
class Buzz:
    id: int
    author: str  # as registered
    text: str  # empty once deleted
    version: int  # 1, then one more with each edit; a delete is the last
    posted_ms: int
    edited_ms: int
    visibility: Visibility
    in_reply_to: int
    root: int
    entities: Tuple[Entity, ...]
    deleted: bool

    @property
    def place(self) -> Place:
        return Place(self.posted_ms, self.id)


@dataclass(frozen=True)
class Account:
    name: str  # as registered
    registered_ms: int
    buzzes: int  # not deleted


@dataclass(frozen=True)
class Reply:
    error: ErrorCode
    message: str  # of an error, for people
    id: int  # of the buzz posted, edited or deleted
    version: int  # of that buzz
    time_ms: int  # when it took effect, by the shard's clock

    @property
    def ok(self) -> bool:
        return self.error is ErrorCode.NONE

    @property
    def definite(self) -> bool:
        return self.error.definite


@dataclass(frozen=True)
class FeedPage:
    buzzes: Tuple[Buzz, ...]  # in the direction asked for
    more: bool  # whether there is anything beyond the last


@dataclass(frozen=True)
class UserPage:
    users: Tuple[Account, ...]  # ascending by name in lower case
    more: bool


def entity(raw: _native.Entity) -> Entity:
    return Entity(EntityKind(raw.kind), raw.begin, raw.end, raw.value)


def buzz(raw: _native.Buzz) -> Buzz:
    return Buzz(
        id=raw.id,
        author=raw.author,
        text=raw.text,
        version=raw.version,
        posted_ms=raw.posted_ms,
        edited_ms=raw.edited_ms,
        visibility=Visibility(raw.visibility),
        in_reply_to=raw.in_reply_to,
        root=raw.root,
        entities=tuple(map(entity, raw.entities)),
        deleted=raw.deleted,
    )


def account(raw: _native.Account) -> Account:
    return Account(name=raw.name, registered_ms=raw.registered_ms, buzzes=raw.buzzes)


def reply(raw: _native.Reply) -> Reply:
    return Reply(
        error=ErrorCode(raw.error), message=raw.message, id=raw.id, version=raw.version, time_ms=raw.time_ms
    )
