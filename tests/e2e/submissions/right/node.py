"""A right program for the lab: one thread, one loop, a link to every other node.

node.py <id> <n> <port>. The mesh port of node i is (port - id) + 64 + i, so that tests can run it on any block of ports. Like
the lab's Go program, node i dials every lower id; both ends then say `hello <id>`, `ping` now and then, `msg <text>`.
"""

from __future__ import annotations

import selectors
import socket
import sys
import time
from typing import Callable, Dict, List, Optional

PING_S = 0.1
SILENT_S = 0.6
DIAL_S = 0.05


class Link:
    """A connection, to the master or to a node, and what came of its next line so far."""

    def __init__(self, connection: socket.socket, peer: Optional[int], to_master: bool) -> None:
        self.socket = connection
        self.peer = peer
        self.to_master = to_master
        self.unread = b""
        self.heard = time.monotonic()
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def say(self, line: str) -> None:
        try:
            self.socket.sendall(line.encode("utf-8", errors="surrogateescape") + b"\n")
        except OSError:
            pass  # the loop will read its end


class Node:
    def __init__(self, me: int, size: int, port: int) -> None:
        self.me = me
        self.size = size
        self.mesh = port - me + 64
        self.log: List[str] = []
        self.links: Dict[socket.socket, Link] = {}
        self.selector = selectors.DefaultSelector()
        self._listen(port, True)
        self._listen(self.mesh + me, False)
        self.pinged = self.dialled = 0.0

    def run(self) -> None:
        while True:
            for key, _ in self.selector.select(0.02):
                act: Callable[[], None] = key.data
                act()
            self.tick(time.monotonic())

    def alive(self) -> List[int]:
        return sorted({self.me} | {each.peer for each in self.links.values() if each.peer is not None})

    def peers(self) -> List[Link]:
        return [each for each in self.links.values() if each.peer is not None]

    # What a variant may do otherwise

    def broadcast(self, text: str) -> None:
        self.receive(text)
        for link in self.peers():
            link.say(f"msg {text}")

    def receive(self, text: str) -> None:
        self.log.append(text)

    def from_master(self, link: Link, line: str) -> None:
        if line == "get":
            link.say("messages " + ",".join(self.log))
        elif line == "alive":
            link.say("alive " + ",".join(str(node) for node in self.alive()))
        elif line.startswith("broadcast "):
            self.broadcast(line[len("broadcast "):])

    def tick(self, now: float) -> None:
        """Some times a second."""
        if now - self.pinged > PING_S:
            self.pinged = now
            for link in self.peers():
                link.say("ping")
        for link in self.peers():
            if now - link.heard > SILENT_S:
                self._close(link)
        if now - self.dialled > DIAL_S:
            self.dialled = now
            for peer in set(range(self.me)) - set(self.alive()):
                self._dial(peer)

    # The mesh

    def from_peer(self, link: Link, line: str) -> None:
        link.heard = time.monotonic()
        word, _, rest = line.partition(" ")
        if word == "hello":
            link.peer = int(rest)
        elif word == "msg":
            self.receive(rest)

    def _dial(self, peer: int) -> None:
        try:
            connection = socket.create_connection(("127.0.0.1", self.mesh + peer), timeout=1)
        except OSError:
            return
        connection.settimeout(None)
        link = self._add(connection, peer, False)
        link.say(f"hello {self.me}")

    def _listen(self, port: int, for_master: bool) -> None:
        listener = socket.create_server(("127.0.0.1", port))

        def accept() -> None:
            self._add(listener.accept()[0], None, for_master)

        self.selector.register(listener, selectors.EVENT_READ, accept)

    def _add(self, connection: socket.socket, peer: Optional[int], to_master: bool) -> Link:
        link = self.links[connection] = Link(connection, peer, to_master)
        self.selector.register(connection, selectors.EVENT_READ, lambda: self._read(link))
        return link

    def _read(self, link: Link) -> None:
        try:
            data = link.socket.recv(65_536)
        except OSError:
            data = b""
        if not data:
            self._close(link)
            return
        *lines, link.unread = (link.unread + data).split(b"\n")
        for raw in lines:
            line = raw.decode("utf-8", errors="surrogateescape")
            if link.to_master:
                self.from_master(link, line)
            else:
                self.from_peer(link, line)

    def _close(self, link: Link) -> None:
        if self.links.pop(link.socket, None) is not None:
            self.selector.unregister(link.socket)
            link.socket.close()


def arguments() -> "tuple[int, int, int]":
    me, size, port = (int(word) for word in sys.argv[1:4])
    return me, size, port


if __name__ == "__main__":
    Node(*arguments()).run()
