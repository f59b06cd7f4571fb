"""The lines of clients: `client <name> connect <node>`, `<name> <verb> ...`. Pure; docs/scenarios.md says more."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Dict, Tuple

from master.command import Command

BLANKS = " \t\r"
MOST_EVENTS = 10_000
"""What one line waits for, or posts."""

FEEDS = ("home", "author", "topic", "mentions", "thread")
"""The kinds of feeds. `home` alone need not say whose."""

_RESERVED = ("sleep", "settle", "exit", "heal", "partition", "cut", "wait", "reshard", "client", "each")

_FEED = "home [<user>] | author <user> | topic <topic> | mentions <user> | thread <buzz>"
_JSON = {
    "register": "<user> <password>", "login": "<user> <password>", "logout": "",
    "post": "<text>", "posts": "<count> <text>", "reply": "<buzz> <text>", "edit": "<buzz> <text>",
    "delete": "<buzz>", "follow": "<user>", "unfollow": "<user>", "feed": _FEED, "subscribe": _FEED,
    "events": "[<count>]", "skip": "<count>", "drop": "", "resume": "<node>", "stall": "", "unstall": "",
}
_TEXT = {
    "register": "<user> <password>", "login": "<user> <password>", "logout": "",
    "post": "<text>", "posts": "<count> <text>", "follow": "<user>", "unfollow": "<user>", "say": "<text>",
    "events": "[<count>]", "skip": "<count>", "drop": "", "stall": "", "unstall": "",
}
_ROOM = {
    "say": "<text>", "says": "<count> <text>", "finish": "", "events": "[<count>]", "skip": "<count>",
    "drop": "", "stall": "", "unstall": "",
}
_FORMS = {"json": _JSON, "text": _TEXT, "room": _ROOM}
"""What follows each verb, by protocol. A `<text>` is the rest of the line as it stands, anything else one word."""


class Malformed(Exception):
    """Its text is what was expected."""


@dataclass(frozen=True)
class ClientCommand(Command):
    client: str


@dataclass(frozen=True)
class Connect(ClientCommand):
    node: int
    protocol: str
    """`json`, `text` or `room`."""


@dataclass(frozen=True)
class Act(ClientCommand):
    verb: str
    words: Tuple[str, ...]
    """What follows the verb. Counts and nodes are numbers in range, feeds of a known kind."""

    @property
    def count(self) -> int:
        """Of `events` (0: none was given), `skip`, `posts` and `says`."""
        return int(self.words[0]) if self.words else 0


class ClientLines:
    """Those of one script: which names are clients, and what each speaks."""

    def __init__(self, most_nodes: int) -> None:
        self._most_nodes = most_nodes
        self._protocols: Dict[str, str] = {}

    def knows(self, name: str) -> bool:
        return name in self._protocols

    def connect(self, file: str, line: int, text: str) -> Connect:
        """`client <name> connect <node> [text|json|room]`. Raises Malformed."""
        form = "`client <name> connect <node> [text|json|room]`"
        words = split(text, 5)
        if len(words) not in (4, 5) or words[2] != "connect":
            raise Malformed(form)
        name, protocol = words[1], words[4] if len(words) == 5 else "json"
        if re.fullmatch("[a-z][a-z0-9_]{0,29}", name) is None or name in _RESERVED:
            raise Malformed(f"{form} with a name of a-z, 0-9 and _ that begins with a letter and is no command")
        if protocol not in _FORMS:
            raise Malformed(form)
        node = self._number(words[3], 0, self._most_nodes - 1, f"{form} with a node")
        self._protocols[name] = protocol
        return Connect(file, line, name, node, protocol)

    def act(self, file: str, line: int, text: str) -> Act:
        """`<name> <verb> ...` of a client that is known. Raises Malformed."""
        name, *rest = split(text, 2)
        verb, *rest = split(rest[0], 2) if rest else [""]
        forms = _FORMS[self._protocols[name]]
        if verb not in forms:
            known = ", ".join(forms)
            raise Malformed(f"`{name} <verb>`, where a client that speaks {self._protocols[name]} knows: {known}")
        form = f"`{name} {verb} {forms[verb]}".rstrip() + "`"
        words = self._words(forms[verb], rest[0] if rest else "", form)
        if words and forms[verb].startswith(("<count>", "[<count>]")):
            self._number(words[0], 1, MOST_EVENTS, f"{form} with a count")
        if words and forms[verb] == "<node>":
            self._number(words[0], 0, self._most_nodes - 1, f"{form} with a node")
        return Act(file, line, name, verb, tuple(words))

    def _words(self, wanted: str, given: str, form: str) -> Tuple[str, ...]:
        if wanted == _FEED:
            words = split(given, 2)
            if not words or words[0] not in FEEDS or len(words) < (1 if words[0] == "home" else 2):
                raise Malformed(form)
        else:
            parts = wanted.split()
            words = split(given, len(parts))
            if len(words) != len(parts) and not (wanted.startswith("[") and not words):
                raise Malformed(form)
        if words and not wanted.endswith("<text>") and len(split(words[-1], 2)) > 1:
            raise Malformed(form)
        return tuple(words)

    @staticmethod
    def _number(word: str, low: int, high: int, what: str) -> int:
        if re.fullmatch("[0-9]{1,9}", word) is None or not low <= int(word) <= high:
            raise Malformed(f"{what} from {low} to {high}")
        return int(word)


def split(text: str, most: int) -> Tuple[str, ...]:
    """At most so many words; the last is the rest of the text as it stands."""
    text = text.strip(BLANKS)
    # For re.split a maxsplit of 0 means: as many as there are.
    words = re.split(f"[{BLANKS}]+", text, maxsplit=most - 1) if most > 1 else [text]
    return tuple(word for word in words if word)
