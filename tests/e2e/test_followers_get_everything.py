"""Whatever befalls the nodes, each buzz reaches every follower, topic, mention and thread once, in order, as it is now."""

import random
import time
import unittest
from typing import Dict, List, Optional, Set

from tests.e2e.clients import Addresses, Bot, assert_none_failed, seed, wait_for_progress
from tests.e2e.faults import ALL, CUT, FREEZE, ONE, ONE_WAY, STOP, Faults
from tests.e2e.naive_grid import Buzz, NaiveGrid
from tests.e2e.nodes import FULL, Nodes
from tests.e2e.support import GridTest

FAULTS = 130 if FULL else 13
KINDS = (ONE,) * 4 + (CUT,) * 3 + (FREEZE,) * 2 + (ONE_WAY,) * 2 + (ALL, STOP)
USERS = ("Bob", "Carl", "Gus", "Finn", "Max", "Ada", "Dora", "Eve", "Hugo", "Ida", "Jan", "Kim")
USERS_OF_ONE = 2
TOPICS = ("tea", "Rain", "news", "Zürich", "grid", "Straße", "x_1")
MOST_POSTS = 500 if FULL else 170
"""Of each user. Up to 200 a follower has all of them; beyond, at least what was posted after the follow."""
FEW = 8
"""Who has no more than so many buzzes deletes none."""
LONGEST_PAUSE_S = 0.02
OUTCOMES = 50
"""That must become known between two faults: service returns."""
SETTLE_MS = 60_000


class FollowersTest(GridTest):
    def test_every_feed_is_what_a_naive_model_says_after_kills_pauses_and_cuts(self) -> None:
        number = seed()
        dice = random.Random(number)
        told = f"BUZZER_TEST_SEED={number}"
        nodes = Nodes(self, 3).start_all()
        grid = NaiveGrid(list(USERS))
        self.register_all(nodes)
        addresses, gone = Addresses(nodes, self.folder), Deletions()
        bots = [
            Person(list(USERS[at:at + USERS_OF_ONE]), grid, gone, addresses, random.Random(dice.random()))
            for at in range(0, len(USERS), USERS_OF_ONE)
        ]
        self.addCleanup(lambda: [bot.leave() for bot in bots])
        faults = Faults(nodes, KINDS, dice, longest_s=1.2)
        for bot in bots:
            bot.start()
        for _ in range(FAULTS):
            wait_for_progress(self, bots, OUTCOMES, told)
            faults.strike()
        nodes.wait_whole()
        wait_for_progress(self, bots, OUTCOMES, told)
        for bot in bots:
            bot.leave()
        assert_none_failed(self, bots, told)
        self.assertEqual(nodes.ask(0, f"settle {SETTLE_MS}", SETTLE_MS / 1000 + 5), "settled", f"{told}\n{self.logs()}")
        self.check(nodes, grid, told)
        repeated = sum(bot.commands.repeated for bot in bots)
        self.assertGreater(repeated, 0, f"{told}: no fault has struck a command under way, so nothing was shown")
        if FULL:
            known = sum(bot.commands.known for bot in bots)
            print(f"{known} commands, {repeated} repetitions, {len(grid.buzzes)} buzzes, {FAULTS} faults, {told}")

    def register_all(self, nodes: Nodes) -> None:
        homes = []
        for user in USERS:
            self.assertEqual(nodes.ask(0, f"as {user} register"), f"registered {user}")
            homes.append(nodes.ask(0, f"home {user}").split()[1])
        for node in range(nodes.size):
            self.assertGreaterEqual(homes.count(str(node)), 3, f"users at home at node {node}")

    def check(self, nodes: Nodes, grid: NaiveGrid, told: str) -> None:
        for node in range(nodes.size):
            wrong = list(grid.differences(lambda line: nodes.ask(node, line)))
            self.assertEqual(wrong, [], f"{told}: asked at node {node}\n{self.logs()}")
            self.assertEqual(nodes.ask(node, "owed"), "owed nothing", told)
            self.assertEqual(nodes.log_lines(node, "anew"), [], f"{told}: no store has lost anything")


class Deletions:
    """Which buzzes somebody wants deleted, and which are."""

    def __init__(self) -> None:
        self.wished: Set[int] = set()
        self.done: Set[int] = set()


class Person(Bot):
    """Acts for some users, one command after the other; what nobody else does for them."""

    def __init__(
        self, users: List[str], grid: NaiveGrid, gone: Deletions, addresses: Addresses, dice: random.Random
    ) -> None:
        super().__init__("+".join(users), addresses, dice)
        self._users = users
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
            name = self._dice.choice(USERS)
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
        if self._ever[user] >= MOST_POSTS:
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
        return self._dice.choice([other for other in USERS if other != user])

    def _expect(self, user: str, wish: str, expected: str) -> None:
        answer = self.commands.execute(user, wish)
        if answer != expected:
            raise AssertionError(f"`as {user} {wish[:40]}` was answered with `{answer}`, expected was `{expected}`")


if __name__ == "__main__":
    unittest.main()
