"""Names for buzzes that do not change from run to run. Pure; docs/scenarios.md is its manual.

A buzz's id depends on the clock, so scripts see it as a label: the first id that an answer shows is `#1`, the next
new one `#2`. Labels stand where the control port has an id, never inside a text.
"""

from __future__ import annotations

import re
from typing import Dict, List, Match

_PLACES = (
    re.compile(r"(as [^ ]+ (?:with [^ ]+ )?(?:reply|edit|delete) )(#[^ ]*)"),
    re.compile(r"((?:author|feed|topic|mentions) [^ ]+ (?:before|after) )(#[^ ]*)"),
    re.compile(r"(thread )(#[^ ]*)"),
    re.compile(r"(thread [^ ]+ after )(#[^ ]*)"),
    re.compile(r"(trace )(#[^ ]*)"),
)
"""Where a command has an id."""
_LABEL = re.compile(r"#([1-9][0-9]{0,8})")

_DONE = re.compile(r"(posted |edited |deleted )([0-9]+)")
_TRACED = re.compile(r"(trace )([0-9]+)(/)")
_BROKEN = re.compile(r"([ ,])([0-9]+)( (?:missing|outdated|unknown|unindexed) at )")
"""In the answer to an audit."""
_TEXT = r'"(?:[^"\\]|\\.)*"'
_FEEDS = (
    ("author ", re.compile(rf"([0-9]+)(/[0-9]+ )()()({_TEXT})")),
    *(
        (word, re.compile(rf"([0-9]+)(/[0-9]+ @[^ ]+ )(?:(to )([0-9]+))?( ?(?:deleted|{_TEXT}))"))
        for word in ("feed ", "topic ", "mentions ", "thread ")
    ),
)
"""The entries of each feed: id, version and author, the id that is replied to, text."""
_UNKNOWN = re.compile(r"(error (?:unknown_buzz: no such buzz|not_yours: no buzz of yours): )([0-9]+)")


class LabelError(Exception):
    """A label that no answer has shown so far."""


class Labels:
    """Those of one script."""

    def __init__(self) -> None:
        self._ids: List[str] = []
        self._labels: Dict[str, str] = {}

    def to_ids(self, line: str) -> str:
        """A command as the node understands it. Raises LabelError."""
        for place in _PLACES:
            found = place.match(line)
            if found is not None:
                line = found[1] + self._id(found[2]) + line[found.end():]
        return line

    def to_labels(self, answer: str) -> str:
        """An answer as it is printed."""
        for word, entry in _FEEDS:
            if answer.startswith(word):
                return entry.sub(self._entry, answer)
        if answer.startswith("audit "):
            return _BROKEN.sub(lambda broken: broken[1] + self._label(broken[2]) + broken[3], answer)
        done = _DONE.match(answer) or _TRACED.match(answer)
        if done is not None and done.re is _TRACED:
            return done[1] + self._label(done[2]) + answer[done.end(2):]
        if done is not None:
            return done[1] + self._label(done[2]) + answer[done.end():]
        # This one repeats what the script said; an id that it said in digits stays as it was.
        return _UNKNOWN.sub(lambda error: error[1] + self._labels.get(error[2], error[2]), answer)

    def id_of(self, label: str) -> int:
        """Of a label, or of an id in digits, which is no label. Raises LabelError."""
        return int(label if label.isdecimal() else self._id(label))

    def label_of(self, buzz: int) -> str:
        return self._label(str(buzz))

    def _entry(self, entry: Match[str]) -> str:
        shown = self._label(entry[1]) + entry[2]
        if entry[4]:
            shown += entry[3] + self._label(entry[4])
        return shown + entry[5]

    def _id(self, label: str) -> str:
        number = _LABEL.fullmatch(label)
        if number is None or int(number[1]) > len(self._ids):
            shown = f"so far there is #1 to #{len(self._ids)}" if self._ids else "no answer has shown a buzz so far"
            raise LabelError(f"there is no buzz {label}: {shown}")
        return self._ids[int(number[1]) - 1]

    def _label(self, buzz: str) -> str:
        if buzz not in self._labels:
            self._ids.append(buzz)
            self._labels[buzz] = f"#{len(self._ids)}"
        return self._labels[buzz]
