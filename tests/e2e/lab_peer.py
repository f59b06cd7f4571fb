"""A node of another maker: an implementation of the lab's wire between nodes, written from its description alone.

It is as strict as such a program may be: a line that is neither a ping nor a msg, or is not in its sender's own name, is
noted in `faults`, where a real one might have ended.
"""

from __future__ import annotations

import selectors
import socket
import threading
import time
from typing import Dict, List, Optional

from tests.e2e.nodes import DEADLINE_S, Nodes
from tests.e2e.support import GridTest

PING_EVERY_S = 0.5
MOST_SILENCE_S = 1.0
REDIAL_S = 0.2


class _Link:
    def __init__(self, connection: socket.socket, peer: Optional[int]) -> None:
        self.connection = connection
        self.peer = peer
        """None: accepted, and has not pinged yet."""
        self.up = False
        self.unread = b""
        self.unsent = b""
        self.heard = time.monotonic()
        self.next_ping = 0.0


class LabPeer:
    """Everything happens on a thread of its own; what is asked here looks at it under a lock."""

    def __init__(self, test: GridTest, nodes: Nodes, me: int) -> None:
        self.me = me
        self._ports = {node: nodes.mesh_port(node) for node in range(nodes.size)}
        self._test = test
        self._lock = threading.Lock()
        self._links: List[_Link] = []
        self._redial: Dict[int, float] = {}
        self._received: Dict[int, List[str]] = {}
        self.faults: List[str] = []
        self._selector = selectors.DefaultSelector()
        self._listener = socket.create_server(("127.0.0.1", self._ports[me]))
        self._listener.setblocking(False)
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._ended = False
        self._thread = threading.Thread(target=self._run, name=f"lab-{me}")
        self._thread.start()
        test.addCleanup(self.kill)

    def alive(self) -> List[int]:
        with self._lock:
            return sorted([self.me] + [link.peer for link in self._links if link.up and link.peer is not None])

    def received(self, sender: int) -> List[str]:
        """All its broadcasts so far, in the order in which they came."""
        with self._lock:
            return list(self._received.get(sender, []))

    def broadcast(self, *messages: str) -> None:
        self.send_raw("".join(f"msg {self.me} {message}\n" for message in messages).encode())

    def send_raw(self, data: bytes, to: Optional[int] = None) -> None:
        """Any bytes, to every live node or to one; all of it is handed to the kernel before this returns."""
        with self._lock:
            links = [link for link in self._links if link.up and to in (None, link.peer)]
            for link in links:
                link.unsent += data
        self._test.wait_for(lambda: not any(link.unsent and link in self._links for link in links), "all is sent")

    def wait_alive(self, *ids: int) -> None:
        self._test.wait_for(lambda: self.alive() == sorted(ids), f"node {self.me} sees {ids}", DEADLINE_S)

    def kill(self) -> None:
        """Ends as a killed process does: all its connections close."""
        with self._lock:
            self._ended = True
        self._thread.join()

    def _run(self) -> None:
        while True:
            with self._lock:
                if self._ended:
                    break
                self._dial()
                self._keep_time()
            for key, _ in self._selector.select(0.01):
                with self._lock:
                    if key.fileobj is self._listener:
                        self._accept()
                    elif key.data in self._links:
                        self._read(key.data)
        with self._lock:
            for link in list(self._links):
                self._close(link)
        self._selector.close()
        self._listener.close()

    def _dial(self) -> None:
        """Every lower id that there is no connection to, and not all the time."""
        now = time.monotonic()
        for peer in range(self.me):
            if any(link.peer == peer for link in self._links) or now < self._redial.get(peer, 0.0):
                continue
            self._redial[peer] = now + REDIAL_S
            try:
                connection = socket.create_connection(("127.0.0.1", self._ports[peer]), DEADLINE_S)
            except OSError:
                continue
            self._begin(connection, peer)

    def _accept(self) -> None:
        connection, _ = self._listener.accept()
        self._begin(connection, None)

    def _begin(self, connection: socket.socket, peer: Optional[int]) -> None:
        connection.setblocking(False)
        link = _Link(connection, peer)
        self._links.append(link)
        self._selector.register(connection, selectors.EVENT_READ, link)

    def _keep_time(self) -> None:
        now = time.monotonic()
        for link in list(self._links):
            if now - link.heard > MOST_SILENCE_S:
                self._close(link)
                continue
            if now >= link.next_ping and not link.unsent:  # else it could stand within another line
                link.next_ping = now + PING_EVERY_S
                link.unsent = b"ping %d\n" % self.me
            self._write(link)

    def _write(self, link: _Link) -> None:
        try:
            while link.unsent:
                link.unsent = link.unsent[link.connection.send(link.unsent):]
        except BlockingIOError:
            pass
        except OSError:
            self._close(link)

    def _read(self, link: _Link) -> None:
        try:
            data = link.connection.recv(65_536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            return self._close(link)
        link.heard = time.monotonic()
        *lines, link.unread = (link.unread + data).split(b"\n")
        for line in lines:
            self._take(link, line)

    def _take(self, link: _Link, line: bytes) -> None:
        words = line.split(b" ", 2)
        sender = int(words[1]) if len(words) > 1 and words[1].isdigit() else -1
        is_ping, is_message = words[0] == b"ping" and len(words) == 2, words[0] == b"msg" and len(words) == 3
        if not (is_ping or is_message) or sender not in self._ports or link.peer not in (None, sender):
            self.faults.append(f"{line[:100]!r} from {link.peer}")
        elif is_ping:
            link.peer, link.up = sender, True
        elif link.up:
            self._received.setdefault(sender, []).append(words[2].decode("utf-8", "surrogateescape"))
        else:
            self.faults.append(f"a msg before the first ping from {sender}")

    def _close(self, link: _Link) -> None:
        self._links.remove(link)
        self._selector.unregister(link.connection)
        link.connection.close()
