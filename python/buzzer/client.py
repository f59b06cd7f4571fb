"""A client of a node, in the protocol buzzer.v1.json: docs/protocols/websocket.md.

    with Client(8080) as alice:
        alice.register("alice", "secret")
        alice.login("alice", "secret")
        feed = alice.subscribe(UserFeed("home", "alice"))
        alice.post("hello #grid")
        (told,) = alice.events(1)
        alice.resume(8081)  # another node; nothing is missed
"""

import time
from collections import deque
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Deque, Dict, List, Optional, Type, TypeVar, Union, cast

from buzzer import v1
from buzzer.websocket import WebSocket, WebSocketClosed

PROTOCOL = "buzzer.v1.json"

What = Union[v1.BuzzEntry, v1.FollowEntry, v1.Gap, v1.SubscriptionEnded, v1.GridChanged, v1.SessionEnded]
_Answer = TypeVar("_Answer")


class RequestFailed(Exception):
    """The node refused a request, or could not carry it out."""

    def __init__(self, problem: v1.Problem) -> None:
        super().__init__(f"{problem.code}: {problem.detail}")
        self.problem = problem

    @property
    def code(self) -> str:
        return self.problem.code

    @property
    def definite(self) -> bool:
        """Whether it did not happen and will not; otherwise repeat it with the same key to find out."""
        return self.problem.definite


class ChainBroken(Exception):
    """A push or mark does not continue the last position: something was lost on the way, which must never be."""


@dataclass(frozen=True)
class Told:
    """What a node told unasked."""

    what: What
    # As subscribe() returned it; 0: it is about the session.
    subscription: int = 0


@dataclass
class _Subscription:
    feed: Optional[v1.Feed]  # None: of the grid
    number: int = 0  # on the present connection; 0: on none
    position: Optional[str] = None  # the last that was told


