"""Clients that send nothing but pings, as many as they can, cost the others of their worker a little time and no more.

A worker that was busy with such a flood for more than 5 s once took that for having stood still, and closed all its
clients (node/gateway/awake_core.h).
"""

import time
import unittest
from concurrent.futures import ThreadPoolExecutor

from tests.e2e.nodes import FULL, Nodes
from tests.e2e.support import GridTest
from tests.e2e.websocket import PING, PONG, WebSocket, encode_frame

FLOODERS = 60
FLOOD_S = 8.0 if FULL else 1.5
PINGS = encode_frame(PING, b"") * 40_000
PONG_BYTES = {0x80 | PONG, 0}
FLOOD = 50_000
"""Far more pongs than anybody has use for."""


class PingFloodTest(GridTest):
    def socket(self) -> WebSocket:
        socket = WebSocket(self.port)
        self.addCleanup(socket.drop)
        return socket

    def setUp(self) -> None:
        super().setUp()
        self.port = Nodes(self, 1, "--ephemeral").start_all().client_port(0)
        self.idle = [self.socket() for _ in range(4)]
        self.asking = self.socket()
        self.flooders = [self.socket() for _ in range(FLOODERS)]
        self.until = time.monotonic() + FLOOD_S

    def is_served(self, client: WebSocket) -> None:
        client.send("no such command")
        self.assertEqual(client.receive(), "error Bad Request")

    def ask(self) -> int:
        asked = 0
        while time.monotonic() < self.until:
            self.is_served(self.asking)
            asked += 1
        return asked

    def flood(self) -> int:
        pongs = 0
        while time.monotonic() < self.until:
            for flooder in self.flooders:
                flooder.send_until_stuck(PINGS, 0)
                data = flooder.take_raw()
                self.assertLessEqual(set(data), PONG_BYTES, "a close frame is something else")
                pongs += data.count(0x80 | PONG)
        return pongs

    def test_neither_who_is_idle_nor_who_asks_nor_who_floods_is_closed(self) -> None:
        with ThreadPoolExecutor() as threads:
            asked = threads.submit(self.ask)
            pongs = self.flood()
            self.assertGreaterEqual(asked.result(), 5, "its turn comes soon")
        self.assertGreater(pongs, FLOOD, "it was no flood")
        for client in self.idle:
            self.is_served(client)


if __name__ == "__main__":
    unittest.main()
