"""A client of a script that speaks buzzer.v1.json: its lines carried out, answers and events as they are printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional, Tuple

from master.client_lines import Act
from master.labels import Labels

if TYPE_CHECKING:
    from buzzer import Told, v1


class JsonClient:
    def __init__(self, port: int, wait_s: float, labels: Labels) -> None:
        """Connects. `wait_s`: for an answer, for events, for the connection."""
        from buzzer import Client

        self._client = Client(port, timeout_s=wait_s)
        self._labels = labels
        self._subscriptions: List[int] = []
        self._told_of_end = False
        self._verbs: Dict[str, Callable[..., Optional[str]]] = {
            "register": self._register, "login": self._login, "logout": self._logout, "post": self._post,
            "posts": self._posts, "reply": self._reply, "edit": self._edit, "delete": self._delete,
            "follow": self._follow, "unfollow": self._unfollow, "feed": self._feed, "subscribe": self._subscribe,
            "events": self._events, "skip": self._skip, "drop": self.drop, "resume": self._resume,
            "stall": lambda: self._client.set_reading(False), "unstall": lambda: self._client.set_reading(True),
        }

    def act(self, command: Act, *port: int) -> Optional[str]:
        """What to print, if anything. `port`: for `resume`. Raises WebSocketClosed, ChainBroken, OSError, ValueError
        (and LabelError)."""
        from buzzer import RequestFailed

        try:
            return self._verbs[command.verb](*(port or command.words))
        except RequestFailed as error:
            return f"error {error.code}"

    def drop(self) -> None:
        self._client.drop()
        self._told_of_end = True

    # Lines ------------------------------------------------------------------------------------------------------------

    def _register(self, name: str, password: str) -> str:
        return f"registered {self._client.register(name, password).name}"

    def _login(self, name: str, password: str) -> str:
        return f"logged_in {self._client.login(name, password).user.name}"

    def _logout(self) -> str:
        self._client.logout()
        self._subscriptions.clear()
        return "logged_out"

    def _post(self, text: str) -> str:
        return f"posted {self._labels.label_of(self._client.post(text).buzz_id)}"

    def _posts(self, count: str, text: str) -> str:
        for number in range(1, int(count) + 1):
            self._client.post(f"{text} {number}")
        return f"posted {count}"

    def _reply(self, to: str, text: str) -> str:
        return f"posted {self._labels.label_of(self._client.post(text, self._labels.id_of(to)).buzz_id)}"

    def _edit(self, buzz: str, text: str) -> str:
        edited = self._client.edit(self._labels.id_of(buzz), text)
        return f"edited {self._labels.label_of(edited.buzz_id)}/{edited.version}"

    def _delete(self, buzz: str) -> str:
        return f"deleted {self._labels.label_of(self._client.delete(self._labels.id_of(buzz)).buzz_id)}"

    def _follow(self, name: str) -> str:
        self._client.follow(name)
        return f"followed {name}"

    def _unfollow(self, name: str) -> str:
        self._client.unfollow(name)
        return f"unfollowed {name}"

    def _feed(self, kind: str, of: str = "") -> str:
        from buzzer import v1

        feed = self._feed_of(kind, of)
        if isinstance(feed, v1.ThreadFeed):
            thread = self._client.get_thread(feed.of)
            shown = ["path " + self._buzzes(thread.path), "replies " + self._buzzes(thread.replies)]
            return "thread " + " | ".join(shown)
        return f"feed {self._buzzes(self._client.get_feed(feed).buzzes)}"

    def _subscribe(self, kind: str, of: str = "") -> str:
        self._subscriptions.append(self._client.subscribe(self._feed_of(kind, of)))
        return f"subscribed {kind} {of}".rstrip()

    def _resume(self, port: int) -> None:
        self._client.resume(port)
        self._told_of_end = False

    def _skip(self, count: str) -> str:
        """Raises TimeoutError if fewer come."""
        came = self._client.events(int(count))
        if len(came) != int(count):
            ended = self._client.closed
            raise TimeoutError(f"{len(came)} of {count} events came" + (f", then closed {ended.code}" if ended else ""))
        return f"skipped {count}"

    def _events(self, count: str = "0") -> str:
        return f"events {self._grouped(self._client.events(int(count)), int(count))}".rstrip()

    # What is printed --------------------------------------------------------------------------------------------------

    def _grouped(self, came: List[Told], count: int) -> str:
        """By subscription, since only within each there is an order; what is about the session last."""
        groups: Dict[int, List[str]] = {subscription: [] for subscription in self._subscriptions}
        for told in came:
            groups.setdefault(told.subscription, []).append(self._shown(told))
        if len(came) < count or count == 0:
            ended = self._client.closed
            if ended is not None and not self._told_of_end:
                self._told_of_end = True
                groups.setdefault(0, []).append(f"closed {ended.code}")
        last = groups.pop(0, None)
        parts = [",".join(group) for group in groups.values()]
        if last is not None:
            parts = [*parts, ",".join(last)] if any(parts) else [",".join(last)]
        return " | ".join(parts)

    def _shown(self, told: Told) -> str:
        from buzzer import v1

        what = told.what
        if isinstance(what, v1.BuzzEntry):
            return f"{what.kind} {self._buzz(what.buzz)}".rstrip()
        if isinstance(what, v1.FollowEntry):
            return f"{what.kind} {what.author}"
        if isinstance(what, v1.Gap):
            return "gap"
        if isinstance(what, v1.GridChanged):
            return "grid_changed"
        ended = "session_ended" if isinstance(what, v1.SessionEnded) else "subscription_ended"
        return f"{ended} {what.error.code}"

    def _buzzes(self, buzzes: Tuple[v1.Buzz, ...]) -> str:
        return ",".join(map(self._buzz, buzzes))

    def _buzz(self, buzz: v1.Buzz) -> str:
        """As the control port shows it."""
        shown = f"{self._labels.label_of(buzz.id)}/{buzz.version} @{buzz.author} "
        if buzz.in_reply_to is not None:
            shown += f"to {self._labels.label_of(buzz.in_reply_to)} "
        if not buzz.text and not buzz.deleted:
            return shown  # it has left a feed
        return shown + ("deleted" if buzz.deleted else quoted(buzz.text))

    def _feed_of(self, kind: str, of: str) -> Any:
        from buzzer import v1

        if kind == "topic":
            return v1.TopicFeed(of)
        if kind == "thread":
            return v1.ThreadFeed(self._labels.id_of(of))
        if kind == "author":
            return v1.UserFeed("author", of)
        if kind == "mentions":
            return v1.UserFeed("mentions", of)
        user = self._client.user
        return v1.UserFeed("home", of or (user.name if user is not None else "nobody"))


def quoted(text: str) -> str:
    """As the control port quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