class Client:
    """One user's device: a connection that can be lost and made again, here or at another node.

    Subscriptions live on over connections: each keeps the last position it was told, and resume() goes on behind it.
    Each push and mark must name the position before it as the last one told; otherwise whatever call reads it raises
    ChainBroken. Requests raise RequestFailed when they are refused, WebSocketClosed when the connection has ended, and
    TimeoutError after `timeout_s`. One thread at a time.
    """

    def __init__(
        self, port: int, *, host: str = "127.0.0.1", timeout_s: float = 10.0, most_bytes: int = 16 << 20
    ) -> None:
        """Connects. `most_bytes`: as WebSocket has it. ConnectionError if there is no such node."""
        self._host = host
        self._timeout_s = timeout_s
        self._most_bytes = most_bytes
        self._last_id = 0
        self._subscriptions: Dict[int, _Subscription] = {}  # by what subscribe() returned
        self._told: Deque[Told] = deque()
        self._user: Optional[v1.User] = None
        self._token: Optional[str] = None
        self._connect(port)

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.drop()

    # The connection ---------------------------------------------------------------------------------------------------

    @property
    def welcome(self) -> v1.Welcome:
        """What the node said first."""
        return self._welcome

    @property
    def user(self) -> Optional[v1.User]:
        """Who is logged in, as of then."""
        return self._user

    @property
    def closed(self) -> Optional[WebSocketClosed]:
        """How the connection has ended, once everything that came before has been read."""
        return self._socket.closed

    def set_reading(self, on: bool) -> None:
        """While off, nothing is read from the node, which finds this client slow; requests then go unanswered."""
        self._socket.set_reading(on)

    def drop(self) -> None:
        """Ends the connection as if the cable were cut. Who is logged in and what is subscribed to stay known."""
        self._socket.drop()

    def resume(self, port: int) -> None:
        """Connects anew, logs in with the token, and makes each subscription again behind the last position told.

        What events() has not returned yet stays. After a RequestFailed here it may be called again.
        """
        self._read_what_came()
        self._socket.drop()
        self._connect(port)
        for each in self._subscriptions.values():
            each.number = 0
        if self._token is not None:
            self.authenticate(self._token)
        for each in list(self._subscriptions.values()):
            self._open(each)

    # Requests ---------------------------------------------------------------------------------------------------------

    def request(self, kind: Type[Any], answer: Type[_Answer], **fields: Any) -> _Answer:
        """Sends a request of v1, which is given its id, and waits for its answer."""
        self._last_id += 1
        self._socket.send(v1.encode(kind(id=self._last_id, **fields)), self._timeout_s)
        return self._await(self._last_id, answer)

    def register(self, name: str, password: str, **key: Any) -> v1.User:
        """`key` and `key_created`, here and below: as the protocol has them, to repeat what may have happened."""
        return self.request(v1.RegisterRequest, v1.RegisteredAnswer, name=name, password=password, **key).user

    def login(self, name: str, password: str) -> v1.LoggedInAnswer:
        return self._logged_in(self.request(v1.LoginRequest, v1.LoggedInAnswer, name=name, password=password))

    def authenticate(self, token: str) -> v1.LoggedInAnswer:
        """Logs in with the token of an earlier login."""
        return self._logged_in(self.request(v1.AuthenticateRequest, v1.LoggedInAnswer, token=token), token)

    def logout(self) -> None:
        """Revokes the token and ends all subscriptions."""
        self.request(v1.LogoutRequest, v1.LoggedOutAnswer)
        self._user = self._token = None
        self._subscriptions.clear()

    def post(self, text: str, in_reply_to: Optional[int] = None, **key: Any) -> v1.PostedAnswer:
        return self.request(v1.PostRequest, v1.PostedAnswer, text=text, in_reply_to=in_reply_to, **key)

    def edit(self, buzz_id: int, text: str, **key: Any) -> v1.EditedAnswer:
        return self.request(v1.EditRequest, v1.EditedAnswer, buzz_id=buzz_id, text=text, **key)

    def delete(self, buzz_id: int, **key: Any) -> v1.DeletedAnswer:
        return self.request(v1.DeleteRequest, v1.DeletedAnswer, buzz_id=buzz_id, **key)

    def follow(self, name: str, **key: Any) -> None:
        self.request(v1.FollowRequest, v1.FollowedAnswer, name=name, **key)

    def unfollow(self, name: str, **key: Any) -> None:
        self.request(v1.UnfollowRequest, v1.UnfollowedAnswer, name=name, **key)

    def get_user(self, name: str) -> v1.User:
        return self.request(v1.GetUserRequest, v1.UserAnswer, name=name).user

    def get_buzz(self, buzz_id: int) -> v1.Buzz:
        return self.request(v1.GetBuzzRequest, v1.BuzzAnswer, buzz_id=buzz_id).buzz

    def get_feed(self, feed: v1.PagedFeed, **paging: Any) -> v1.FeedAnswer:
        """`cursor`, `direction` and `limit`: as the protocol has them."""
        return self.request(v1.GetFeedRequest, v1.FeedAnswer, feed=feed, **paging)

    def get_thread(self, buzz_id: int, **paging: Any) -> v1.ThreadAnswer:
        return self.request(v1.GetThreadRequest, v1.ThreadAnswer, buzz_id=buzz_id, **paging)

    def get_grid(self) -> v1.Grid:
        return self.request(v1.GetGridRequest, v1.GridAnswer).grid

    def ping(self) -> v1.PongAnswer:
        return self.request(v1.PingRequest, v1.PongAnswer)

    # Subscriptions ----------------------------------------------------------------------------------------------------

    def subscribe(self, feed: v1.Feed, after: Optional[str] = None) -> int:
        """Follows a feed from now on, or from behind a position. A number for it, which outlives connections.

        Waits until the node has said from where: what becomes of the feed after this call is told. Behind a position
        it does not wait.
        """
        subscription = _Subscription(feed, position=after)
        own = max(self._subscriptions, default=0) + 1
        self._subscriptions[own] = subscription
        try:
            self._open(subscription)
            deadline = time.monotonic() + self._timeout_s
            while subscription.position is None and own in self._subscriptions:
                self._take(self._receive(deadline, "the beginning of a subscription"))
        except BaseException:
            self._subscriptions.pop(own, None)
            raise
        return own

    def subscribe_grid(self) -> int:
        """Follows the state of the grid: the present one, and each further one, as GridChanged."""
        own = max(self._subscriptions, default=0) + 1
        self._subscriptions[own] = _Subscription(None)
        try:
            self._open(self._subscriptions[own])
        except BaseException:
            self._subscriptions.pop(own, None)
            raise
        return own

    def unsubscribe(self, subscription: int) -> None:
        """What had come of it before is still returned by events()."""
        number = self._subscriptions[subscription].number
        self.request(v1.UnsubscribeRequest, v1.UnsubscribedAnswer, subscription=number)
        del self._subscriptions[subscription]

    def position(self, subscription: int) -> Optional[str]:
        """The last that was told of it: what came up to there has been returned by events(), or will be."""
        return self._subscriptions[subscription].position

    def events(self, count: int = 0, timeout_s: Optional[float] = None) -> List[Told]:
        """What the node has told unasked, in order: waits until it is `count`, or the time is over (None: that of
        requests), or the connection has ended; returns all that has come by then, but no more than `count` if that is
        not 0."""
        deadline = time.monotonic() + (self._timeout_s if timeout_s is None else timeout_s)
        try:
            while len(self._told) < count:
                self._take(self._receive(deadline, "events"))
            if count == 0:
                self._read_what_came()
        except (TimeoutError, WebSocketClosed):
            pass
        return [self._told.popleft() for _ in range(min(count or len(self._told), len(self._told)))]

    # What comes -------------------------------------------------------------------------------------------------------

    def _connect(self, port: int) -> None:
        self._socket = WebSocket(
            port, host=self._host, subprotocols=[PROTOCOL], timeout_s=self._timeout_s, most_bytes=self._most_bytes
        )
        first = self._receive(time.monotonic() + self._timeout_s, "the welcome")
        if not isinstance(first, v1.Welcome):
            raise ConnectionError(f"the node began with {type(first).__name__} instead of a welcome")
        self._welcome = first

    def _logged_in(self, answer: v1.LoggedInAnswer, token: Optional[str] = None) -> v1.LoggedInAnswer:
        self._user = answer.user
        self._token = answer.token or token
        return answer

    def _open(self, subscription: _Subscription) -> None:
        # The number is set while the answer is read (_await): what follows the answer at once already has it.
        self._opening = subscription
        if subscription.feed is None:
            self.request(v1.SubscribeGridRequest, v1.SubscribedAnswer)
        else:
            self.request(
                v1.SubscribeRequest, v1.SubscribedAnswer, feed=subscription.feed, after=subscription.position
            )

    def _await(self, number: int, answer: Type[_Answer]) -> _Answer:
        deadline = time.monotonic() + self._timeout_s
        while True:
            message: Any = self._receive(deadline, f"the answer to request {number}")
            if getattr(message, "id", None) != number:
                self._take(message)
                continue
            if isinstance(message, v1.ErrorAnswer):
                raise RequestFailed(message.error)
            if not isinstance(message, answer):
                raise ConnectionError(f"request {number} was answered with {type(message).__name__}")
            if isinstance(message, v1.SubscribedAnswer):
                self._opening.number = message.subscription
            return cast(_Answer, message)

    def _receive(self, deadline: float, what: str) -> v1.FromServer:
        try:
            return v1.decode(self._socket.receive(max(deadline - time.monotonic(), 0.0)))
        except TimeoutError:
            raise TimeoutError(f"not in time: {what}") from None

    def _read_what_came(self) -> None:
        while self._socket.waiting:
            self._take(v1.decode(self._socket.receive(0.0)))

    def _take(self, message: v1.FromServer) -> None:
        """Something unasked, or the late answer to a request that was given up."""
        if isinstance(message, v1.SessionEnded):
            self._user = self._token = None
            self._subscriptions.clear()
            self._told.append(Told(message))
        if not isinstance(message, (v1.Push, v1.Mark, v1.Gap, v1.SubscriptionEnded, v1.GridChanged)):
            return
        found = [own for own, each in self._subscriptions.items() if each.number == message.subscription]
        if not found:
            return
        own, subscription = found[0], self._subscriptions[found[0]]
        if isinstance(message, (v1.Push, v1.Mark)):
            self._continue(subscription, message)
        if isinstance(message, v1.Push):
            self._told.append(Told(message.entry, own))
        elif not isinstance(message, v1.Mark):
            self._told.append(Told(message, own))
        if isinstance(message, v1.Gap):
            subscription.position = message.position
        elif isinstance(message, v1.SubscriptionEnded):
            del self._subscriptions[own]

    def _continue(self, subscription: _Subscription, message: Union[v1.Push, v1.Mark]) -> None:
        if message.prev != subscription.position:
            raise ChainBroken(
                f"{subscription.feed}: {type(message).__name__} to {message.position} follows {message.prev},"
                f" but {subscription.position} was told last"
            )
        subscription.position = message.position
