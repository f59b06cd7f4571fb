"""A client of a script that speaks the original text protocol (docs/protocols/text.md)."""

from __future__ import annotations

import json
import re
import time
from collections import deque
from typing import Callable, Deque, Dict, List, Optional

from master.client_lines import Act
from master.json_client import quoted
from master.labels import Labels

_UNASKED = ("buzz ", "follow ", "unfollow ")


class TextClient:
    """Only its first word tells whether a frame answers or comes unasked: those that begin with `buzz`, `follow` or
    `unfollow` are events, unless a line of `follow` or `unfollow` waits for just that frame."""

    def __init__(self, port: int, wait_s: float, labels: Labels) -> None:
        from buzzer import WebSocket

        self._socket = WebSocket(port, timeout_s=wait_s)
        self._wait_s = wait_s
        self._labels = labels
        self._came: Deque[str] = deque()
        self._told_of_end = False
        self._verbs: Dict[str, Callable[..., Optional[str]]] = {
            "register": lambda name, password: self._ask(f"register {name} {password}"),
            "login": lambda name, password: self._ask(f"login {name} {password}"),
            "logout": lambda: self._ask("logout"),
            "post": lambda text: self._ask(f"post {text}"),
            "posts": self._posts,
            "follow": lambda name: self._ask(f"follow {name}"),
            "unfollow": lambda name: self._ask(f"unfollow {name}"),
            "say": self._socket.send,
            "events": self._events, "skip": self._skip, "drop": self.drop,
            "stall": lambda: self._socket.set_reading(False), "unstall": lambda: self._socket.set_reading(True),
        }

    def act(self, command: Act, *_port: int) -> Optional[str]:
        """What to print, if anything. Raises WebSocketClosed, OSError, ValueError."""
        return self._verbs[command.verb](*command.words)

    def drop(self) -> None:
        self._socket.drop()
        self._told_of_end = True

    def _ask(self, frame: str) -> str:
        """The answer, as it came but for the id of a buzz."""
        self._socket.send(frame)
        echo = frame.lower() if frame.startswith(("follow ", "unfollow ")) else None
        deadline = time.monotonic() + self._wait_s
        while True:
            came = self._socket.receive(max(deadline - time.monotonic(), 0.0))
            if came.lower() == echo:
                return came
            if came.startswith(_UNASKED):
                self._came.append(came)
                continue
            posted = re.fullmatch("OK ([0-9]+)", came)
            return came if posted is None else f"OK {self._labels.label_of(int(posted[1]))}"

    def _posts(self, count: str, text: str) -> str:
        for number in range(1, int(count) + 1):
            self._ask(f"post {text} {number}")
        return f"posted {count}"

    def _skip(self, count: str) -> str:
        came = self._take(int(count))
        if len(came) != int(count):
            raise TimeoutError(f"{len(came)} of {count} events came")
        return f"skipped {count}"

    def _events(self, count: str = "0") -> str:
        shown = [self._shown(frame) for frame in self._take(int(count))]
        ended = self._socket.closed
        if (len(shown) < int(count) or count == "0") and ended is not None and not self._told_of_end:
            self._told_of_end = True
            shown.append(f"closed {ended.code}")
        return f"events {','.join(shown)}".rstrip()

    def _take(self, count: int) -> List[str]:
        from buzzer import WebSocketClosed

        deadline = time.monotonic() + self._wait_s
        try:
            while len(self._came) < count or (count == 0 and self._socket.waiting):
                self._came.append(self._socket.receive(max(deadline - time.monotonic(), 0.0)))
        except (TimeoutError, WebSocketClosed):
            pass
        return [self._came.popleft() for _ in range(min(count or len(self._came), len(self._came)))]

    def _shown(self, frame: str) -> str:
        if not frame.startswith("buzz "):
            return frame
        buzz = json.loads(frame[len("buzz "):])
        return f"buzz {self._labels.label_of(buzz['id'])} @{buzz['poster']['username']} {quoted(buzz['text'])}"
