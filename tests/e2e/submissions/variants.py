"""The right program, and what can be wrong with one: variants.py <name> <id> <n> <port>."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Dict, List, Tuple, Type

sys.path.insert(0, str(Path(__file__).resolve().parent / "right"))

from node import Link, Node, arguments  # noqa: E402


class Silent(Node):
    """Never tells the others."""

    def broadcast(self, text: str) -> None:
        self.receive(text)


class Forgetful(Node):
    """Tells each of the others only while it is there for the first time."""

    def __init__(self, me: int, size: int, port: int) -> None:
        super().__init__(me, size, port)
        self.first: Dict[int, Link] = {}

    def broadcast(self, text: str) -> None:
        self.receive(text)
        for link in self.first.values():
            link.say(f"msg {text}")

    def tick(self, now: float) -> None:
        super().tick(now)
        for link in self.peers():
            if link.peer is not None:
                self.first.setdefault(link.peer, link)


class TwiceLater(Node):
    """Receives everything a second time, half a second later."""

    def __init__(self, me: int, size: int, port: int) -> None:
        super().__init__(me, size, port)
        self.again: List[Tuple[float, str]] = []

    def receive(self, text: str) -> None:
        super().receive(text)
        self.again.append((time.monotonic() + 0.5, text))

    def tick(self, now: float) -> None:
        super().tick(now)
        while self.again and self.again[0][0] < now:
            self.log.append(self.again.pop(0)[1])


class Backwards(Node):
    """Newest first."""

    def receive(self, text: str) -> None:
        self.log.insert(0, text)


class Dies(Node):
    """At the first broadcast, and says why."""

    def broadcast(self, text: str) -> None:
        sys.exit(f"IndexError: there is no {text}")


class DiesLater(Node):
    """Two seconds after its start."""

    def __init__(self, me: int, size: int, port: int) -> None:
        super().__init__(me, size, port)
        self.begun = time.monotonic()

    def tick(self, now: float) -> None:
        super().tick(now)
        if now > self.begun + 2:
            sys.exit("tired")


class Hangs(Node):
    """Never answers `get`."""

    def from_master(self, link: Link, line: str) -> None:
        if line != "get":
            super().from_master(link, line)


class Floods(Node):
    """Answers `get` with megabytes without an end of line, and prints as much."""

    def from_master(self, link: Link, line: str) -> None:
        if line != "get":
            super().from_master(link, line)
            return
        for _ in range(64):
            sys.stdout.write("x" * 65_536)
            try:
                link.socket.sendall(b"\x00\xff" * 32_768)
            except OSError:
                return


class Lazy(Node):
    """What was broadcast is only looked at when somebody asked, so the first answer is always an old one."""

    def __init__(self, me: int, size: int, port: int) -> None:
        super().__init__(me, size, port)
        self.waiting: List[str] = []

    def receive(self, text: str) -> None:
        self.waiting.append(text)

    def from_master(self, link: Link, line: str) -> None:
        super().from_master(link, line)
        if line == "get":
            self.log += self.waiting
            self.waiting.clear()


class SlowLater(Node):
    """Right, but all after its first message takes most of a second."""

    def __init__(self, me: int, size: int, port: int) -> None:
        super().__init__(me, size, port)
        self.later: List[Tuple[float, str]] = []
        self.heard_one = False

    def receive(self, text: str) -> None:
        if self.heard_one:
            self.later.append((time.monotonic() + 0.8, text))
        else:
            super().receive(text)
        self.heard_one = True

    def tick(self, now: float) -> None:
        super().tick(now)
        while self.later and self.later[0][0] < now:
            super().receive(self.later.pop(0)[1])


class Windows(Node):
    """Ends its answers as that system ends lines."""

    def from_master(self, link: Link, line: str) -> None:
        super().from_master(Carriage(link), line)


class Carriage(Link):
    def __init__(self, link: Link) -> None:
        self.link = link

    def say(self, line: str) -> None:
        self.link.say(line + "\r")


class Forks(Node):
    """Right, but leaves a child in a session of its own behind."""

    def __init__(self, me: int, size: int, port: int) -> None:
        super().__init__(me, size, port)
        if os.fork() == 0:
            os.setsid()
            os.closerange(0, 64)
            os.execvp("sleep", ["sleep", "600.5"])


KINDS: Dict[str, Type[Node]] = {
    "right": Node, "silent": Silent, "forgetful": Forgetful, "twice_later": TwiceLater, "backwards": Backwards,
    "dies": Dies, "dies_later": DiesLater, "hangs": Hangs, "floods": Floods, "lazy": Lazy, "forks": Forks,
    "slow_later": SlowLater, "windows": Windows,
}

if __name__ == "__main__":
    KINDS[sys.argv.pop(1)](*arguments()).run()
