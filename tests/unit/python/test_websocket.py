"""buzzer.WebSocket against a server that says what the test wants."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import unittest
from typing import Any, Callable, List

from buzzer import WebSocket, WebSocketClosed
from tests.unit.python.small_server import DEADLINE_S, Peer, SmallServer


def echo(peer: Peer) -> None:
    peer.upgrade()
    while True:
        text = peer.receive()
        if text is None:
            return
        peer.send(text)


class WebSocketTest(unittest.TestCase):
    def server(self, *talks: Callable[[Peer], None]) -> SmallServer:
        server = SmallServer(*talks)
        self.addCleanup(server.close)
        return server

    def connect(self, server: SmallServer, **options: Any) -> WebSocket:
        client = WebSocket(server.port, **options)
        self.addCleanup(client.drop)
        return client

    def wait_for(self, condition: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + DEADLINE_S
        while not condition():
            self.assertLess(time.monotonic(), deadline, what)
            time.sleep(0.005)

    def test_texts_come_back_as_they_were_and_in_order(self) -> None:
        client = self.connect(self.server(echo))
        texts = ["", "a", "ü€🐝 \0 \n", "x" * 125, "y" * 126, "z" * 100_000, *map(str, range(500))]
        for text in texts:
            client.send(text)
        self.assertEqual([client.receive(DEADLINE_S) for _ in texts], texts)

    def test_the_request_has_what_was_asked_for(self) -> None:
        heads: List[str] = []

        def look(peer: Peer) -> None:
            peer.upgrade()
            heads.append(peer.request)
            peer.receive()

        server = self.server(look)
        client = self.connect(
            server, target="/echo?x=1", subprotocols=["buzzer.v1.json", "other"], headers={"Origin": "http://here"}
        )
        self.assertEqual(client.subprotocol, "buzzer.v1.json")
        self.wait_for(lambda: bool(heads), "the request")
        self.assertTrue(heads[0].startswith("GET /echo?x=1 HTTP/1.1\r\n"))
        for line in (f"Host: 127.0.0.1:{server.port}", "Sec-WebSocket-Protocol: buzzer.v1.json, other",
                     "Origin: http://here"):
            self.assertIn(line, heads[0].split("\r\n"))

    def test_nothing_in_time_is_a_timeout(self) -> None:
        client = self.connect(self.server(echo))
        began = time.monotonic()
        with self.assertRaises(TimeoutError):
            client.receive(0.15)
        self.assertGreaterEqual(time.monotonic() - began, 0.15)
        with self.assertRaises(TimeoutError):
            client.receive(0)
        client.send("still open")
        self.assertEqual(client.receive(DEADLINE_S), "still open")

    def test_waiting_leaves_other_threads_running(self) -> None:
        client = self.connect(self.server(echo))
        received: List[str] = []
        waiter = threading.Thread(target=lambda: received.append(client.receive(DEADLINE_S)))
        waiter.start()
        client.send("from this thread")
        waiter.join(DEADLINE_S)
        self.assertEqual(received, ["from this thread"])

    def test_a_program_ends_in_order_while_other_threads_wait(self) -> None:
        # The interpreter once died of SIGABRT: a thread that had waited wanted its lock back when it was gone.
        program = """
import sys, threading
from buzzer import WebSocket
sockets = [WebSocket(int(sys.argv[1])) for _ in range(3)]
began = threading.Barrier(4)
def listen(socket):
    began.wait()
    socket.receive(60)
for socket in sockets:
    threading.Thread(target=listen, args=(socket,), daemon=True).start()
