"""A client of buzzer.v1.json for tests: every message, both ways, is held against the protocol's document."""

from __future__ import annotations

import json
import time
from typing import Any, Dict, List, Optional

from scripts.generate.validator import Validator, load_document
from tests.e2e.websocket import DEADLINE_S, WebSocket

SUBPROTOCOL = "buzzer.v1.json"
PASSWORD = "correct-horse"
_VALIDATOR = Validator(load_document())

Message = Dict[str, Any]


class Refused(Exception):
    """The server has answered with an error."""

    def __init__(self, problem: Message) -> None:
        super().__init__(json.dumps(problem))
        self.code: str = problem["code"]
        self.problem = problem


class JsonClient:
    """One connection. What comes unasked is kept in `told` until somebody wants it."""

    def __init__(self, port: int, *, headers: Optional[Dict[str, str]] = None, receive_buffer: int = 0) -> None:
        self.socket = WebSocket(port, subprotocol=SUBPROTOCOL, headers=headers, receive_buffer=receive_buffer)
        self.told: List[Message] = []
        self._last_id = 0
        self._answers: Dict[int, Message] = {}
        self.welcome = self._receive(DEADLINE_S)

    def __enter__(self) -> JsonClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.drop()

    def drop(self) -> None:
        self.socket.drop()

    def ask(self, kind: str, **fields: Any) -> Message:
        """The answer. Raises Refused."""
        return self.answer(self.send(kind, **fields))

    def refused(self, kind: str, **fields: Any) -> str:
        """The code of the error that must be the answer."""
        try:
            answer = self.ask(kind, **fields)
        except Refused as refused:
            return refused.code
        raise AssertionError(f"{kind} {fields} was not refused: {answer}")

    def send(self, kind: str, **fields: Any) -> int:
        """Does not wait for the answer, and returns its number."""
        self._last_id += 1
        text = json.dumps({"id": self._last_id, "type": kind, **fields})
        _VALIDATOR.check_request(text)
        self.socket.send(text)
        return self._last_id

    def send_wrong(self, text: str) -> Message:
        """Something that the document does not allow; the problem that is answered."""
        self.socket.send(text)
        while True:
            message = self._receive(DEADLINE_S)
            if message["type"] == "error":
                problem: Message = message["error"]
                return problem
            self.told.append(message)

    def answer(self, number: int, timeout_s: float = DEADLINE_S) -> Message:
        deadline = time.monotonic() + timeout_s
        while number not in self._answers:
            self._take(max(0.001, deadline - time.monotonic()))
        message = self._answers.pop(number)
        if message["type"] == "error":
            raise Refused(message["error"])
        return message

    def next_told(self, timeout_s: float = DEADLINE_S) -> Message:
        """What comes unasked, in order."""
        deadline = time.monotonic() + timeout_s
        while not self.told:
            self._take(max(0.001, deadline - time.monotonic()))
        return self.told.pop(0)

    def _take(self, timeout_s: float) -> None:
        message = self._receive(timeout_s)
        if "id" in message:
            self._answers[message["id"]] = message
        else:
            self.told.append(message)

    def _receive(self, timeout_s: float) -> Message:
        text = self.socket.receive(timeout_s)
        _VALIDATOR.check_from_server(text)
        message: Message = json.loads(text)
        return message


class FeedReader:
    """One subscription of one feed, on whatever connection: proves that nothing is missing and nothing comes twice."""

    def __init__(self, feed: Message) -> None:
        self.feed = feed
        self.position: Optional[str] = None
        self.entries: List[Message] = []
        self.gaps = 0
        self.subscription = 0
        self._client: Optional[JsonClient] = None

    def attach(self, client: JsonClient) -> None:
        """Goes on where it stands; returns when the server has said from where. The client has no other feed."""
        self.subscribe(client)
        self.take_one()

    def subscribe(self, client: JsonClient) -> None:
        """Does not wait to hear from where it goes on."""
        after = {} if self.position is None else {"after": self.position}
        self._client = client
        self.subscription = client.ask("subscribe", feed=self.feed, **after)["subscription"]

    def take_one(self, timeout_s: float = DEADLINE_S) -> None:
        assert self._client is not None
        self.take(self._client.next_told(timeout_s))

    def take(self, message: Message) -> None:
        """What the server has told."""
        if message["subscription"] != self.subscription:
            raise AssertionError(f"of another subscription: {message}")
        if message["type"] == "gap":
            self.gaps += 1
        elif message["type"] not in ("push", "mark"):
            raise AssertionError(f"no push: {message}")
        elif self.position is not None and message["prev"] != self.position:
            raise AssertionError(f"the chain is broken: {self.position} was the last, then {message}")
        self.position = message["position"]
        if message["type"] == "push":
            self.entries.append(message["entry"])

    def take_until(self, count: int, timeout_s: float = DEADLINE_S) -> None:
        """So many entries in all."""
        deadline = time.monotonic() + timeout_s
        while len(self.entries) < count:
            self.take_one(max(0.001, deadline - time.monotonic()))

    def texts(self) -> List[str]:
        return [entry["buzz"]["text"] for entry in self.entries if entry["kind"] == "posted"]


def home(user: str) -> Message:
    return {"kind": "home", "of": user}


def author(user: str) -> Message:
    return {"kind": "author", "of": user}


def topic(tag: str) -> Message:
    return {"kind": "topic", "of": tag}


def register(client: JsonClient, *users: str) -> None:
    for user in users:
        client.ask("register", name=user, password=PASSWORD)


def logged_in(port: int, user: str, *, receive_buffer: int = 0) -> JsonClient:
    client = JsonClient(port, receive_buffer=receive_buffer)
    client.ask("login", name=user, password=PASSWORD)
    return client
