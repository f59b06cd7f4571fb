"""The rules of one shard, as a model: what a node's shard does with a command, without node, disk, network or clock."""

from dataclasses import dataclass
from typing import Optional

from buzzer import _native, values
from buzzer.checks import INT64, UINT64, binary, utf8, whole
from buzzer.commands import Command, to_native
from buzzer.values import Account, Buzz, Direction, FeedPage, Place, Reply, UserPage


@dataclass(frozen=True)
class Decision:
    # What becomes durable, and what apply() takes: its bytes. Empty: nothing changes (a refusal, or a repetition).
    entry: bytes
    reply: Reply


class Kernel:
    """One shard in memory, empty at first, over the code that a node runs.

    The same commands at the same times give the same entries, byte for byte, and the same entries give the same state.
    Time is whatever `now_ms` says (ms since 1970-01-01 UTC, up to August 2094); the shard's own clock never goes back.
    It does not ask whether this shard is an account's home: `shard` only stands in the ids that it gives.

    A wrong value is a TypeError or a ValueError and changes nothing; what the rules refuse is a reply with an error.
    One thread at a time.
    """

    def __init__(self, shard: int = 0) -> None:
        self._shard = whole(shard, "a shard", 0, _native.SHARD_COUNT - 1)
        self._model = _native.Model(self._shard)

    @property
    def shard(self) -> int:
        return self._shard

    @property
    def clock_ms(self) -> int:
        """The shard's clock: the latest time that an entry has named."""
        return self._model.clock_ms()

    @property
    def last_id(self) -> int:
        """The last id given to a buzz; 0: none yet."""
        return self._model.last_id()

    def decide(self, command: Command, now_ms: int) -> Decision:
        """What the command would come to; changes nothing."""
        entry, reply = self._model.decide(to_native(command), _time(now_ms))
        return Decision(entry, values.reply(reply))

    def apply(self, entry: bytes) -> None:
        """Changes the state by an entry of decide(), here or in another Kernel of this shard; an empty one by nothing.

        ValueError, and the state stays, if it is not the next entry of this shard.
        """
        self._model.apply(binary(entry, "an entry"))

    def execute(self, command: Command, now_ms: int) -> Decision:
        """Decides, and applies what was decided."""
        entry, reply = self._model.execute(to_native(command), _time(now_ms))
        return Decision(entry, values.reply(reply))

    def account(self, name: str) -> Optional[Account]:
        """Whatever the case of the name."""
        found = self._model.account(utf8(name, "a name"))
        return values.account(found) if found is not None else None

    def buzz(self, id: int) -> Optional[Buzz]:
        """A deleted one too, without its text."""
        found = self._model.buzz(whole(id, "an id", *UINT64))
        return values.buzz(found) if found is not None else None

    def author_feed(
        self,
        author: str,
        beyond: Optional[Place] = None,
        direction: Direction = Direction.OLDER,
        limit: int = _native.MOST_PAGE_SIZE,
    ) -> FeedPage:
        """A page of what an author has posted and not deleted: from the newest on back (or from the oldest on), or what
        lies beyond a place, which is that of another page's last buzz. Nothing for an unknown author.
        """
        place = None
        if beyond is not None:
            place = whole(beyond.posted_ms, "posted_ms", *INT64), whole(beyond.id, "an id", *UINT64)
        newer = Direction(direction) is Direction.NEWER
        found, more = self._model.author_feed(utf8(author, "an author"), place, newer, _limit(limit))
        return FeedPage(tuple(map(values.buzz, found)), more)

    def users_by_prefix(self, prefix: str, after: str = "", limit: int = _native.MOST_PAGE_SIZE) -> UserPage:
        """A page of the users whose names begin so, whatever the case, after a name (of another page's last)."""
        found, more = self._model.users_by_prefix(utf8(prefix, "a prefix"), utf8(after, "a name"), _limit(limit))
        return UserPage(tuple(map(values.account, found)), more)


def _time(now_ms: int) -> int:
    return whole(now_ms, "now_ms", 0, _native.LATEST_MS)


def _limit(limit: int) -> int:
    return whole(limit, "a limit", 1, _native.MOST_PAGE_SIZE)
