"""Crowds, vandals and browsers at the ports that speak lines, and a node that has run out of descriptors.

What the control port does with each kind of nonsense is in test_control_port.py, the room with its clients in test_room.py.
"""

import random
import resource
import socket
import unittest
from typing import List

from tests.e2e.hostile import MANY, MOST_GROWTH_KB, HostileTest, descriptors
from tests.e2e.nodes import DEADLINE_S
from tests.e2e.raw_socket import has_bytes, read_to_end, send

POST = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n\r\nbroadcast from a page\r\nalive\r\nstop\r\n"


SPARE_FOR_ALL_BUT_CLIENTS = 256
"""Of base/descriptors.h."""


class HostilePortsTest(HostileTest):
    def test_two_thousand_connections_to_the_control_port_leave_the_master_its_own(self) -> None:
        with self.crowd(self.grid.control_port(0), MANY) as strangers:
            self.assert_works()
            refused = {read_to_end(each) for each in strangers[100:]}
            self.assertEqual(refused, {b"error too many connections: the limit is 64\n"})

    def test_sixty_masters_that_ask_for_the_log_and_never_read_it_are_bounded(self) -> None:
        filler = "x" * 60_000
        for number in range(300):
            self.grid.tell(0, f"broadcast {number} {filler}")
        self.assertEqual(self.grid.ask(0, "mark"), "marked 1")
        log = self.grid.ask(0, "get")
        self.assertGreater(len(log), 16_000_000)
        self.measure()
        before = self.grid.resident_kb(0)
        strangers = [self.connect(self.grid.control_port(0)) for _ in range(60)]
        for stranger in strangers:
            send(stranger, b"get\n")
        self.wait_for(lambda: all(has_bytes(each) for each in strangers), "all have begun to be answered")
        # The bound, and an answer that is being put together.
        self.assertLess(self.grid.resident_kb(0) - before, 64_000 + 3 * 17_000 + MOST_GROWTH_KB)
        self.assertEqual(self.grid.ask(0, "get"), log, "who reads is answered")
        for stranger in strangers:
            stranger.close()
        self.assertEqual(self.grid.ask(0, "get"), log)
        self.measure()  # of pieces of this size the allocator keeps some

    def test_two_thousand_room_clients_that_never_read_harm_nobody(self) -> None:
        with self.crowd(self.grid.room_port(0), MANY):
            for number in range(300):
                self.grid.tell(1, f"broadcast {number} {'x' * 1000}")
            self.wait_for(lambda: self.grid.ask(0, "get").count(",") == 299, "node 0 has them all")
            self.assert_works()

    def test_a_browsers_post_does_nothing_at_any_port(self) -> None:
        for node in range(2):
            for port in (self.grid.control_port(node), self.grid.room_port(node), self.grid.mesh_port(node)):
                stranger = self.connect(port)
                send(stranger, POST)
                self.assertEqual(read_to_end(stranger), b"")
        self.assertEqual(self.grid.ask(0, "get"), "messages ")

    def test_random_bytes_in_random_pieces_harm_no_port(self) -> None:
        generator = random.Random(9)
        for number in range(200):
            for port in self.ports():
                stranger = self.connect(port)
                for _ in range(generator.randrange(4)):
                    send(stranger, generator.randbytes(generator.randrange(1, 2000)))
                stranger.close()
            if number % 50 == 0:
                self.assert_works()

    def test_clients_that_take_all_descriptors_leave_some_to_masters_peers_and_the_store(self) -> None:
        pid = self.grid.pid(0)
        limits = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        most = descriptors(pid) + 400
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (most, limits[1]))
        clients: List[socket.socket] = []
        for port in (self.grid.room_port(0), self.grid.client_port(0)):
            # The kernel takes them, for the node to accept when it can.
            clients += [self.connect(port) for _ in range(400)]
        spare = min(SPARE_FOR_ALL_BUT_CLIENTS, most // 4)
        self.wait_for(lambda: descriptors(pid) >= most - spare, "clients have all that they get")
        for _ in range(20):
            self.assert_works()
            self.assertLess(descriptors(pid), most - spare + 40, "a few files and connections of the node's own")
        self.assertEqual(self.alive(), b"alive 0,1\n", "another master gets in")
        self.grid.kill(1)
        self.grid.start(1)
        self.grid.wait_whole()
        for client in clients:
            client.close()
        self.wait_for(lambda: self.greets(self.grid.client_port(0)), "it takes clients again")
        self.assertEqual(len(self.grid.log_lines(0, "cannot accept clients now")), 1, "once a minute")
        self.expect_restart_of_1()

    def alive(self) -> bytes:
        with socket.create_connection(("127.0.0.1", self.grid.control_port(0)), DEADLINE_S) as master:
            master.sendall(b"alive\n")
            return master.recv(100)

    def greets(self, port: int) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", port), DEADLINE_S) as client:
                client.settimeout(1.0)
                client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                return client.recv(5) == b"HTTP/"
        except OSError:
            return False


if __name__ == "__main__":
    unittest.main()
