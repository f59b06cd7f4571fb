"""Writers who stop at the first command that is not answered, and know what must be there and what may be."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass
from typing import Callable, List, Optional, Tuple

from master.control_client import ControlClient, ControlError
from tests.e2e import feeds
from tests.e2e.feeds import Entry
from tests.e2e.nodes import DEADLINE_S

Ask = Callable[[str], str]


@dataclass(frozen=True)
class Unanswered:
    """What the feed may have become, if the command has taken effect."""

    word: str
    text: str
    edited: int = 0
    deleted: int = 0


class Writer:
    """One user's posts, edits and deletes. The user must be registered; what it has is not forgotten from life to life."""

    def __init__(self, user: str, dice: random.Random) -> None:
        self.user = user
        self.unanswered: Optional[Unanswered] = None
        self.failure: Optional[str] = None
        self.answered: List[Tuple[str, str]] = []
        """All lines and their answers."""
        self._dice = dice
        self._keys = 0
        self._feed: List[Entry] = []
        """As acknowledged, oldest first."""

    def write_until_cut_off(self, client: ControlClient) -> threading.Thread:
        """In a thread of its own, which ends when the node does."""
        thread = threading.Thread(target=self._write, args=(client,), name=self.user)
        thread.start()
        return thread

    def find_out(self, ask: Ask) -> None:
        """What has become of the unanswered command, so that the next life can go on from there."""
        wrong = self.differences(ask)
        if wrong:
            raise AssertionError(wrong)
        self._feed = feeds.whole(ask, self.user)[::-1]
        self.unanswered = None

    def differences(self, ask: Ask) -> List[str]:
        """What is not as it was acknowledged. An answer `error ...` to a question raises ValueError."""
        found = feeds.whole(ask, self.user)[::-1]
        wrong = [] if found == self._feed or found == self._with_unanswered(found) else [self._told(found)]
        for line, answer in self.answered[-5:]:
            again = ask(line)
            if again != answer:
                wrong.append(f"`{line[:60]}`, answered with `{answer}`, is answered with `{again}` when it is repeated")
        return wrong

    def _told(self, found: List[Entry]) -> str:
        lost = [each for each in self._feed if each not in found]
        extra = [each for each in found if each not in self._feed]
        return (
            f"{self.user}: {len(found)} buzzes instead of {len(self._feed)}; lost {lost[:3]}, not acknowledged "
            f"{extra[:3]}; without an answer: {self.unanswered}"
        )

    def _with_unanswered(self, found: List[Entry]) -> List[Entry]:
        doing = self.unanswered
        if doing is None:
            return self._feed
        if doing.word == "post":
            newest = self._feed[-1].id if self._feed else 0
            return self._feed + [each for each in found[-1:] if each.id > newest and each == Entry(each.id, 1, doing.text)]
        changed = [Entry(each.id, each.version + 1, doing.text) if each.id == doing.edited else each for each in self._feed]
        return [each for each in changed if each.id != doing.deleted]

    def _write(self, client: ControlClient) -> None:
        try:
            while self.failure is None:
                self._act(client)
        except ControlError:
            pass  # the node has been killed; what was under way is kept in mind
        except Exception as error:  # whatever it was, the test must hear of it
            self.failure = f"{self.user}: {error!r}"
        finally:
            client.close()

    def _act(self, client: ControlClient) -> None:
        choice = self._dice.random()
        text = f"{self.user} {len(self.answered)} " + "x" * self._dice.randrange(400)
        at = self._dice.randrange(len(self._feed)) if self._feed else 0
        if not self._feed or choice < 0.7:
            self.unanswered = Unanswered("post", text)
            answer = self._execute(client, f"post {text}")
            self._feed.append(Entry(int(answer.split()[1]), 1, text))
        elif choice < 0.9:
            old = self._feed[at]
            self.unanswered = Unanswered("edit", text, edited=old.id)
            self._expect(self._execute(client, f"edit {old.id} {text}"), f"edited {old.id}/{old.version + 1}")
            self._feed[at] = Entry(old.id, old.version + 1, text)
        else:
            gone = self._feed[at].id
            self.unanswered = Unanswered("delete", "", deleted=gone)
            self._expect(self._execute(client, f"delete {gone}"), f"deleted {gone}")
            self._feed.pop(at)
        self.unanswered = None

    def _execute(self, client: ControlClient, wish: str) -> str:
        self._keys += 1
        line = f"as {self.user} with {self._keys} {wish}"
        answer = client.ask(line, time.monotonic() + DEADLINE_S)
        if answer.startswith("error"):
            raise AssertionError(f"`{wish[:40]}` was answered with `{answer}`")
        self.answered.append((line, answer))
        return answer

    def _expect(self, answer: str, expected: str) -> None:
        if answer != expected:
            raise AssertionError(f"the answer is `{answer}`, expected was `{expected}`")
