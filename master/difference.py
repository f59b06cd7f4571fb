"""How an output differs from the one that was expected, in lines that a person can read. Pure."""

from __future__ import annotations

import difflib
import itertools
import os.path
import unicodedata
from typing import List, Optional

_LONGEST = 500
"""Characters of a line that are shown, around the place where it differs."""


def difference(expected: str, found: str) -> Optional[str]:
    """None if both are the same but for white space at the ends of the whole text; else a unified diff, and a line
    more when the first lines that differ look the same."""
    if expected.strip() == found.strip():
        return None
    wanted, given, remarks = [], [], []
    for number, (one, other) in enumerate(itertools.zip_longest(_lines(expected), _lines(found)), 1):
        place = first_difference(one or "", other or "")
        wanted += [_around(one, place)] if one is not None else []
        given += [_around(other, place)] if other is not None else []
        if one is not None and other is not None and one != other and look_alike(one, other):
            seen = f"expected {_around(one, place)!r}, found {_around(other, place)!r}"
            remarks.append(f"line {number} differs in what cannot be seen: {seen}")
    shown = list(difflib.unified_diff(wanted, given, "expected", "found", lineterm=""))
    return "\n".join(shown + remarks[:1])


def first_difference(one: str, other: str) -> int:
    return len(os.path.commonprefix([one, other]))


def look_alike(one: str, other: str) -> bool:
    """Whether they are the same but for white space and what is not printed."""
    return _seen(one) == _seen(other)


def visible(text: str) -> str:
    """With escapes such as `\\r` for what a terminal would obey, or not show. Tabs and newlines stay."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() or each in "\t\n" else _escaped(each) for each in text)


def _lines(text: str) -> List[str]:
    """Only a newline ends a line: what else looks like an end is part of an answer."""
    return text.strip().split("\n") if text.strip() else []


def _around(text: str, place: int) -> str:
    if len(text) <= _LONGEST:
        return text
    begin = max(0, min(place - _LONGEST // 4, len(text) - _LONGEST))
    return f"{'…' * (begin > 0)}{text[begin:begin + _LONGEST]}… ({len(text)} characters)"


def _seen(text: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFKC", text) if each.isprintable() and not each.isspace())


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
