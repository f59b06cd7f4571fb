"""Users who do all that one can do, in random order, and tell a naive model what was answered."""

from __future__ import annotations

import random
import time
from typing import Dict, List, Optional, Set

from tests.e2e.clients import Addresses, Bot
from tests.e2e.naive_grid import Buzz, NaiveGrid

TOPICS = ("tea", "Rain", "news", "Zürich", "grid", "Straße", "x_1")
FEW = 8
"""Who has no more than so many buzzes deletes none."""
LONGEST_PAUSE_S = 0.02


class Deletions:
    """Which buzzes somebody wants deleted, and which are."""

    def __init__(self) -> None:
        self.wished: Set[int] = set()
        self.done: Set[int] = set()


class Person(Bot):
    """Acts for some users, one command after the other; what nobody else does for them."""

    def __init__(
        self, users: List[str], most_posts: int, grid: NaiveGrid, gone: Deletions, addresses: Addresses,
        dice: random.Random,
    ) -> None:
        """Each of them posts so many buzzes at most."""
        super().__init__("+".join(users), addresses, dice)
        self._users = users
        self._most_posts = most_posts
        self._grid = grid
        self._gone = gone
        self._dice = dice
        self._posts: Dict[str, List[int]] = {user: [] for user in users}
        """All their buzzes that are there, oldest first."""
        self._ever: Dict[str, int] = dict.fromkeys(users, 0)
        self._newest: Dict[str, int] = dict.fromkeys(users, 0)

    def act(self) -> None:
        user = self._dice.choice(self._users)
        doing = self._dice.choices(
            (self._post, self._reply, self._edit, self._delete, self._follow, self._unfollow),
            (30, 15, 15, 8, 20, 12),
        )[0]
        doing(user)
        self.pause(self._dice.uniform(0, LONGEST_PAUSE_S))

    def _text(self, user: str) -> str:
        words = [f"{user} {self.commands.known}"]
        if self._dice.random() < 0.3:
            name = self._dice.choice(self._grid.users)
            words.append("@" + self._dice.choice((name, name.lower(), name.upper())))
        if self._dice.random() < 0.3:
            topic = self._dice.choice(TOPICS)
            words.append("#" + self._dice.choice((topic, topic.upper())))
        self._dice.shuffle(words)
        return " ".join(words + ["x" * self._dice.randrange(200)]).strip()

    def _post(self, user: str) -> None:
        self._say(user, "post", None)

    def _reply(self, user: str) -> None:
        present = self._grid.present()
        if present:  # one of the newest, so that threads grow deep
            self._say(user, "reply", self._dice.choice(present[-30:]).id)

    def _say(self, user: str, word: str, reply_to: Optional[int]) -> None:
        if self._ever[user] >= self._most_posts:
            return
        text, begun = self._text(user), time.monotonic()
        was_gone = reply_to in self._gone.done
        answer = self.commands.execute(user, f"{word} {text}" if reply_to is None else f"{word} {reply_to} {text}")
        if reply_to in self._gone.wished and answer.startswith("error unknown_buzz"):
            return
        told, _, number = answer.partition(" ")
        least = max(self._newest[user], reply_to or 0)
        if told != "posted" or not number.isdigit() or int(number) <= least or was_gone:
            raise AssertionError(f"`{word} {reply_to}` after buzz {least} was answered with: {answer}")
        self._newest[user] = int(number)
        self._ever[user] += 1
        self._posts[user].append(int(number))
        self._grid.posted(Buzz(int(number), user, text, reply_to, begun))

    def _edit(self, user: str) -> None:
        if not self._posts[user]:
            return
        number, text = self._dice.choice(self._posts[user]), self._text(user)
        self._expect(user, f"edit {number} {text}", f"edited {number}/{self._grid.buzzes[number].version + 1}")
        self._grid.edited(number, text)

    def _delete(self, user: str) -> None:
        if len(self._posts[user]) <= FEW:
            return
        number = self._posts[user].pop(self._dice.randrange(len(self._posts[user])))
        self._gone.wished.add(number)
        self._expect(user, f"delete {number}", f"deleted {number}")
        self._gone.done.add(number)
        self._grid.deleted(number)

    def _follow(self, user: str) -> None:
        whom = self._another(user)
        self._expect(user, f"follow {whom}", f"followed {whom}")
        self._grid.followed(user, whom, time.monotonic())

    def _unfollow(self, user: str) -> None:
        whom = self._another(user)
        self._expect(user, f"unfollow {whom}", f"unfollowed {whom}")
        self._grid.unfollowed(user, whom)

    def _another(self, user: str) -> str:
        return self._dice.choice([other for other in self._grid.users if other != user])

    def _expect(self, user: str, wish: str, expected: str) -> None:
        answer = self.commands.execute(user, wish)
        if answer != expected:
            raise AssertionError(f"`as {user} {wish[:40]}` was answered with `{answer}`, expected was `{expected}`")
