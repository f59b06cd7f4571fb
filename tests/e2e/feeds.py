"""Feeds, threads and lists of names as the control port tells them (docs/protocols/control-port.md)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Callable, List, Optional, Tuple

_ENTRY = re.compile(r'([0-9]+)/([0-9]+) "((?:[^"\\]|\\.)*)"')
_SHOWN = re.compile(r'([0-9]+)/([0-9]+) @([A-Za-z0-9_]+) (?:to ([0-9]+) )?(?:deleted|"((?:[^"\\]|\\.)*)")')
_PAGE = 100
_MORE = " (more)"


@dataclass(frozen=True)
class Entry:
    id: int
    version: int
    text: str
    """With `\\n`, `\\"` and `\\\\` as the control port writes them."""


def parse(answer: str) -> Tuple[List[Entry], bool]:
    """The entries of one page, and whether there are more. Raises ValueError for anything else."""
    more = answer.endswith(" (more)")
    told = answer[:-len(" (more)")] if more else answer
    entries = [Entry(int(found[1]), int(found[2]), found[3]) for found in _ENTRY.finditer(told)]
    if told != "author " + ",".join(f'{each.id}/{each.version} "{each.text}"' for each in entries):
        raise ValueError(f"not an author's feed: {answer[:200]}")
    return entries, more


def whole(ask: Callable[[str], str], author: str) -> List[Entry]:
    """All of an author's feed, newest first, page by page."""
    entries, more = parse(ask(f"author {author} limit {_PAGE}"))
    while more:
        page, more = parse(ask(f"author {author} before {entries[-1].id} limit {_PAGE}"))
        entries += page
    return entries


@dataclass(frozen=True)
class Shown:
    """An entry of a feed of several authors, or of a thread."""

    id: int
    version: int
    author: str
    reply_to: Optional[int]
    text: Optional[str]
    """None if it was deleted."""

    def __str__(self) -> str:
        reply = "" if self.reply_to is None else f"to {self.reply_to} "
        return f"{self.id}/{self.version} @{self.author} {reply}" + ("deleted" if self.text is None else f'"{self.text}"')


def whole_feed(ask: Callable[[str], str], name: str) -> List[Shown]:
    """All of a feed (`feed bob`, `topic tea`, `mentions bob`), newest first, page by page."""
    entries, more = page(ask(f"{name} limit {_PAGE}"), name)
    while more:
        older, more = page(ask(f"{name} before {entries[-1].id} limit {_PAGE}"), name)
        entries += older
    return entries


def whole_thread(ask: Callable[[str], str], buzz: int) -> Tuple[List[Shown], List[Shown]]:
    """The way from the root down to the buzz, and all replies to it, oldest first."""
    path: List[Shown] = []
    replies: List[Shown] = []
    more = True
    while more:
        after = f" after {replies[-1].id}" if replies else ""
        told, more = _without_mark(ask(f"thread {buzz}{after} limit {_PAGE}"))
        before, _, behind = told[len("thread "):].partition(" | ")
        path, page = _entries(before), _entries(behind)
        if told != "thread " + _listed(path) + (" | " + _listed(page) if page else "") or (more and not page):
            raise ValueError(f"not a thread: {told[:200]}")
        replies += page
    return path, replies


def names(answer: str) -> List[str]:
    """Of `followers ...` or `followees ...`, which must be complete."""
    told = answer.partition(" ")[2]
    if answer.endswith(")") or answer.startswith("error"):
        raise ValueError(f"not all the names: {answer[:200]}")
    return told.split(",") if told else []


def page(answer: str, name: str) -> Tuple[List[Shown], bool]:
    """The entries of one page of a feed, and whether there are more. Raises ValueError for anything else."""
    told, more = _without_mark(answer)
    entries = _entries(told)
    if told != f"{name.split()[0]} {_listed(entries)}" or (more and not entries):
        raise ValueError(f"not a page of `{name}`: {answer[:200]}")
    return entries, more


def _without_mark(answer: str) -> Tuple[str, bool]:
    more = answer.endswith(_MORE)
    return (answer[:-len(_MORE)] if more else answer), more


def _entries(told: str) -> List[Shown]:
    return [
        Shown(int(found[1]), int(found[2]), found[3], int(found[4]) if found[4] else None, found[5])
        for found in _SHOWN.finditer(told)
    ]


def _listed(entries: List[Shown]) -> str:
    return ",".join(map(str, entries))
