"""buzzer.RoomClients against a server whose ends of the connections the test holds."""

import errno
import fcntl
import os
import resource
import signal
import socket
import struct
import subprocess
import sys
import termios
import threading
import time
import unittest
from typing import Any, Callable, List, Tuple

from buzzer import RoomClients, RoomClientState
from master import paths, ports

DEADLINE_S = 10.0
BACKLOG = 512
"""So many clients are connected before the test takes them."""


class RoomClientsTest(unittest.TestCase):
    def setUp(self) -> None:
        block = ports.acquire()
        self.addCleanup(block.close)
        self.port = block.client(0)
        self.listening = socket.create_server(("127.0.0.1", self.port), backlog=BACKLOG)
        self.addCleanup(self.listening.close)

    def connect(self, count: int, **options: Any) -> Tuple[RoomClients, List[socket.socket]]:
        """The clients and the server's ends of them, in the same order."""
        clients = RoomClients(self.port, **options)
        served = []
        for _ in range(count):
            clients.connect(1)
            end, _ = self.listening.accept()
            end.settimeout(DEADLINE_S)
            self.addCleanup(end.close)
            served.append(end)
        return clients, served

    def test_all_receive_what_they_are_sent(self) -> None:
        clients = RoomClients(self.port, 300, last_line=True, hash=True)
        self.assertEqual(len(clients), 300)
        for _ in range(300):
            end, _ = self.listening.accept()
            self.addCleanup(end.close)
            end.sendall("ü\nhello all\n".encode())
        self.assertEqual(clients.await_lines(2), [])
        for client in range(300):
            seen = clients[client]
            self.assertEqual((seen.received, seen.lines, seen.last_line), (13, 2, b"hello all"))
            self.assertEqual(seen.hash, clients[0].hash)

    def test_what_is_said_arrives(self) -> None:
        clients, (end,) = self.connect(1)
        clients.say(0, "grüße")
        clients.send(0, b"\xff\x00")
        self.assertEqual(clients.await_sent(), [])
        wanted = "grüße\n".encode() + b"\xff\x00"
        self.assertEqual(end.recv(len(wanted), socket.MSG_WAITALL), wanted)

    def test_who_lacks_something_is_named(self) -> None:
        clients, ends = self.connect(3)
        ends[1].sendall(b"one\ntwo\n")
        ends[2].sendall(b"one\n")
        self.assertEqual(clients.await_lines(1, [1, 2]), [])
        self.assertEqual(clients.await_lines(2, timeout_s=0.02), [0, 2])
        self.assertEqual(clients.await_bytes(5, timeout_s=0), [0, 2])
        ends[0].close()
        ends[2].setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        ends[2].close()
        self.assertEqual(clients.await_ended([0, 2]), [])
        self.assertEqual(clients[0].state, RoomClientState.ENDED_BY_SERVER)
        self.assertEqual((clients[2].state, clients[2].error), (RoomClientState.BROKEN, errno.ECONNRESET))
        self.assertEqual(clients.open(), [1])
        # Nobody is waited for who can receive no more.
        self.assertEqual(clients.await_lines(2, timeout_s=3_600), [0, 2])

    def test_a_stalled_client_is_not_read_until_it_goes_on(self) -> None:
        clients, ends = self.connect(2, receive_buffer=4_096)
        clients.stall(0)
        for end in ends:
            end.sendall(b"x\n")
        self.assertEqual(clients.await_lines(1, [1]), [])
        self.assertEqual(clients.await_lines(1, timeout_s=0.02), [0])
        clients.go_on(0)
        self.assertEqual(clients.await_lines(1), [])

    def test_what_is_expected_kept_and_looked_at(self) -> None:
        clients, ends = self.connect(2)
        clients.expect(b"abcdef")
        clients.keep(1, 4)
        ends[0].sendall(b"abcdef")
        ends[1].sendall(b"abXdef")
        self.assertEqual(clients.await_bytes(6), [])
        self.assertEqual(clients.differing(), [1])
        self.assertEqual(clients[1].differs, 2)
        self.assertEqual(clients.take(1), b"abXd")
        self.assertEqual(clients.take(1), b"")

    def test_closing_in_every_way_is_seen_by_the_server(self) -> None:
        clients, ends = self.connect(3)
        clients.close(0)
        clients.reset(1)
        clients.finish_sending(2)
        self.assertEqual(ends[0].recv(1), b"")
        with self.assertRaises(ConnectionResetError):
            ends[1].recv(1)
        self.assertEqual(ends[2].recv(1), b"")
        ends[2].sendall(b"still heard\n")
        self.assertEqual(clients.await_lines(1, [2]), [])
        clients.close_all()
        self.assertEqual(clients.open(), [])
        clients.say(2, "to nobody")

    def test_other_threads_run_while_it_waits_and_none_of_them_may_wait_too(self) -> None:
        clients, (end,) = self.connect(1)
        left: List[List[int]] = []
        waiting = threading.Thread(target=lambda: left.append(clients.await_lines(1)))
        waiting.start()

        def refused() -> bool:
            try:
                len(clients)  # which itself lets no other thread in
            except RuntimeError as problem:
                self.assertIn("another thread", str(problem))
                return True
            return False

        deadline = time.monotonic() + DEADLINE_S
        while not refused():
            self.assertLess(time.monotonic(), deadline)
        end.sendall(b"at last\n")
        waiting.join(DEADLINE_S)
        self.assertEqual(left, [[]])

    def test_a_signals_handler_ends_a_wait(self) -> None:
        clients, _ = self.connect(1)

        def raise_it(number: int, frame: object) -> None:
            raise InterruptedError

        before = signal.signal(signal.SIGUSR1, raise_it)
        self.addCleanup(signal.signal, signal.SIGUSR1, before)
        sender = threading.Thread(target=lambda: os.kill(os.getpid(), signal.SIGUSR1))
        with self.assertRaises(InterruptedError):
            sender.start()
            clients.await_lines(1, timeout_s=3_600)
        sender.join()
        self.assertEqual(clients.await_lines(0), [])

    def full_server(self) -> int:
        """Its port: it accepts nobody, and of many clients a few are connected and the others wait."""
        full = socket.create_server(("127.0.0.1", 0), backlog=1)
        self.addCleanup(full.close)
        port = full.getsockname()[1]
        assert isinstance(port, int)
        return port

    def check_that_most_are_closed(self, clients: RoomClients) -> None:
        states = [clients[client].state for client in range(len(clients))]
        self.assertLessEqual(set(states), {RoomClientState.OPEN, RoomClientState.CLOSED_HERE})
        self.assertLess(2 * states.count(RoomClientState.OPEN), len(states))

    def test_a_signals_handler_ends_connecting_and_who_is_connected_stays(self) -> None:
        # Once nothing was seen to before the whole timeout was over.
        def raise_it(number: int, frame: object) -> None:
            raise InterruptedError

        before = signal.signal(signal.SIGALRM, raise_it)
        self.addCleanup(signal.signal, signal.SIGALRM, before)
        self.addCleanup(signal.setitimer, signal.ITIMER_REAL, 0)
        clients = RoomClients(self.full_server())
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        began = time.monotonic()
        with self.assertRaises(InterruptedError):
            clients.connect(50, timeout_s=60)
        self.assertLess(time.monotonic() - began, DEADLINE_S)
        self.check_that_most_are_closed(clients)
        clients.connect(0)  # may be asked for again

    def test_what_cannot_be_connected_in_time_is_told_and_closed(self) -> None:
        clients = RoomClients(self.full_server())
        began = time.monotonic()
        with self.assertRaisesRegex(OSError, "[0-9]+ of 600 clients connected, then not in time"):
            clients.connect(600, timeout_s=0.2)
        self.assertLess(time.monotonic() - began, DEADLINE_S)
        self.check_that_most_are_closed(clients)

    def test_with_no_time_what_is_there_is_read_of_all(self) -> None:
        # Once of the first 256 only.
        clients = RoomClients(self.port, 400)
        deadline = time.monotonic() + DEADLINE_S
        for _ in range(400):
            end, _ = self.listening.accept()
            self.addCleanup(end.close)
            end.sendall(b"x\n")
            while struct.unpack("i", fcntl.ioctl(end, termios.TIOCOUTQ, bytes(4))) != (0,):
                self.assertLess(time.monotonic(), deadline)  # not yet with the client's kernel
        clients.run_for(0)
        self.assertEqual([client for client in range(400) if clients[client].lines != 1], [])

    def test_a_forked_child_may_end_while_a_thread_of_its_parent_waits(self) -> None:
        # Once it waited at its exit for that thread, which it does not have.
        program = (
            "import os, sys, threading, tests.unit.python\n"
            "from buzzer import RoomClients\n"
            f"clients = RoomClients({self.port}, 1)\n"
            "thread = threading.Thread(target=lambda: clients.run_for(3600), daemon=True)\n"
            "thread.start()\n"
            "def waits():\n"
            "    try: len(clients)\n"
            "    except RuntimeError: return True\n"
            "while not waits(): pass\n"
            "child = os.fork()\n"
            "if child: sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
            "RoomClients.__init__(RoomClients.__new__(RoomClients), 1)\n"
        )
        with subprocess.Popen([sys.executable, "-c", program], cwd=paths.ROOT, start_new_session=True) as parent:
            try:
                self.assertEqual(parent.wait(60), 0)
            finally:
                if parent.poll() is None:
                    os.killpg(parent.pid, signal.SIGKILL)  # the child, too

    def test_a_server_that_is_not_there_is_told(self) -> None:
        self.listening.close()
        with self.assertRaisesRegex(OSError, "0 of 5 clients connected, then Connection refused"):
            RoomClients(self.port, 5)

    def test_the_soft_limit_of_descriptors_is_raised_and_the_hard_one_told(self) -> None:
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))
        clients = RoomClients(self.port, 100)
        self.assertEqual(len(clients.open()), 100)
        if hard < 1 << 19:
            with self.assertRaisesRegex(OSError, rf"this process may have {hard} \(ulimit -Hn\)"):
                clients.connect(hard)
            self.assertEqual(len(clients), 100)

    def test_misuse_raises_and_never_ends_the_interpreter(self) -> None:
        clients, _ = self.connect(1)
        any_clients: Any = clients
        calls: List[Tuple[type, Callable[[], object], str]] = [
            (IndexError, lambda: clients[1], "there is no client 1"),
            (IndexError, lambda: clients.say(1, "x"), "there is no client 1"),
            (IndexError, lambda: clients.await_lines(1, [0, 7]), "there is no client 7"),
            (ValueError, lambda: clients.close(-1), "a client is 0 to "),
            (TypeError, lambda: any_clients.say(0.5, "x"), "a client is a whole number, not float"),
            (ValueError, lambda: clients.await_lines(-1), "how many is 0 to "),
            (ValueError, lambda: clients.run_for(-1), "a timeout is 0 to 86400 s"),
            (ValueError, lambda: RoomClients(0), "a port is 1 to 65535"),
            (ValueError, lambda: RoomClients(1, bytes_only=True, hash=True), "nothing but bytes"),
            (OSError, lambda: RoomClients(self.port, 1, host="a name"), "is no address"),
        ]
        for error, wrong, wanted in calls:
            with self.subTest(wanted), self.assertRaisesRegex(error, wanted):
                wrong()
        counting = RoomClients(self.port, 1, bytes_only=True)
        for refused in (lambda: counting.await_lines(1), lambda: counting.keep(0), lambda: counting.expect(b"x")):
            with self.assertRaisesRegex(ValueError, "nothing but bytes"):
                refused()

    def test_a_program_may_end_while_a_thread_of_it_waits(self) -> None:
        program = (
            "import sys, threading, tests.unit.python\n"
            "from buzzer import RoomClients\n"
            f"clients = RoomClients({self.port}, 1)\n"
            "thread = threading.Thread(target=lambda: clients.run_for(3600), daemon=True)\n"
            "thread.start()\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=paths.ROOT, timeout=60, stderr=subprocess.PIPE, encoding="utf-8"
        )
        self.assertEqual((done.returncode, done.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()
