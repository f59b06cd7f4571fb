"""A WebSocket client of RFC 6455 for tests: another reading of the standard than the node's own (client/)."""

from __future__ import annotations

import base64
import hashlib
import os
import select
import socket
import struct
import time
from typing import Dict, List, Optional, Tuple

_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
DEADLINE_S = 10.0

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10


class Closed(Exception):
    """The server has closed: with this code (1006: without a close frame), and why."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"closed with {code} {reason}")
        self.code = code
        self.reason = reason


def close_payload(code: int, reason: bytes = b"") -> bytes:
    return struct.pack(">H", code) + reason


def encode_frame(opcode: int, payload: bytes, *, final: bool = True, reserved: int = 0) -> bytes:
    """A client's frame. `reserved`: its three bits, 4 the first of them."""
    head = bytes([(0x80 if final else 0) | reserved << 4 | opcode])
    if len(payload) < 126:
        head += bytes([0x80 | len(payload)])
    elif len(payload) < 1 << 16:
        head += bytes([0x80 | 126]) + struct.pack(">H", len(payload))
    else:
        head += bytes([0x80 | 127]) + struct.pack(">Q", len(payload))
    mask = os.urandom(4)
    repeated = (mask * (len(payload) // 4 + 1))[:len(payload)]
    masked = (int.from_bytes(payload, "big") ^ int.from_bytes(repeated, "big")).to_bytes(len(payload), "big")
    return head + mask + masked


class WebSocket:
    """One connection; every wait ends after DEADLINE_S with TimeoutError."""

    def __init__(self, port: int, *, subprotocol: str = "", headers: Optional[Dict[str, str]] = None,
                 target: str = "/ws", receive_buffer: int = 0) -> None:
        """Connects and upgrades. Raises ConnectionError with the answer's head if the server refuses."""
        self._socket = socket.socket()
        if receive_buffer:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self._socket.settimeout(DEADLINE_S)
        self._socket.connect(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = bytearray()
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {target} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket", "Connection: Upgrade",
                 f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13"]
        if subprotocol:
            lines.append(f"Sec-WebSocket-Protocol: {subprotocol}")
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        self._socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        while b"\r\n\r\n" not in self._received:
            self._read_more()
        head, _, self._received = self._received.partition(b"\r\n\r\n")  # what is behind it is frames
        answer = head.decode("latin-1")
        accept = base64.b64encode(hashlib.sha1((key + _GUID).encode()).digest()).decode()
        if not answer.startswith("HTTP/1.1 101 ") or f"sec-websocket-accept: {accept}".lower() not in answer.lower():
            self._socket.close()
            raise ConnectionError(answer)
        self.answer = answer

    def __enter__(self) -> WebSocket:
        return self

    def __exit__(self, *_: object) -> None:
        self.drop()

    def send(self, text: str) -> None:
        self.send_frame(TEXT, text.encode())

    def send_frame(self, opcode: int, payload: bytes, *, final: bool = True) -> None:
        self._socket.sendall(encode_frame(opcode, payload, final=final))

    def send_bytes(self, data: bytes) -> None:
        """As they are: for frames that no client should send."""
        self._socket.sendall(data)

    def send_until_stuck(self, data: bytes, patience_s: float) -> int:
        """As much of it as the server takes until it has taken nothing for so long: how many bytes."""
        sent = 0
        while sent < len(data):
            if not select.select([], [self._socket], [], patience_s)[1]:
                break
            sent += self._socket.send(data[sent:sent + 65536], socket.MSG_DONTWAIT)
        return sent

    def take_raw(self) -> bytes:
        """The bytes that have come, without waiting, whatever frames they are part of."""
        received = bytes(self._received)
        self._received.clear()
        while select.select([self._socket], [], [], 0)[0]:
            data = self._socket.recv(1 << 16)
            received += data
            if len(data) < 1 << 16:
                break
        return received

    def receive(self, timeout_s: float = DEADLINE_S) -> str:
        """The next text message; pings are answered on the way. Raises Closed, TimeoutError."""
        deadline = time.monotonic() + timeout_s
        message = b""
        while True:
            final, opcode, payload = self.receive_frame(max(0.001, deadline - time.monotonic()))
            if opcode == PING:
                self.send_frame(PONG, payload)
            elif opcode == CLOSE:
                code = struct.unpack(">H", payload[:2])[0] if payload else 1005
                raise Closed(code, payload[2:].decode())
            elif opcode in (TEXT, CONTINUATION):
                message += payload
                if final:
                    return message.decode()

    def receive_all(self, count: int) -> List[str]:
        return [self.receive() for _ in range(count)]

    def receive_frame(self, timeout_s: float = DEADLINE_S) -> Tuple[bool, int, bytes]:
        """Final, opcode, payload."""
        self._socket.settimeout(timeout_s)
        first, second = self._take(2)
        length = second & 0x7F
        if second & 0x80:
            raise ValueError("a server's frame is masked")
        if length == 126:
            length = struct.unpack(">H", self._take(2))[0]
        elif length == 127:
            length = struct.unpack(">Q", self._take(8))[0]
        return bool(first & 0x80), first & 0x0F, self._take(length)

    def receive_end(self, timeout_s: float = DEADLINE_S) -> bytes:
        """What still comes until the server ends the connection, which it must do in order."""
        deadline = time.monotonic() + timeout_s
        try:
            while True:
                self._socket.settimeout(max(0.001, deadline - time.monotonic()))
                self._read_more()
        except Closed as closed:
            if closed.reason == "reset":
                raise
        return bytes(self._received)

    def silent(self, timeout_s: float) -> bool:
        """Whether nothing but pings comes for so long."""
        try:
            self.receive(timeout_s)
            return False
        except TimeoutError:
            return True

    def close(self, code: int = 1000) -> None:
        self.send_frame(CLOSE, close_payload(code))

    def drop(self) -> None:
        """Ends the connection without a word."""
        self._socket.close()

    def _take(self, count: int) -> bytes:
        while len(self._received) < count:
            self._read_more()
        taken = bytes(self._received[:count])
        del self._received[:count]
        return taken

    def _read_more(self) -> None:
        try:
            data = self._socket.recv(65536)
        except socket.timeout as error:
            raise TimeoutError("nothing came in time") from error
        except ConnectionResetError as error:
            raise Closed(1006, "reset") from error
        if not data:
            raise Closed(1006, "the connection ended")
        self._received += data
