"""The control port keeps its limits, whoever speaks to it (docs/protocols/control-port.md)."""

import random
import socket
import struct
import time
import unittest
from pathlib import Path
from typing import List

from tests.e2e import feeds
from tests.e2e.nodes import DEADLINE_S, Nodes
from tests.e2e.raw_socket import read_to_end
from tests.e2e.support import GridTest

MOST_LINE = 65_536
MOST_CONNECTIONS = 64
MOST_MEMORY_KB = 500_000


class ControlPortTest(GridTest):
    def setUp(self) -> None:
        super().setUp()
        self.grid = Nodes(self, 2).start_all()
        self.addCleanup(self.assert_undisturbed)

    def assert_undisturbed(self) -> None:
        for node in range(2):
            self.assertEqual(self.grid.ask(node, "alive"), "alive 0,1")
            self.assertEqual(self.grid.log_lines(node, "peer is down"), [], self.logs())

    def connect(self, receive_buffer: int = 0) -> socket.socket:
        client = socket.socket()
        self.addCleanup(client.close)
        if receive_buffer:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        client.settimeout(DEADLINE_S)
        client.connect(("127.0.0.1", self.grid.control_port(0)))
        return client

    def talk(self, data: bytes) -> List[bytes]:
        """Sends it on a connection of its own, says that nothing more follows, and reads until the node closes."""
        client = self.connect()
        client.sendall(data)
        client.shutdown(socket.SHUT_WR)
        return read_to_end(client).split(b"\n")[:-1]

    def test_an_http_request_is_closed_without_an_answer_and_does_nothing(self) -> None:
        for request in (
            b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
            b"POST /x HTTP/1.1\r\nContent-Length: 22\r\n\r\nbroadcast from a page\n",
            b"OPTIONS * HTTP/1.0\nalive\n",
        ):
            with self.subTest(request=request):
                client = self.connect()
                client.sendall(request)
                self.assertEqual(read_to_end(client), b"")
        self.assertEqual(self.grid.ask(0, "get"), "messages ")

    def test_a_line_beyond_64_kib_gets_an_error_and_the_connection_goes_on(self) -> None:
        error = b"error line too long: the limit is 65536 bytes"
        for length in (MOST_LINE + 1, 10_000_000):
            with self.subTest(length=length):
                client = self.connect()
                client.sendall(b"alive\n" + b"x" * length + b"\nalive\n")
                self.assertEqual(read_lines(client, 3), [b"alive 0,1", error, b"alive 0,1"])

    def test_a_line_of_64_kib_is_taken(self) -> None:
        text = "é" * ((MOST_LINE - len("broadcast ")) // 2)
        self.grid.tell(0, f"broadcast {text}")
        self.assertEqual(self.grid.ask(0, "mark"), "marked 1")
        self.assertEqual(self.grid.ask(1, "get"), f"messages {text}")

    def test_the_65th_connection_gets_an_error_and_a_place_that_is_left_is_free(self) -> None:
        masters = [self.connect() for _ in range(MOST_CONNECTIONS - 1)]
        for master in masters:
            master.sendall(b"alive\n")
            self.assertEqual(read_lines(master, 1), [b"alive 0,1"])
        self.assertEqual(read_to_end(self.connect()), b"error too many connections: the limit is 64\n")
        self.assertEqual(self.grid.ask(0, "alive"), "alive 0,1")
        masters.pop().close()
        self.wait_for(lambda: self.answers("alive"), "a free place")

    def answers(self, line: str) -> bool:
        client = self.connect()
        try:
            client.sendall(f"{line}\n".encode())
            return not read_lines(client, 1)[0].startswith(b"error")
        except OSError:
            return False
        finally:
            client.close()

    def fill_log(self) -> str:
        """Some 12 MB; returns what `get` then answers."""
        text = "x" * 60_000
        for _ in range(200):
            self.grid.tell(0, f"broadcast {text}")
        self.assertEqual(self.grid.ask(0, "alive"), "alive 0,1", "all are taken")
        return "messages " + ",".join([text] * 200)

    def test_who_says_that_no_command_follows_gets_whole_answers(self) -> None:
        """Of a long one the end was once lost to `echo get | nc -N`."""
        log = self.fill_log()
        self.assertEqual([len(answer) for answer in self.talk(b"get\nalive\n")], [len(log), len("alive 0,1")])

    def test_who_never_reads_disturbs_nobody_and_gets_all_in_the_end(self) -> None:
        log = self.fill_log()
        self.assertTrue(self.grid.ask(0, "get") == log)
        greedy = self.connect(receive_buffer=4096)
        greedy.sendall(b"get\n" * 1000)
        for _ in range(20):
            began = time.monotonic()
            self.assertEqual(self.grid.ask(0, "alive"), "alive 0,1")
            self.assertLess(time.monotonic() - began, 1.0)
        self.assertTrue(self.grid.ask(0, "get") == log, "another reads it meanwhile")
        self.assertLess(self.grid.resident_kb(0), MOST_MEMORY_KB, "answers are not piled up")
        self.assertTrue(read_lines(greedy, 1)[0].decode() == log)

    def test_who_leaves_long_answers_unread_disturbs_nobody(self) -> None:
        """The node once went on for most of a minute to put answers together for a master that had left."""
        self.fill_log()
        greedy = self.connect(receive_buffer=4096)
        greedy.sendall(b"get\n" * 16_000)
        self.assertEqual(greedy.recv(9), b"messages ")
        greedy.close()
        began = time.monotonic()
        self.assertEqual(self.grid.ask(0, "alive"), "alive 0,1")
        self.assertLess(time.monotonic() - began, 1.0)

    def test_random_bytes_get_errors_and_harm_nothing(self) -> None:
        generator = random.Random(4)
        for _ in range(20):
            data = generator.randbytes(20_000)
            answers = self.talk(data + b"\nalive\n")
            self.assertEqual(answers[-1], b"alive 0,1")
            self.assertEqual(len(answers), data.count(b"\n") + 2)
            self.assertEqual({answer[:22] for answer in answers[:-1]}, {b"error unknown command:"})
        self.assertEqual(self.grid.ask(0, "get"), "messages ")

    def test_masters_that_vanish_harm_nothing(self) -> None:
        for number in range(50):
            client = self.connect()
            client.sendall(f"auth {self.grid.token(0)}\nmark\nget\nbroad".encode()[:20 * (number % 6)])
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.close()
        self.assertEqual(self.grid.ask(0, "mark"), "marked 1")

    def test_only_the_labs_commands_are_for_everybody(self) -> None:
        users = b"as Bob register\nauthor Bob\nusers\nhome Bob\n"
        answers = self.talk(users + b"status\nblock 1\nunblock 1\nmark\nstop\nauth 00\nstatus\nalive\nget\n")
        self.assertEqual(answers, [b"error not authorized"] * 9 + [
            b"error wrong token", b"error not authorized", b"alive 0,1", b"messages "
        ])

    def authorized(self, data: bytes) -> List[bytes]:
        """As `talk`, after `auth`; without the answer to that."""
        answers = self.talk(f"auth {self.grid.token(0)}\n".encode() + data)
        self.assertEqual(answers[0], b"ok")
        return answers[1:]

    def test_texts_that_no_script_can_hold_are_refused(self) -> None:
        invalid = b"error text_invalid: a buzz is valid UTF-8 without control characters other than newlines"
        for user in (b"Gus", b"Dora"):  # one at home at each node
            texts = [b"\xff", b"a\xc0\xafb", b"\xed\xa0\x80", b"a\x00b", b"a\x1b[31m", b"\xf4\x90\x80\x80", b"\xc2\x85"]
            lines = [b"as " + user + b" post " + text for text in texts]
            answers = self.authorized(b"\n".join([b"as " + user + b" register"] + lines) + b"\nauthor " + user + b"\n")
            self.assertEqual(answers, [b"registered " + user] + [invalid] * len(texts) + [b"author "])

    def test_a_text_of_a_whole_line_is_too_long_and_harms_nothing(self) -> None:
        line = b"as Gus post " + b"x" * (MOST_LINE - len("as Gus post "))
        answers = self.authorized(b"as Gus register\r\n" + line + b"\n" + line + b"x\nas Gus post short\r\n")
        self.assertEqual(answers[:3], [
            b"registered Gus", b"error text_too_long: a buzz has at most 500 characters",
            b"error line too long: the limit is 65536 bytes",
        ])
        self.assertRegex(answers[3], b"^posted [0-9]+$")

    def test_commands_that_are_sent_at_once_are_executed_in_their_order(self) -> None:
        posts = [f"as {user} post {number}" for number in range(300) for user in ("Gus", "Dora")]
        lines = ["as Gus register", "as Dora register"] + posts + ["author Gus limit 200", "author Dora limit 200"]
        answers = [answer.decode() for answer in self.authorized("\n".join(lines).encode() + b"\n")]
        self.assertEqual(len(answers), len(lines))
        for first, user in enumerate(("Gus", "Dora")):
            ids = [int(answer[len("posted "):]) for answer in answers[2 + first:-2:2]]
            self.assertEqual(ids, sorted(set(ids)))
            page, more = feeds.parse(answers[first - 2])
            self.assertTrue(more)
            self.assertEqual([(each.id, each.text) for each in page],
                             [(ids[number], str(number)) for number in range(299, 99, -1)], user)

    def test_a_master_that_leaves_before_the_answer_harms_nothing(self) -> None:
        self.assertEqual(self.grid.ask(0, "as Gus register"), "registered Gus")
        for number in range(30):
            client = self.connect()
            client.sendall(f"auth {self.grid.token(0)}\nas Gus with {number} post {number}\nauthor Gus\n".encode())
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.close()
        for number in range(30):
            self.assertRegex(self.grid.ask(0, f"as Gus with {number} post {number}"), "^posted [0-9]+$")
        found = feeds.whole(lambda line: self.grid.ask(0, line), "Gus")
        self.assertEqual(sorted(int(each.text) for each in found), list(range(30)), "each is there once")

    def test_the_port_is_for_this_machine_alone(self) -> None:
        table = [line.split() for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]]
        listening = [words[1] for words in table if words[3] == "0A"]
        port = f":{self.grid.control_port(0):04X}"
        self.assertEqual([address for address in listening if address.endswith(port)], [f"0100007F{port}"])


def read_lines(client: socket.socket, count: int) -> List[bytes]:
    with client.makefile("rb") as reader:
        return [reader.readline().rstrip(b"\n") for _ in range(count)]


if __name__ == "__main__":
    unittest.main()
