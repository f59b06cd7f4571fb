"""What can go wrong with a command. The registry is proto/errors.h; importing this fails if the two differ."""

from enum import IntEnum
from typing import Dict, Sequence, Tuple

from buzzer import _native


class ErrorCode(IntEnum):
    """The codes, by the names that they have on the wire, in upper case."""

    NONE = 0
    BAD_REQUEST = 1
    INVALID_NAME = 2
    NAME_TAKEN = 3
    UNKNOWN_USER = 4
    UNKNOWN_BUZZ = 5
    NOT_YOURS = 6
    TEXT_EMPTY = 7
    TEXT_TOO_LONG = 8
    TEXT_INVALID = 9
    KEY_REUSED = 10
    KEY_FROM_THE_FUTURE = 11
    OWN_ACCOUNT = 12
    TOO_MANY_FOLLOWED = 13
    KEY_EXPIRED = 100
    UNAVAILABLE = 101
    UNAUTHORIZED = 200
    INVALID_CREDENTIALS = 201
    INVALID_PASSWORD = 202
    TOO_MANY_REQUESTS = 203
    TOO_MANY_SUBSCRIPTIONS = 204
    UNKNOWN_SUBSCRIPTION = 205
    MESSAGE_TOO_LARGE = 206
    UNKNOWN_TYPE = 207
    SESSION_ENDED = 208

    @property
    def definite(self) -> bool:
        """Whether the command did not happen and will not; otherwise it may have: repeat it with the same key."""
        return _DEFINITE[self]


def difference(registry: Sequence[Tuple[int, str, bool]]) -> str:
    """What a registry and ErrorCode do not have in common, for a person; empty: nothing."""
    theirs = {(number, name.upper()) for number, name, _ in registry}
    ours = {(code.value, code.name) for code in ErrorCode}
    missing = [f"{name} = {number} is missing" for number, name in sorted(theirs - ours)]
    unknown = [f"{name} = {number} is not there" for number, name in sorted(ours - theirs)]
    return ", ".join(missing + unknown)


if difference(_native.ERRORS):
    raise ImportError(f"python/buzzer/errors.py and proto/errors.h differ: {difference(_native.ERRORS)}")
_DEFINITE: Dict[int, bool] = {number: definite for number, _, definite in _native.ERRORS}
