"""A connection that carries frames, sealed or not."""

from __future__ import annotations

import select
import socket
import struct
import threading
import time
from collections import deque
from typing import Deque, Optional

from buzzer import _native
from buzzer.mesh import wire

DEADLINE_S = 10.0


class MeshClosed(ConnectionError):
    """The connection has ended, or what came is of no use any more."""


class FrameConnection:
    """Frames with anything in them, and bytes that are none. One thread may send while another one receives.

    Errors: MeshClosed when the other end has closed, TimeoutError when nothing comes in time, ValueError for bytes that
    are no frame, OSError (EBADF) for a use behind close(). Times are in seconds.
    """

    def __init__(self, connection: socket.socket, timeout_s: float = DEADLINE_S) -> None:
        """Takes it over. `timeout_s`: of receiving, and of sending to who does not read."""
        self._timeout_s = timeout_s
        self._socket = connection
        self._socket.settimeout(timeout_s)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._reader = wire.FrameReader()
        self._payloads: Deque[bytes] = deque()
        self._sealing: Optional[_native.LinkCipher] = None
        self._opening: Optional[_native.LinkCipher] = None
        self._sending = threading.Lock()  # sealed frames are numbered: they leave in the order in which they are sealed

    def seal(self, sending_key: bytes, receiving_key: bytes) -> None:
        """From now on."""
        self._sealing, self._opening = _native.LinkCipher(sending_key), _native.LinkCipher(receiving_key)

    def send_payload(self, payload: bytes) -> None:
        """A frame with anything in it; sealed where the link is."""
        with self._sending:
            self._put(wire.framed(payload if self._sealing is None else self._sealing.seal(payload)))

    def send_bytes(self, data: bytes) -> None:
        """Anything at all."""
        with self._sending:
            self._put(data)

    def receive_payload(self, timeout_s: Optional[float] = None) -> bytes:
        """The next frame's payload, opened where the link is sealed. Not of a living peer."""
        deadline = time.monotonic() + (self._timeout_s if timeout_s is None else timeout_s)
        while not self._payloads:
            if self._reader.broken:
                raise ValueError(self._reader.broken)
            if not self._read(max(0.0, deadline - time.monotonic())):
                raise TimeoutError("no frame in time")
        payload = self._payloads.popleft()
        if self._opening is None:
            return payload
        opened = self._opening.open(payload)
        if opened is None:
            raise MeshClosed("a frame that the other end did not seal")
        return opened

    def wait_closed(self, timeout_s: float = DEADLINE_S) -> bool:
        """Whether the other end closes in time. What it still sends is dropped."""
        deadline = time.monotonic() + timeout_s
        try:
            while self._more(max(0.0, deadline - time.monotonic())) is not None:
                pass
        except MeshClosed:
            return True
        return False

    def finish_sending(self) -> None:
        """The other end reads the end of it; what it sends can still be received."""
        self._socket.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        """Ends the connection as a crash of this machine's would."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def close(self) -> None:
        """Again it does nothing."""
        self._socket.close()

    def _put(self, data: bytes) -> None:
        try:
            self._socket.sendall(data)
        except (ConnectionError, BrokenPipeError) as problem:
            raise MeshClosed(f"the other end has closed: {problem}") from None

    def _read(self, timeout_s: float) -> bool:
        """Reads what there is; False: nothing in time."""
        data = self._more(timeout_s)
        if data is not None:
            self._payloads.extend(self._reader.read(data))
        return data is not None

    def _more(self, timeout_s: float) -> Optional[bytes]:
        # Not select(), which cannot wait for descriptors from 1024 on.
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        if not poll.poll(timeout_s * 1000):
            return None
        try:
            data = self._socket.recv(1 << 16)
        except ConnectionError as problem:
            raise MeshClosed(f"the other end has closed: {problem}") from None
        if not data:
            raise MeshClosed("the other end has closed")
        return data