began.wait()
print("the end")
"""
        for _ in range(5):
            server = self.server(echo, echo, echo)
            done = subprocess.run(
                [sys.executable, "-c", program, str(server.port)], capture_output=True, encoding="utf-8",
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}, timeout=DEADLINE_S,
            )
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "the end\n", ""))

    def test_a_signal_interrupts_a_wait(self) -> None:
        class Alarm(Exception):
            pass

        def ring(*_: object) -> None:
            raise Alarm

        client = self.connect(self.server(echo))
        before = signal.signal(signal.SIGALRM, ring)
        self.addCleanup(signal.signal, signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        began = time.monotonic()
        with self.assertRaises(Alarm):
            client.receive(60.0)
        self.assertLess(time.monotonic() - began, DEADLINE_S)

    def test_what_came_before_the_end_is_received_and_then_why_it_ended(self) -> None:
        def leave(peer: Peer) -> None:
            peer.upgrade()
            peer.send("one")
            peer.send("two")
            peer.close(4001, "go elsewhere")

        client = self.connect(self.server(leave))
        self.wait_for(lambda: not client.is_open, "the end")
        self.assertIsNone(client.closed)
        self.assertEqual([client.receive(0), client.receive(0)], ["one", "two"])
        with self.assertRaises(WebSocketClosed) as caught:
            client.receive(DEADLINE_S)
        self.assertEqual((caught.exception.code, caught.exception.reason), (4001, "go elsewhere"))
        with self.assertRaises(WebSocketClosed):
            client.send("too late")

    def test_a_connection_that_breaks_was_closed_with_1006(self) -> None:
        client = self.connect(self.server(lambda peer: peer.upgrade()))
        with self.assertRaises(WebSocketClosed) as caught:
            client.receive(DEADLINE_S)
        self.assertEqual(caught.exception.code, 1006)

    def test_a_server_that_breaks_the_rules_loses_the_connection(self) -> None:
        def break_rules(peer: Peer) -> None:
            peer.upgrade()
            peer.send("binary", opcode=2)
            peer.receive()

        client = self.connect(self.server(break_rules))
        with self.assertRaises(WebSocketClosed) as caught:
            client.receive(DEADLINE_S)
        self.assertEqual(caught.exception.code, 1003)

    def test_close_sends_what_was_sent_before(self) -> None:
        came: List[Any] = []

        def listen(peer: Peer) -> None:
            peer.upgrade()
            while not came or came[-1] is not None:
                came.append(peer.receive())

        client = self.connect(self.server(listen))
        client.send("last words")
        client.close(4999, "done")
        self.wait_for(lambda: came == ["last words", None], "the last words")
        with self.assertRaises(ValueError):
            client.close(1006)

    def test_a_dropped_connection_is_gone_at_once(self) -> None:
        ended = threading.Event()

        def listen(peer: Peer) -> None:
            peer.upgrade()
            if peer.receive() is None:
                ended.set()

        client = self.connect(self.server(listen))
        client.drop()
        self.assertTrue(ended.wait(DEADLINE_S))
        with self.assertRaises(WebSocketClosed):
            client.receive(DEADLINE_S)

    def test_nobody_there_and_refusals_are_connection_errors(self) -> None:
        def refuse(peer: Peer) -> None:
            peer.upgrade("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n")

        server = self.server(refuse)
        with self.assertRaisesRegex(ConnectionError, "403"):
            WebSocket(server.port)
        with socket.create_server(("127.0.0.1", 0)) as silent:
            with self.assertRaises(TimeoutError):
                WebSocket(silent.getsockname()[1], timeout_s=0.1)
            nobody = silent.getsockname()[1]
        with self.assertRaises(ConnectionError):
            WebSocket(nobody)

    def flood(self, peers: List[Peer]) -> Callable[[Peer], None]:
        """Sends 60 MB, far beyond what sockets hold, in 1,000 messages with numbers."""

        def talk(peer: Peer) -> None:
            peers.append(peer)
            peer.upgrade()
            for number in range(1000):
                peer.send(f"{number} " + "x" * 60_000)
            peer.receive()

        return talk

    def wait_for_standstill(self, peer: Peer) -> None:
        """Until the server cannot send any more for now.

        That nothing more happens is no event to wait for: the pause only decides how surely a client that still reads
        is noticed. It never makes a client fail that does not.
        """

        def stands_still() -> bool:
            before = peer.sent
            time.sleep(0.1)
            return peer.sent == before

        self.wait_for(stands_still, "that the server is not read any more")

    def test_no_more_is_read_than_may_wait(self) -> None:
        peers: List[Peer] = []
        client = self.connect(self.server(self.flood(peers)), most_messages=10)
        self.wait_for(lambda: client.waiting >= 10, "enough to wait")
        self.wait_for_standstill(peers[0])
        self.assertLess(client.waiting, 14)
        self.assertLess(peers[0].sent, 1000)
        for number in range(1000):
            self.assertEqual(client.receive(DEADLINE_S).split()[0], str(number))

    def test_a_client_that_does_not_read_gets_everything_when_it_reads_again(self) -> None:
        peers: List[Peer] = []
        client = self.connect(self.server(self.flood(peers)), most_bytes=1 << 30)
        client.set_reading(False)
        self.wait_for_standstill(peers[0])
        self.assertLess(peers[0].sent, 1000)
        client.set_reading(True)
        for number in range(1000):
            self.assertEqual(client.receive(DEADLINE_S).split()[0], str(number))

    def test_wrong_values_are_refused_before_anything_is_sent(self) -> None:
        any_class: Any = WebSocket
        for wrong in (
            lambda: any_class(0), lambda: any_class(65_536), lambda: any_class(8080, timeout_s=-1),
            lambda: any_class(8080, most_messages=0), lambda: any_class(8080, target="/\udcff"),
        ):
            with self.assertRaises(ValueError):
                wrong()
        with self.assertRaises(TypeError):
            any_class("8080")
        client = self.connect(self.server(echo))
        for text in ("\ud800", "x" * (1 << 20)):
            with self.assertRaises(ValueError):
                client.send(text)
        client.send("still open")
        self.assertEqual(client.receive(DEADLINE_S), "still open")

    def test_a_line_break_in_a_header_is_no_connection(self) -> None:
        with self.assertRaises(ConnectionError):
            WebSocket(9, headers={"X": "a\r\nb: c"})


if __name__ == "__main__":
    unittest.main()
