"""Wishes that change something. All are keyed: a key makes its command take effect once, however often it is sent.

A key is 1 to 64 bytes, chosen by whoever sends the command, and counts for one account; `key_created_ms` says when it
was made (ms since 1970), and must stay the same when the command is repeated.
"""

from dataclasses import dataclass
from typing import Union

from buzzer import _native
from buzzer.checks import INT64, UINT64, binary, utf8, whole


@dataclass(frozen=True)
class RegisterAccount:
    name: str


@dataclass(frozen=True)
class PostBuzz:
    # bytes: any at all, to see what becomes of a text that is not valid UTF-8
    text: Union[str, bytes]


@dataclass(frozen=True)
class EditBuzz:
    id: int
    text: Union[str, bytes]


@dataclass(frozen=True)
class DeleteBuzz:
    id: int


Body = Union[RegisterAccount, PostBuzz, EditBuzz, DeleteBuzz]


@dataclass(frozen=True)
class Command:
    # Who; for a registration the wanted name.
    account: str
    key: bytes
    key_created_ms: int
    body: Body


def register(name: str, *, key: bytes, key_created_ms: int) -> Command:
    return Command(name, key, key_created_ms, RegisterAccount(name))


def post(account: str, text: Union[str, bytes], *, key: bytes, key_created_ms: int) -> Command:
    return Command(account, key, key_created_ms, PostBuzz(text))


def edit(account: str, id: int, text: Union[str, bytes], *, key: bytes, key_created_ms: int) -> Command:
    return Command(account, key, key_created_ms, EditBuzz(id, text))


def delete(account: str, id: int, *, key: bytes, key_created_ms: int) -> Command:
    return Command(account, key, key_created_ms, DeleteBuzz(id))


def to_native(command: Command) -> _native.Command:
    """TypeError or ValueError if it is none that could be sent; whether it may be executed is for the rules to say."""
    if not isinstance(command, Command):
        raise TypeError(f"a command is a buzzer.Command, not {type(command).__name__}")
    account = utf8(command.account, "an account")
    key = binary(command.key, "a key")
    created = whole(command.key_created_ms, "key_created_ms", *INT64)
    body = command.body
    if isinstance(body, RegisterAccount):
        return _native.Command.register_account(account, key, created, utf8(body.name, "a name"))
    if isinstance(body, PostBuzz):
        return _native.Command.post_buzz(account, key, created, utf8(body.text, "a text", or_bytes=True))
    if isinstance(body, EditBuzz):
        id = whole(body.id, "an id", *UINT64)
        return _native.Command.edit_buzz(account, key, created, id, utf8(body.text, "a text", or_bytes=True))
    if isinstance(body, DeleteBuzz):
        return _native.Command.delete_buzz(account, key, created, whole(body.id, "an id", *UINT64))
    kinds = "RegisterAccount, PostBuzz, EditBuzz or DeleteBuzz"
    raise TypeError(f"a command's body is {kinds}, not {type(body).__name__}")
