"""Who follows docs/protocols/link.md becomes a live peer of a real node; who lacks the grid key does not."""

import os
import socket
import struct
import subprocess
import time
from typing import Dict, Tuple

from master import paths, ports
from tests.e2e.support import BINARY, GridTest, ask
from tests.unit.docs import link_wire as wire


class Stranger:
    """Node 1 of a grid of two, as the page describes it."""

    def __init__(self, port: int, grid_key: bytes, encrypt: bool) -> None:
        self.connection = socket.create_connection(("127.0.0.1", port), timeout=5)
        self.stream = self.connection.makefile("rb")
        self.grid_key = grid_key
        self.encrypt = encrypt
        self.secret = os.urandom(32)
        self.keys: Tuple[bytes, bytes] = (b"", b"")
        self.sent = self.received = 0

    def close(self) -> None:
        self.stream.close()
        self.connection.close()

    def send(self, payload: bytes) -> None:
        self.connection.sendall(wire.frame(payload))

    def receive(self) -> bytes:
        size = struct.unpack(">I", self.stream.read(4))[0]
        return self.stream.read(size)

    def send_sealed(self, payload: bytes) -> None:
        self.send(wire.seal(self.keys[0], self.sent, payload) if self.encrypt else payload)
        self.sent += 1

    def receive_sealed(self) -> Dict[int, wire.Field]:
        payload = self.receive()
        if self.encrypt:
            payload = wire.unseal(self.keys[1], self.received, payload)
        self.received += 1
        return wire.parse_fields(payload)

    def shake_hands(self) -> Dict[int, wire.Field]:
        """Returns the last frame of the handshake: a proof, or a refusal."""
        share = wire.x25519(self.secret, wire.BASE_POINT)
        own = wire.hello(grid="page", size=2, node=1, boot=77, number=1, nonce=os.urandom(32), share=share,
                         encrypt=self.encrypt)
        self.send(own)
        theirs = self.receive()
        self.send(wire.proof(wire.mac(self.grid_key, "dialer", own, theirs)))
        last = wire.parse_fields(self.receive())
        if wire.PROOF in last:
            proof = wire.parse_fields(bytes_of(last[wire.PROOF]))
            assert proof[1] == wire.mac(self.grid_key, "acceptor", own, theirs)
            their_share = bytes_of(wire.parse_fields(bytes_of(wire.parse_fields(theirs)[wire.HELLO]))[9])
            self.keys = wire.link_keys(self.grid_key, own, theirs, wire.x25519(self.secret, their_share))
        return last

    def answer_heartbeat(self) -> None:
        frame = self.receive_sealed()
        fields = wire.parse_fields(bytes_of(frame[wire.HEARTBEAT]))
        now = time.monotonic_ns() // 1000
        self.send_sealed(wire.heartbeat(sent_at_us=now, heard_sent_at_us=int(fields[1]), heard_ago_us=0,
                                        wall_clock_ms=time.time_ns() // 1_000_000, worker_idle_ms=0))


def bytes_of(field: wire.Field) -> bytes:
    assert isinstance(field, bytes)
    return field


class LinkPageTest(GridTest):
    def start_node(self) -> None:
        self.block = ports.acquire("auto")
        self.addCleanup(self.block.close)
        self.run_folder = self.folder / "node-0"
        self.run_folder.mkdir()
        command = [str(BINARY), "node", "--id", "0", "--grid-size", "2", "--grid", "page", "--no-clients", "--no-room"]
        command += ["--run-folder", str(self.run_folder), "--mesh-port", str(self.block.mesh(0))]
        command += ["--control-port", str(self.block.control(0)), "--peer", f"1=127.0.0.1:{self.block.mesh(1)}"]
        log = (self.run_folder / "node.log").open("wb")
        self.addCleanup(log.close)
        node = subprocess.Popen(command, cwd=paths.ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.addCleanup(node.wait)
        self.addCleanup(node.terminate)
        self.wait_for(lambda: "started" in self.logs(), "the node runs")

    def alive(self) -> str:
        return ask(self.block.control(0), self.run_folder / "token", "alive")

    def stranger(self, encrypt: bool = False, flip: int = 0) -> Stranger:
        key = bytearray.fromhex((self.folder / "grid.key").read_text().strip())
        key[0] ^= flip
        stranger = Stranger(self.block.mesh(0), bytes(key), encrypt)
        self.addCleanup(stranger.close)
        return stranger

    def test_a_peer_that_follows_the_page_becomes_alive(self) -> None:
        self.start_node()
        for encrypt in (False, True):
            with self.subTest(encrypt=encrypt):
                stranger = self.stranger(encrypt)
                self.assertIn(wire.PROOF, stranger.shake_hands())
                stranger.answer_heartbeat()
                self.wait_for(lambda: self.alive() == "alive 0,1", "the stranger is alive")
                stranger.send_sealed(wire.room_mark(7))
                frame = stranger.receive_sealed()
                while wire.ROOM_MARK_ECHO not in frame:
                    frame = stranger.receive_sealed()
                self.assertEqual(frame[wire.ROOM_MARK_ECHO], wire.number_field(1, 7))
                stranger.close()
                self.wait_for(lambda: self.alive() == "alive 0", "the stranger has left")

    def test_a_peer_with_another_grid_key_is_refused(self) -> None:
        self.start_node()
        last = self.stranger(flip=1).shake_hands()
        self.assertEqual(wire.parse_fields(bytes_of(last[wire.REFUSAL]))[1], 7)
        self.assertEqual(self.alive(), "alive 0")


if __name__ == "__main__":
    import unittest

    unittest.main()
