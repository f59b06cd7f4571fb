"""Authors' feeds as the control port tells them (docs/protocols/control-port.md)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Callable, List, Tuple

_ENTRY = re.compile(r'([0-9]+)/([0-9]+) "((?:[^"\\]|\\.)*)"')
_PAGE = 100


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
