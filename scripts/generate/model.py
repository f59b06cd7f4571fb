"""What the document declares, in the terms of a generator: structs, their fields, messages."""

from dataclasses import dataclass, field
from typing import Any, Dict, List, Tuple, Union


@dataclass(frozen=True)
class Text:
    """A string with `least` to `most` characters, of the class `characters` (as in a regular expression) if there is one."""

    name: str  # of its schema; "": it has none of its own
    least: int
    most: int
    characters: str = ""
    too_short: str = "bad_request"  # codes of errors
    wrong: str = "bad_request"


@dataclass(frozen=True)
class BuzzId:
    """A decimal number in a string."""


@dataclass(frozen=True)
class Time:
    """ms since 1970, written as RFC 3339."""


@dataclass(frozen=True)
class Integer:
    name: str
    least: int
    most: int
    nullable: bool = False


@dataclass(frozen=True)
class Number:
    """Not negative."""


@dataclass(frozen=True)
class Boolean:
    pass


@dataclass(frozen=True)
class Flag:
    """true, or left out."""


@dataclass(frozen=True)
class Const:
    value: str


@dataclass(frozen=True)
class Enum:
    name: str
    values: Tuple[str, ...]


@dataclass(frozen=True)
class Array:
    item: "Type"
    most: int


@dataclass(frozen=True)
class Named:
    """A struct or a union."""

    name: str


Type = Union[Text, BuzzId, Time, Integer, Number, Boolean, Flag, Const, Enum, Array, Named]


@dataclass(frozen=True)
class Field:
    name: str
    type: Type
    required: bool
    description: str  # its own; "": that of its schema is all there is to say
    schema: str  # the name of the schema that it refers to; "": none
    default: Any = None


@dataclass(frozen=True)
class Struct:
    name: str
    description: str
    fields: List[Field]
    needs: Dict[str, List[str]] = field(default_factory=dict)  # field -> those that must be there with it

    def field(self, name: str) -> Field:
        return next(one for one in self.fields if one.name == name)


@dataclass(frozen=True)
class OneOf:
    """Structs that differ in their field `kind`."""

    name: str
    description: str
    variants: List[Struct]


@dataclass(frozen=True)
class Message:
    name: str
    summary: str
    struct: Struct
    tag: str
    from_client: bool
    answer: str  # of a request: the name of the message that answers it; else ""
    is_answer: bool
    errors: List[str]
    examples: List[Any]
    shared_from: str  # the first field of the part that is the same for all receivers; "": there is none


@dataclass(frozen=True)
class Code:
    """A kind of error."""

    name: str
    status: int
    definite: bool
    title: str
    description: str
    fallback: bool


@dataclass(frozen=True)
class Protocol:
    enums: List[Enum]
    texts: List[Text]  # those with a schema of their own
    integers: List[Integer]
    parts: List[Union[Struct, OneOf]]  # what messages are made of, each after what it is made of
    messages: List[Message]
    codes: List[Code]
    descriptions: Dict[str, str]  # of the schemas
    document: Dict[str, Any]

    @property
    def requests(self) -> List[Message]:
        return [message for message in self.messages if message.from_client]

    @property
    def from_server(self) -> List[Message]:
        return [message for message in self.messages if not message.from_client]


def kind_values(struct: Struct) -> Tuple[str, ...]:
    """The values of `kind` that tell this variant from the others of its union."""
    kind = struct.field("kind").type
    if isinstance(kind, Const):
        return (kind.value,)
    assert isinstance(kind, Enum), struct.name
    return kind.values
