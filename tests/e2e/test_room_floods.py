"""Who floods the room, reads it slowly or not at all, and what the others notice of it: nothing."""

import threading
import time
import unittest
from typing import Callable, List

from tests.e2e.room_client import RoomClient
from tests.e2e.room_test import MOST_GROWTH_KB, RoomTest, numbered
from tests.e2e.support import PATIENCE

FLOOD_S = 30.0 * PATIENCE
FLOOD_LINES = 1_000_000 if PATIENCE == 1 else 200_000


class Meanwhile:
    """Something that is done on another thread, until it is over; what went wrong there is raised here."""

    def __init__(self, what: Callable[[], None]) -> None:
        self._failure: List[BaseException] = []

        def run() -> None:
            try:
                what()
            except BaseException as failure:  # of assertions too
                self._failure.append(failure)

        self._thread = threading.Thread(target=run, daemon=True)
        self._thread.start()

    @property
    def goes_on(self) -> bool:
        return self._thread.is_alive()

    def end(self, timeout_s: float) -> None:
        self._thread.join(timeout_s)
        if self._failure:
            raise self._failure[0]
        if self._thread.is_alive():
            raise TimeoutError("it goes on")


class OneNodeFloodTest(RoomTest):
    def test_many_that_never_read_are_bounded_and_who_reads_gets_all(self) -> None:
        healthy = self.crowd(2)
        for _ in range(300):
            self.join(receive_buffer=4096)
        before = self.grid.resident_kb(0)
        lines = numbered(0, 2000, 1000)
        healthy.expect(lines)
        healthy.send(0, lines)
        self.assertEqual(healthy.await_lines(2000, timeout_s=FLOOD_S), [], self.logs())
        self.assertEqual(healthy.differing(), [])
        self.assertGreater(self.room()["client_dropped_lines"], 300 * 1000, "they have fallen behind")
        self.assertLess(self.grid.resident_kb(0) - before, MOST_GROWTH_KB)


class ThreeNodesFloodTest(RoomTest):
    nodes = 3

    def read_slowly(self, node: int, bytes_per_s: int) -> None:
        """A client that takes a little at a time, until the test ends."""
        client = self.join(node, receive_buffer=4096)
        over = threading.Event()

        def read() -> None:
            while not over.wait(client.read_some(65_536) / bytes_per_s):
                pass

        thread = threading.Thread(target=read, daemon=True)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(over.set)

    def assert_nothing_dropped_by_the_sender(self) -> None:
        self.assertEqual(self.room(0)["dropped_lines"], 0, self.logs())
        self.assertEqual([link["dropped_frames"] for link in self.status(0)["links"]], [0, 0], self.logs())

    def dropped(self, node: int) -> int:
        """Lines that the node knows to be lost: on their way to its room, and to its clients, each for each."""
        room = self.room(node)
        return room["dropped_lines"] * room["clients"] + room["client_dropped_lines"]

    def test_a_flood_reaches_everybody_and_the_rest_of_the_grid_goes_on(self) -> None:
        self.assertEqual(self.grid.ask(0, "as Gus register"), "registered Gus")
        crowds = [self.crowd(2, node) for node in range(3)]
        total = FLOOD_LINES
        lines = numbered(0, total, 100)
        crowds[0].expect(lines)
        crowds[0].send(0, lines)

        def read(node: int) -> None:
            # What comes too fast for a node other than the sender's is lost to its clients: counted, never more.
            while (lost := crowds[node].await_lines(total, timeout_s=0.5)) != []:
                missing = sum(total - crowds[node][each].lines for each in lost)
                if self.found_dropped[node] >= missing:
                    return

        self.found_dropped = [0, 0, 0]
        readers = [Meanwhile(lambda node=node: read(node)) for node in range(3)]  # type: ignore[misc]
        deadline = time.monotonic() + FLOOD_S
        posts = 0
        while any(reader.goes_on for reader in readers):
            self.assertLess(time.monotonic(), deadline, [self.room(node) for node in range(3)])
            posts += 1
            for node in range(3):
                self.assertRegex(self.grid.ask(node, f"as Gus post number {posts}"), "^posted ")
                self.assertEqual(self.grid.ask(node, "alive"), "alive 0,1,2", self.logs())
                self.found_dropped[node] = self.dropped(node)
        for reader in readers:
            reader.end(FLOOD_S)
        self.assertGreater(posts, 0)
        self.assertEqual(crowds[0].await_lines(total), [])
        self.assertEqual(crowds[0].differing(), [])
        self.assert_nothing_dropped_by_the_sender()

    def test_a_slow_reader_costs_who_keeps_up_nothing(self) -> None:
        crowds = [self.crowd(3, node) for node in range(2)]
        lines = numbered(0, 30_000, 1000)
        for node, crowd in enumerate(crowds):
            crowd.expect(lines)
            self.read_slowly(node, 300_000)
        crowds[0].send(0, lines)
        readers = [Meanwhile(lambda crowd=crowd: crowd.await_lines(30_000, timeout_s=FLOOD_S)) for crowd in crowds]  # type: ignore[misc]
        for reader in readers:
            reader.end(2 * FLOOD_S)
        for node, crowd in enumerate(crowds):
            found = f"node {node}: {self.status(0)['links']} {self.room(node)}\n{self.logs()}"
            self.assertEqual([crowd[each].lines for each in range(3)], [30_000] * 3, found)
            self.assertEqual(crowd.differing(), [], found)
        self.assert_nothing_dropped_by_the_sender()

    def test_a_frozen_node_costs_the_others_nothing(self) -> None:
        crowd = self.crowd(2)
        lines = numbered(0, FLOOD_LINES, 100)
        crowd.expect(lines)
        self.grid.freeze(2)
        try:
            crowd.send(0, lines)
            self.assertEqual(crowd.await_lines(FLOOD_LINES, timeout_s=FLOOD_S), [], self.logs())
        finally:
            self.grid.thaw(2)
        self.assertEqual(crowd.differing(), [], self.logs())
        self.assertEqual(self.room()["dropped_lines"], 0)
        dropped = {link["peer"]: link["dropped_frames"] for link in self.status(0)["links"]}
        self.assertEqual(dropped[1], 0, "the one that takes what it is sent")

    def test_a_node_with_many_clients_stops_in_order_while_others_flood(self) -> None:
        crowd = self.crowd(300, 1)
        flooding = self.join(0)
        over = threading.Event()
        self.addCleanup(over.set)

        def flood() -> None:
            lines = numbered(0, 1000, 100)
            while not over.is_set():
                flooding.say(lines)
                flooding.read_some(1 << 20)

        flood_goes_on = Meanwhile(flood)
        crowd.run_for(1)
        reading = Meanwhile(lambda: self.assertEqual(crowd.await_ended(timeout_s=FLOOD_S), []))
        self.grid.stop(1)
        reading.end(FLOOD_S)
        over.set()
        flood_goes_on.end(FLOOD_S)
        self.assertEqual(self.grid.log_lines(1, "error"), [])


if __name__ == "__main__":
    unittest.main()
