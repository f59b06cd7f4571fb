"""The WebSocket of /echo: there by option alone, for anybody's messages, within bounded memory."""

import threading
import unittest

from tests.e2e.http_get import get, parse_metrics
from tests.e2e.nodes import Nodes
from tests.e2e.support import GridTest
from tests.e2e.websocket import BINARY, TEXT, Closed, WebSocket, encode_frame

MESSAGE = bytes(range(256)) * 256
MESSAGES = 512
MOST_GROWTH_KB = 8 << 10
"""A quarter of what the client has to say."""
STALLED_BUFFER = 4096
STUCK_S = 1.0


class EchoTest(GridTest):
    def node(self, *options: str) -> Nodes:
        return Nodes(self, 1, "--ephemeral", *options).start_all()

    def test_without_the_option_it_is_not_there(self) -> None:
        port = self.node().client_port(0)
        self.assertEqual(get(port, "/echo").status, 404)

    def test_with_the_option_the_log_warns_and_both_kinds_of_messages_come_back(self) -> None:
        node = self.node("--test-echo")
        port = node.client_port(0)
        self.assertEqual(len(node.log_lines(0, "/echo says back to anybody what it is told: for tests alone")), 1)
        self.assertEqual(get(port, "/echo").status, 426)
        with WebSocket(port, target="/echo", subprotocol="buzzer.v1.json") as client:
            self.assertNotIn("sec-websocket-protocol", client.answer.lower())
            for opcode in (TEXT, BINARY):
                client.send_frame(opcode, b"login ada")
                self.assertEqual(client.receive_frame(), (True, opcode, b"login ada"))
            samples = parse_metrics(get(port, "/metrics").body)
            sessions = [samples[f'buzzer_sessions{{protocol="{protocol}"}}'] for protocol in ("text", "json")]
            self.assertEqual(sessions, [0, 0], "it is neither's")
            self.assertEqual(samples["buzzer_messages_received_total"], 2)

    def test_a_page_of_another_site_cannot_open_it(self) -> None:
        port = self.node("--test-echo").client_port(0)
        with self.assertRaises(ConnectionError) as refused:
            WebSocket(port, target="/echo", headers={"Origin": "https://elsewhere.example"})
        self.assertIn("403", str(refused.exception).splitlines()[0])

    def test_the_protocols_keep_their_limits_and_take_no_binary_data(self) -> None:
        port = self.node("--test-echo").client_port(0)
        for subprotocol in ("", "buzzer.v1.json"):
            for opcode, payload, code in ((BINARY, b"login ada", 1003), (TEXT, MESSAGE[:1] * 65537, 1009)):
                with self.subTest(subprotocol=subprotocol, code=code):
                    with WebSocket(port, subprotocol=subprotocol) as client:
                        client.send_frame(opcode, payload)
                        with self.assertRaises(Closed) as closed:
                            client.receive_all(2)  # the welcome, if there is one
                        self.assertEqual(closed.exception.code, code)

    def test_one_who_does_not_read_is_not_read_from_and_gets_everything_later(self) -> None:
        node = self.node("--test-echo")
        frames = encode_frame(BINARY, MESSAGE) * MESSAGES
        with WebSocket(node.client_port(0), target="/echo", receive_buffer=STALLED_BUFFER) as client:
            before = node.resident_kb(0)
            sent = client.send_until_stuck(frames, STUCK_S)
            self.assertLess(sent, len(frames))
            self.assertLess(node.resident_kb(0) - before, MOST_GROWTH_KB)
            rest = threading.Thread(target=client.send_bytes, args=(frames[sent:],))
            rest.start()
            try:
                for _ in range(MESSAGES):
                    final, opcode, payload = client.receive_frame()
                    self.assertTrue(final and opcode == BINARY and payload == MESSAGE)
            finally:
                rest.join()


if __name__ == "__main__":
    unittest.main()
