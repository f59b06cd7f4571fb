import socket
import tempfile
import unittest
from pathlib import Path

from master import ports


class PortsTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_blocks_do_not_overlap_and_stay_in_their_range(self) -> None:
        bases = ports.bases()
        self.assertEqual(bases[0], ports.FIRST)
        self.assertLessEqual(bases[-1] + ports.SIZE - 1, ports.LAST)
        self.assertEqual({b - a for a, b in zip(bases, bases[1:])}, {ports.SIZE})

    def test_mesh_and_control_ports_of_all_nodes_differ(self) -> None:
        block = ports.PortBlock(11000, -1)
        used = [block.mesh(node) for node in range(64)] + [block.control(node) for node in range(64)]
        self.assertEqual(len(set(used)), 128)
        self.assertEqual((block.mesh(1), block.control(1)), (11001, 11065))

    def test_a_held_block_is_not_given_twice_but_again_after_close(self) -> None:
        with ports.acquire(folder=self.folder) as first, ports.acquire(folder=self.folder) as second:
            self.assertNotEqual(first.base, second.base)
            with self.assertRaisesRegex(ports.PortsError, "another grid holds this block"):
                ports.acquire(str(first.base), folder=self.folder)
            base = first.base
        with ports.acquire(str(base), folder=self.folder) as again:
            self.assertEqual(again.base, base)

    def test_a_block_with_a_taken_port_is_skipped_and_its_holder_named(self) -> None:
        with ports.acquire(folder=self.folder) as block:
            base = block.base
        with socket.create_server(("127.0.0.1", base + 200)):
            with ports.acquire(folder=self.folder) as other:
                self.assertNotEqual(other.base, base)
            with self.assertRaisesRegex(ports.PortsError, rf"port {base + 200} is taken by pid \d+ \(.*python"):
                ports.acquire(str(base), folder=self.folder)

    def test_a_first_port_that_begins_no_block_is_refused(self) -> None:
        for wanted, message in (("80", "expected auto"), ("x", "expected auto"), ("11001", "such as 11000")):
            with self.subTest(wanted=wanted), self.assertRaisesRegex(ports.PortsError, message):
                ports.acquire(wanted, folder=self.folder)


if __name__ == "__main__":
    unittest.main()
