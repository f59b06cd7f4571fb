"""What Buzzer's rules come to, written as plainly as can be: dicts and lists, no store, no bytes, no events."""

import re
import unicodedata
from typing import Dict, List, Tuple, Union

from buzzer import Buzz, Command, DeleteBuzz, EditBuzz, Entity, EntityKind, ErrorCode, PostBuzz, RegisterAccount
from buzzer import Visibility

EPOCH_MS = 1_767_225_600_000
HOUR_MS = 3_600_000

# (error, id, version, time_ms): a reply without its message.
Answer = Tuple[ErrorCode, int, int, int]

ENTITY = re.compile(
    r"""(?<!\w)(?: (?P<LINK> https?://[^\s<>"]*[^\s<>".,;:!?'()\[\]{}*])
                 | @(?P<MENTION> [A-Za-z0-9_]{1,30})(?![A-Za-z0-9_])
                 | \#(?P<TOPIC> \w+) )""",
    re.VERBOSE,
)


def entities(text: str) -> Tuple[Entity, ...]:
    """Right for texts without marks, which \\w does not take for a part of a word."""
    found = []
    for match in ENTITY.finditer(text):
        kind = EntityKind[match.lastgroup or ""]
        value = match[kind.name]
        if kind is EntityKind.MENTION:
            value = value.lower()
        elif kind is EntityKind.TOPIC:
            value = unicodedata.normalize("NFC", unicodedata.normalize("NFC", value).casefold())
        found.append(Entity(kind, match.start(), match.end(), value))
    return tuple(found)


def judge(text: Union[str, bytes]) -> ErrorCode:
    data = text if isinstance(text, bytes) else text.encode()
    if len(data) > 2000:
        return ErrorCode.TEXT_TOO_LONG
    try:
        points = data.decode()
    except UnicodeDecodeError:
        return ErrorCode.TEXT_INVALID
    if any(unicodedata.category(point) == "Cc" and point != "\n" for point in points):
        return ErrorCode.TEXT_INVALID
    if len(points) > 500:
        return ErrorCode.TEXT_TOO_LONG
    return ErrorCode.NONE if points.strip() else ErrorCode.TEXT_EMPTY


class Refused(Exception):
    def __init__(self, error: ErrorCode) -> None:
        super().__init__(error.name)
        self.error = error


class NaiveModel:
    def __init__(self, shard: int) -> None:
        self.shard = shard
        self.clock_ms = 0
        self.last_id = 0
        self.names: Dict[str, str] = {}  # as registered, by lower case
        self.registered: Dict[str, int] = {}
        self.buzzes: Dict[int, Buzz] = {}
        self.done: Dict[Tuple[str, bytes], Tuple[object, Answer]] = {}

    def execute(self, command: Command, now_ms: int) -> Tuple[Answer, bool]:
        """The answer, and whether anything changed."""
        clock_ms = max(now_ms, self.clock_ms)
        try:
            self._judge_frame(command, clock_ms)
            who = command.account.lower()
            if (who, command.key) in self.done:
                content, answer = self.done[who, command.key]
                if content != command.body:
                    raise Refused(ErrorCode.KEY_REUSED)
                return answer, False
            id, version = self._change(who, command, clock_ms)
        except Refused as refused:
            return (refused.error, 0, 0, 0), False
        self.clock_ms = clock_ms
        answer = (ErrorCode.NONE, id, version, clock_ms)
        self.done[who, command.key] = (command.body, answer)
        return answer, True

    def feed(self, author: str) -> List[Buzz]:
        """Newest first."""
        found = [buzz for buzz in self.buzzes.values() if buzz.author.lower() == author.lower() and not buzz.deleted]
        return sorted(found, key=lambda buzz: (buzz.posted_ms, buzz.id), reverse=True)

    def users(self, prefix: str) -> List[str]:
        return [self.names[name] for name in sorted(self.names) if name.startswith(prefix.lower())]

    def _judge_frame(self, command: Command, clock_ms: int) -> None:
        if not re.fullmatch("[A-Za-z0-9_]{1,30}", command.account):
            registers = isinstance(command.body, RegisterAccount)
            raise Refused(ErrorCode.INVALID_NAME if registers else ErrorCode.UNKNOWN_USER)
        if not 1 <= len(command.key) <= 64:
            raise Refused(ErrorCode.BAD_REQUEST)
        if command.key_created_ms < clock_ms - 24 * HOUR_MS:
            raise Refused(ErrorCode.KEY_EXPIRED)
        if command.key_created_ms > clock_ms + HOUR_MS:
            raise Refused(ErrorCode.KEY_FROM_THE_FUTURE)

    def _change(self, who: str, command: Command, clock_ms: int) -> Tuple[int, int]:
        body = command.body
        if isinstance(body, RegisterAccount):
            if body.name != command.account:
                raise Refused(ErrorCode.BAD_REQUEST)
            if who in self.names:
                raise Refused(ErrorCode.NAME_TAKEN)
            self.names[who] = body.name
            self.registered[who] = clock_ms
            return 0, 0
        if who not in self.names:
            raise Refused(ErrorCode.UNKNOWN_USER)
        if isinstance(body, PostBuzz):
            text = self._text(body.text)
            self.last_id = self._next_id(clock_ms)
            self.buzzes[self.last_id] = Buzz(
                id=self.last_id,
                author=self.names[who],
                text=text,
                version=1,
                posted_ms=clock_ms,
                edited_ms=0,
                visibility=Visibility.PUBLIC,
                in_reply_to=0,
                root=0,
                entities=entities(text),
                deleted=False,
            )
            return self.last_id, 1
        if body.id != 0 and (body.id >> 6) % 64 != self.shard:
            raise Refused(ErrorCode.NOT_YOURS)
        old = self.buzzes.get(body.id)
        if old is None or old.deleted:
            raise Refused(ErrorCode.UNKNOWN_BUZZ)
        if old.author.lower() != who:
            raise Refused(ErrorCode.NOT_YOURS)
        text = self._text(body.text) if isinstance(body, EditBuzz) else ""
        self.buzzes[body.id] = Buzz(
            id=old.id,
            author=old.author,
            text=text,
            version=old.version + 1,
            posted_ms=old.posted_ms,
            edited_ms=clock_ms,
            visibility=old.visibility,
            in_reply_to=0,
            root=0,
            entities=entities(text),
            deleted=isinstance(body, DeleteBuzz),
        )
        return body.id, old.version + 1

    def _text(self, text: Union[str, bytes]) -> str:
        error = judge(text)
        if error is not ErrorCode.NONE:
            raise Refused(error)
        return text if isinstance(text, str) else text.decode()

    def _next_id(self, clock_ms: int) -> int:
        """64 ids in a millisecond; then those of the next one."""
        first = max(clock_ms - EPOCH_MS, 0) << 12 | self.shard << 6
        if not self.last_id:
            return first
        full = self.last_id % 64 == 63
        after_last = ((self.last_id >> 12) + 1) << 12 | self.shard << 6 if full else self.last_id + 1
        return max(first, after_last)
