"""One end of one connection of the mesh."""

from __future__ import annotations

import secrets
import socket
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Deque, Dict, Mapping, Optional

from buzzer import _native
from buzzer.mesh import wire
from buzzer.mesh.connection import DEADLINE_S, FrameConnection, MeshClosed
from buzzer.mesh.wire import Frame, Refusal

HEARTBEAT_S = 0.1
MOST_FRAMES = 100_000
"""Received and not taken; what comes beyond is dropped."""


class Refused(MeshClosed):
    """The other end has said why it wants no more of this one."""

    def __init__(self, reason: int, message: str) -> None:
        super().__init__(f"refused: {message}")
        known = reason in list(Refusal)
        self.reason = Refusal(reason) if known else Refusal.UNSPECIFIED  # a later release's
        self.message = message


@dataclass(frozen=True)
class Identity:
    """Who a peer says that it is. None of it is checked: it may be anybody's."""

    grid: str
    grid_key: bytes  # 32 bytes
    grid_size: int
    node: int
    boot: int = field(default_factory=lambda: secrets.randbits(64))  # of its process; of two links of one boot
    encrypt: bool = False  # whether it wants the link sealed; it is if either end does

    def __post_init__(self) -> None:
        wire.grid_key(self.grid_key)


class Peer(FrameConnection):
    """Made from a connection; shake_hands() is the whole handshake, or each step is taken by itself, in any order and
    with anything in it. The nodes give a handshake one second, and a link without heartbeats half a second: live() keeps
    it on a thread of its own. One thread may use a peer, beside that one.

    Errors: MeshClosed when the other end has closed, Refused when it has said why, TimeoutError when nothing comes in
    time, ValueError for bytes that are no frame.
    """

    def __init__(
        self, identity: Identity, connection: socket.socket, *, dialer: bool, link_number: int = 1,
        timeout_s: float = DEADLINE_S,
    ) -> None:
        """Takes the connection over. `link_number`: of a dialer; an acceptor says the dialer's."""
        super().__init__(connection, timeout_s)
        self.identity = identity
        self.link_number = link_number
        self.own_hello = b""  # payloads, as they crossed the wire: to be said again elsewhere
        self.own_proof = b""
        self.peer_hello: Frame = {}
        self.dropped = 0  # frames that were too many
        self.heartbeats = True  # whether a living peer sends them
        self.marks = True  # whether it echoes marks, as it must
        self._dialer = dialer
        self._handshake = _native.Handshake(identity.grid_key, dialer)
        self._heard: Optional[Frame] = None  # the last heartbeat
        self._heard_at = 0.0
        self._frames: Deque[Frame] = deque()
        self._changed = threading.Condition()
        self._ending: Optional[Exception] = None
        self._stop = threading.Event()
        self._thread: Optional[threading.Thread] = None

    @classmethod
    def dial(
        cls, identity: Identity, port: int, *, host: str = "127.0.0.1", source: str = "", link_number: int = 1,
        timeout_s: float = DEADLINE_S,
    ) -> Peer:
        """Connects, and says nothing yet. `source`: the address to come from; a node tells strangers apart by it."""
        connection = socket.create_connection((host, port), timeout_s, (source, 0) if source else None)
        return cls(identity, connection, dialer=True, link_number=link_number, timeout_s=timeout_s)

    @classmethod
    def accept(cls, identity: Identity, listening: socket.socket, *, timeout_s: float = DEADLINE_S) -> Peer:
        """Waits for somebody to connect."""
        listening.settimeout(timeout_s)
        connection, _ = listening.accept()
        return cls(identity, connection, dialer=False, timeout_s=timeout_s)

    # The handshake. ---------------------------------------------------------------------------------------------------

    def shake_hands(self) -> None:
        """All four steps; the link is proven then, at this end."""
        if self._dialer:
            self.send_hello()
            self.receive_hello()
            self.send_proof()
            self.receive_proof()
        else:
            self.receive_hello()
            self.send_hello()
            self.receive_proof()
            self.send_proof()
        self.begin_sealing()

    def hello(self, **changes: Any) -> Frame:
        """What send_hello() would say, with fields changed (names as in proto/link.proto)."""
        own = {
            "protocol_version": _native.PROTOCOL_VERSION,
            "grid_id": self.identity.grid,
            "grid_size": self.identity.grid_size,
            "placement_version": _native.PLACEMENT_VERSION,
            "node_id": self.identity.node,
            "boot_id": self.identity.boot,
            "link_number": self.link_number,
            "nonce": self._handshake.nonce(),
            "key_share": self._handshake.key_share(),
            "wants_encryption": self.identity.encrypt,
        }
        return {"hello": {**own, **changes}}

    def send_hello(self, payload: Optional[bytes] = None, **changes: Any) -> None:
        """`payload`: another hello instead, byte for byte, such as one that was said before."""
        self.own_hello = wire.encode(self.hello(**changes)) if payload is None else payload
        self._handshake.set_own_hello(self.own_hello)
        self.send_payload(self.own_hello)

    def receive_hello(self) -> Frame:
        payload = self.receive_payload()
        self.peer_hello = self._body(wire.decode(payload), "hello")
        self._handshake.set_peer_hello(payload)
        if not self._dialer:
            self.link_number = self.peer_hello.get("link_number", 0)
        return self.peer_hello

    def proof(self) -> bytes:
        """The mac that proves this end, once both hellos have passed."""
        return self._handshake.own_proof()

    def send_proof(self, mac: Optional[bytes] = None) -> None:
        """`mac`: another instead."""
        self.own_proof = wire.encode({"proof": {"mac": self.proof() if mac is None else mac}})
        self.send_payload(self.own_proof)

    def receive_proof(self) -> None:
        """MeshClosed if it does not hold: the other end has another key."""
        proof = self._body(wire.decode(self.receive_payload()), "proof")
        if not self._handshake.peer_proof_holds(proof.get("mac", b"")):
            raise MeshClosed("the other end's proof does not hold")

    def begin_sealing(self) -> None:
        """After the proofs: from now on both ends seal their frames, if either of them wanted it."""
        if self.identity.encrypt or self.peer_hello.get("wants_encryption", False):
            self.seal(*self._handshake.keys(self.peer_hello.get("key_share", b"")))

    # Sending. ---------------------------------------------------------------------------------------------------------

    def send(self, frame: Mapping[str, Any]) -> None:
        self.send_payload(wire.encode(frame))

    def heartbeat(self, **changes: Any) -> None:
        """One heartbeat, which says which one was heard last; with fields changed."""
        now = time.monotonic()
        beat: Dict[str, Any] = {"sent_at_us": int(now * 1e6), "wall_clock_ms": time.time_ns() // 1_000_000}
        if self._heard is not None:
            beat["heard_sent_at_us"] = self._heard.get("sent_at_us", 0)
            beat["heard_ago_us"] = int((now - self._heard_at) * 1e6)
        self.send({"heartbeat": {**beat, **changes}})

    def say(self, line: str) -> None:
        """A line of the room."""
        self.send({"room_line": {"text": line.encode("utf-8")}})

    # Receiving. -------------------------------------------------------------------------------------------------------

    def receive(self, timeout_s: float = DEADLINE_S) -> Frame:
        """The next frame; of a living peer the next that is neither a heartbeat nor a mark that it has echoed."""
        if self._thread is None:
            return self._note(wire.decode(self.receive_payload(timeout_s)))
        with self._changed:
            self._changed.wait_for(lambda: self._frames or self._ending, timeout_s)
            if self._frames:
                return self._frames.popleft()
            if self._ending is not None:
                raise self._ending
        raise TimeoutError(f"no frame within {timeout_s:g} s")

    def until(self, body: str, timeout_s: float = DEADLINE_S) -> Frame:
        """The next frame with that body: what is in it. Others are passed over."""
        deadline = time.monotonic() + timeout_s
        while True:
            frame = self.receive(max(0.0, deadline - time.monotonic()))
            if body in frame:
                return self._body(frame, body)

    def wait_closed(self, timeout_s: float = DEADLINE_S) -> bool:
        """Whether the other end closes in time. What it still sends is dropped; a living peer's can be received."""
        if self._thread is None:
            return super().wait_closed(timeout_s)
        with self._changed:
            return bool(self._changed.wait_for(lambda: self._ending is not None, timeout_s))

    # Living and leaving. ----------------------------------------------------------------------------------------------

    def live(self) -> None:
        """After the handshake: a thread reads from now on, sends heartbeats and echoes marks, until the link ends."""
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._thread.start()

    @property
    def ended(self) -> bool:
        """Whether a living peer's link has ended."""
        return self._ending is not None

    def close(self) -> None:
        """Again it does nothing."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        super().close()

    def _live(self) -> None:
        next_beat = time.monotonic()
        try:
            while not self._stop.is_set():
                if time.monotonic() >= next_beat:
                    next_beat = time.monotonic() + HEARTBEAT_S
                    if self.heartbeats:
                        self.heartbeat()
                self._live_one_turn(min(0.02, max(0.0, next_beat - time.monotonic())))
            self._end(MeshClosed("closed here"))
        except (MeshClosed, OSError, ValueError) as ending:
            self._end(ending)

    def _live_one_turn(self, most_s: float) -> None:
        try:
            frame = self._note(wire.decode(self.receive_payload(most_s)))
        except TimeoutError:
            return
        if "heartbeat" in frame:
            if self.heartbeats and not frame["heartbeat"].get("heard_sent_at_us"):
                self.heartbeat()  # the link is coming up: no interval is waited for
        elif "room_mark" in frame and self.marks:
            self.send({"room_mark_echo": frame["room_mark"]})
        else:
            with self._changed:
                if len(self._frames) < MOST_FRAMES:
                    self._frames.append(frame)
                else:
                    self.dropped += 1
                self._changed.notify_all()

    def _end(self, ending: Exception) -> None:
        with self._changed:
            self._ending = ending
            self._changed.notify_all()

    def _note(self, frame: Frame) -> Frame:
        if "refusal" in frame:
            raise Refused(frame["refusal"].get("reason", 0), frame["refusal"].get("message", ""))
        if "heartbeat" in frame:
            self._heard, self._heard_at = frame["heartbeat"], time.monotonic()
        return frame

    def _body(self, frame: Frame, body: str) -> Frame:
        self._note(frame)
        if body not in frame:
            raise MeshClosed(f"{' '.join(frame) or 'nothing known'} came instead of {body}")
        message: Frame = frame[body]
        return message
