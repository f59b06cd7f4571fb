"""The mesh between nodes (docs/protocols/link.md), spoken by Python: as a peer, an impostor or a vandal.

    identity = Identity(grid="local", grid_key=key, grid_size=3, node=2)
    peer = Peer.dial(identity, port=3000)
    peer.shake_hands()
    peer.live()  # heartbeats from now on: node 0 has node 2 alive
    peer.send({"room_line": {"text": b"hello"}})
    peer.until("room_line", 10.0)

Frames and their proof, keys and sealing are the nodes' own code; what is said with them, and when, is the caller's.
Nothing that is said is held against the rules, so that they can be broken at every step.
"""

from buzzer.mesh.connection import FrameConnection, MeshClosed
from buzzer.mesh.peer import Identity, Peer, Refused
from buzzer.mesh.wire import (
    MOST_PAYLOAD,
    MOST_UNPROVEN_PAYLOAD,
    Frame,
    FrameReader,
    Refusal,
    decode,
    encode,
    framed,
    judge_hello,
)

__all__ = [
    "Frame",
    "FrameConnection",
    "FrameReader",
    "Identity",
    "MOST_PAYLOAD",
    "MOST_UNPROVEN_PAYLOAD",
    "MeshClosed",
    "Peer",
    "Refusal",
    "Refused",
    "decode",
    "encode",
    "framed",
    "judge_hello",
]
