"""What a grid should show, said as simply as can be: every buzz there ever was, who follows whom, and what follows."""

from __future__ import annotations

import re
import threading
from collections import Counter
from dataclasses import dataclass, replace
from typing import Callable, Dict, Iterator, List, Optional, Set, Tuple

from tests.e2e import feeds
from tests.e2e.feeds import Shown

BACKFILL = 200
"""So many of an author's last buzzes come with a follow."""

Ask = Callable[[str], str]


@dataclass(frozen=True)
class Buzz:
    id: int
    author: str
    text: str
    reply_to: Optional[int]
    begun: float
    """When it was first asked for (time.monotonic())."""
    version: int = 1
    deleted: bool = False

    def shown(self) -> Shown:
        return Shown(self.id, self.version, self.author, self.reply_to, None if self.deleted else self.text)

    def mentions(self) -> Set[str]:
        return set() if self.deleted else {name.lower() for name in re.findall(r"@(\w+)", self.text)}

    def topics(self) -> Set[str]:
        return set() if self.deleted else {tag.casefold() for tag in re.findall(r"#(\w+)", self.text)}


class NaiveGrid:
    """Whoever executes commands says here what was answered. Any thread may."""

    def __init__(self, users: List[str]) -> None:
        self.users = users
        self.buzzes: Dict[int, Buzz] = {}
        self.follows: Dict[Tuple[str, str], float] = {}
        """(who, whom): when that was answered."""
        self.changed: Set[int] = set()
        """Buzzes that were posted, edited or deleted since somebody cleared this."""
        self._lock = threading.Lock()

    def posted(self, buzz: Buzz) -> None:
        with self._lock:
            if buzz.id in self.buzzes:
                raise AssertionError(f"two buzzes have the number {buzz.id}")
            self.buzzes[buzz.id] = buzz
            self.changed.add(buzz.id)

    def edited(self, buzz: int, text: str) -> None:
        with self._lock:
            old = self.buzzes[buzz]
            self.buzzes[buzz] = replace(old, text=text, version=old.version + 1)
            self.changed.add(buzz)

    def deleted(self, buzz: int) -> None:
        with self._lock:
            old = self.buzzes[buzz]
            self.buzzes[buzz] = replace(old, deleted=True, version=old.version + 1)
            self.changed.add(buzz)

    def followed(self, who: str, whom: str, answered: float) -> None:
        with self._lock:
            self.follows.setdefault((who, whom), answered)

    def unfollowed(self, who: str, whom: str) -> None:
        with self._lock:
            self.follows.pop((who, whom), None)

    def present(self) -> List[Buzz]:
        """Oldest first."""
        with self._lock:
            return [buzz for _, buzz in sorted(self.buzzes.items()) if not buzz.deleted]

    def differences(self, ask: Ask) -> Iterator[str]:
        """What a grid at rest, asked in this way, shows otherwise."""
        for user in self.users:
            yield from self._differences_of(user, ask)
        for topic in sorted({topic for buzz in self.buzzes.values() for topic in _topics_ever(buzz)}):
            shown = [buzz.shown() for buzz in self.present()[::-1] if topic in buzz.topics()]
            yield from _compare(f"topic {topic}", feeds.whole_feed(ask, f"topic {topic}"), shown)
        replies: Dict[int, List[Buzz]] = {}
        """Direct and indirect ones, oldest first."""
        for _, reply in sorted(self.buzzes.items()):
            for each in self._path(reply)[:-1]:
                replies.setdefault(each.id, []).append(reply)
        for buzz, below in replies.items():
            expected = [each.shown() for each in self._path(self.buzzes[buzz])], [each.shown() for each in below]
            yield from _compare(f"thread {buzz}", feeds.whole_thread(ask, buzz), expected)

    def newest_differences(self, ask: Ask, limit: int) -> Iterator[str]:
        """As `differences`, but of each user's own and home feed the newest so many entries alone, and no threads."""
        present = self.present()[::-1]
        for user in self.users:
            own = [feeds.Entry(buzz.id, buzz.version, buzz.text) for buzz in present if buzz.author == user]
            yield from _compare(f"author {user}", feeds.parse(ask(f"author {user} limit {limit}"))[0], own[:limit])
            yield from self._differences_in_follows(user, len(own), ask)
            found, more = feeds.page(ask(f"feed {user} limit {limit}"), "feed")
            oldest = found[-1].id if more else 0
            yield from self._differences_at_home(user, [buzz for buzz in present if buzz.id >= oldest], found)

    def _differences_of(self, user: str, ask: Ask) -> Iterator[str]:
        present = self.present()[::-1]
        own = [feeds.Entry(buzz.id, buzz.version, buzz.text) for buzz in present if buzz.author == user]
        yield from _compare(f"author {user}", feeds.whole(ask, user), own)
        mentions = [buzz.shown() for buzz in present if user.lower() in buzz.mentions()]
        yield from _compare(f"mentions {user}", feeds.whole_feed(ask, f"mentions {user}"), mentions)
        yield from self._differences_in_follows(user, len(own), ask)
        yield from self._differences_at_home(user, present, feeds.whole_feed(ask, f"feed {user}"))

    def _differences_in_follows(self, user: str, own: int, ask: Ask) -> Iterator[str]:
        followers = sorted((who for who, whom in self.follows if whom == user), key=str.lower)
        followees = sorted((whom for who, whom in self.follows if who == user), key=str.lower)
        yield from _compare(f"followers {user}", feeds.names(ask(f"followers {user}")), followers)
        yield from _compare(f"followees {user}", feeds.names(ask(f"followees {user}")), followees)
        counts = f"user {user} buzzes {own} followers {len(followers)} following {len(followees)}"
        yield from _compare(f"user {user}", ask(f"user {user}"), counts)

    def _differences_at_home(self, user: str, present: List[Buzz], found: List[Shown]) -> Iterator[str]:
        """Of authors with more than BACKFILL buzzes, those from before the follow may be there or not."""
        numbers = {entry.id for entry in found}
        ever = Counter(buzz.author for buzz in self.buzzes.values())
        expected = []
        for buzz in present:
            certain = buzz.author == user or user.lower() in buzz.mentions()
            followed = self.follows.get((user, buzz.author))
            if followed is not None:
                certain = certain or buzz.begun > followed or ever[buzz.author] <= BACKFILL or buzz.id in numbers
            if certain:
                expected.append(buzz.shown())
        yield from _compare(f"feed {user}", found, expected)

    def _path(self, buzz: Buzz) -> List[Buzz]:
        """From the root of its thread down to it."""
        path = [buzz]
        while path[0].reply_to is not None:
            path.insert(0, self.buzzes[path[0].reply_to])
        return path


def _topics_ever(buzz: Buzz) -> Set[str]:
    return replace(buzz, deleted=False).topics()


def _compare(what: str, found: object, expected: object) -> Iterator[str]:
    if found == expected:
        return
    if isinstance(found, list) and isinstance(expected, list):
        extra = [str(each) for each in found if each not in expected]
        missing = [str(each) for each in expected if each not in found]
        yield f"{what}: {len(found)} entries instead of {len(expected)}; not expected {extra[:3]}, missing {missing[:3]}"
    else:
        yield f"{what}: {str(found)[:500]}, expected was {str(expected)[:500]}"
