"""A WebSocket server for one test: what it says to each connection is a function of the test's."""

import base64
import hashlib
import socket
import struct
import threading
from typing import Callable, List, Optional

from master import ports

_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
DEADLINE_S = 10.0


class Peer:
    """One connection. Waits end after DEADLINE_S with an OSError."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._socket.settimeout(DEADLINE_S)
        self._unread = b""
        self.request = ""
        self.sent = 0  # messages, whole

    def upgrade(self, answer: str = "") -> None:
        while b"\r\n\r\n" not in self._unread:
            self._unread += self._more()
        head, _, self._unread = self._unread.partition(b"\r\n\r\n")
        self.request = head.decode("ascii")
        if not answer:
            headers = dict(line.lower().split(": ", 1) for line in self.request.split("\r\n")[1:])
            key = next(line for line in self.request.split("\r\n") if line.lower().startswith("sec-websocket-key: "))
            accept = base64.b64encode(hashlib.sha1((key.split(": ")[1] + _GUID).encode()).digest()).decode()
            answer = (
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Sec-WebSocket-Accept: {accept}\r\n"
            )
            if "sec-websocket-protocol" in headers:
                answer += f"Sec-WebSocket-Protocol: {headers['sec-websocket-protocol'].split(',')[0]}\r\n"
        self._socket.sendall(answer.encode() + b"\r\n")

    def send(self, text: str, opcode: int = 1) -> None:
        payload = text.encode()
        if len(payload) < 126:
            size = bytes([len(payload)])
        elif len(payload) < 1 << 16:
            size = b"\x7e" + struct.pack(">H", len(payload))
        else:
            size = b"\x7f" + struct.pack(">Q", len(payload))
        self._socket.sendall(bytes([0x80 | opcode]) + size + payload)
        self.sent += 1

    def receive(self) -> Optional[str]:
        """The next message of text; None when the client has closed or is gone."""
        while True:
            start = self._exactly(2)
            if start is None:
                return None
            size = start[1] & 0x7F
            if size >= 126:
                size = int.from_bytes(self._exactly(2 if size == 126 else 8) or b"", "big")
            mask, masked = self._exactly(4) or b"", self._exactly(size) or b""
            payload = bytes(byte ^ mask[at % 4] for at, byte in enumerate(masked))
            if start[0] & 0x0F == 8:
                return None
            if start[0] & 0x0F == 1:
                return payload.decode()

    def close(self, code: int, reason: str) -> None:
        payload = struct.pack(">H", code) + reason.encode()
        self._socket.sendall(bytes([0x88, len(payload)]) + payload)
        while self.receive() is not None:
            pass

    def _exactly(self, size: int) -> Optional[bytes]:
        while len(self._unread) < size:
            more = self._more()
            if not more:
                return None
            self._unread += more
        taken, self._unread = self._unread[:size], self._unread[size:]
        return taken

    def _more(self) -> bytes:
        try:
            return self._socket.recv(65_536)
        except ConnectionError:
            return b""


class SmallServer:
    """Serves each connection on a thread of its own with the next of the functions, then ends it."""

    def __init__(self, *talks: Callable[[Peer], None]) -> None:
        self._block = ports.acquire()
        self.port = self._block.client(0)
        self._listening = socket.create_server(("127.0.0.1", self.port))
        self.failures: List[BaseException] = []
        self._threads = [threading.Thread(target=self._serve, args=(talk,), daemon=True) for talk in talks]
        self._turn = threading.Lock()
        for thread in self._threads:
            thread.start()

    def _serve(self, talk: Callable[[Peer], None]) -> None:
        with self._turn:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
        with connection:
            try:
                talk(Peer(connection))
            except BaseException as failure:
                self.failures.append(failure)

    def close(self) -> None:
        """Waits until all connections have ended. Fails with what went wrong on them."""
        # Wakes those that still wait for a connection.
        self._listening.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(DEADLINE_S)
        self._listening.close()
        self._block.close()
        if self.failures:
            raise self.failures[0]
