import unittest

from master.faults import Faults


class FaultsTest(unittest.TestCase):
    def setUp(self) -> None:
        self.faults = Faults()

    def test_a_partition_parts_nodes_of_different_groups_only(self) -> None:
        self.assertEqual(self.faults.partition([(0, 1), (2,)]), {0, 1, 2})
        self.assertTrue(self.faults.parted(0, 2))
        self.assertTrue(self.faults.parted(2, 1))
        self.assertFalse(self.faults.parted(0, 1))
        self.assertFalse(self.faults.parted(2, 3), "a node in no group keeps its links")

    def test_a_partition_blocks_at_both_ends(self) -> None:
        self.faults.partition([(0,), (1, 2)])
        self.assertEqual(self.faults.lines(0), ["block 1", "block 2"])
        self.assertEqual(self.faults.lines(1), ["block 0"])

    def test_a_cut_blocks_one_direction_and_parts_both_ends(self) -> None:
        self.faults.cut(0, 1)
        self.assertEqual(self.faults.lines(0), ["block 1 out"])
        self.assertEqual(self.faults.lines(1), [])
        self.assertTrue(self.faults.parted(1, 0))

    def test_partitions_add_up_until_heal(self) -> None:
        self.faults.partition([(0,), (1,)])
        self.faults.partition([(1,), (2,)])
        self.faults.cut(0, 2)
        self.assertTrue(self.faults.parted(0, 1))
        self.assertEqual(self.faults.heal(), [(0, 1), (0, 2), (1, 0), (1, 2), (2, 1)])
        self.assertFalse(self.faults.parted(0, 1))
        self.assertEqual(self.faults.heal(), [])

    def test_a_block_line_survives_heal_but_not_its_process(self) -> None:
        self.faults.note(0, "block 1 in")
        self.faults.partition([(0,), (1,)])
        self.faults.heal()
        self.assertEqual(self.faults.lines_towards(0, 1), ["block 1 in"])
        self.faults.process_ended(1)
        self.assertTrue(self.faults.parted(0, 1))
        self.faults.process_ended(0)
        self.assertFalse(self.faults.parted(0, 1))

    def test_a_partition_survives_the_process(self) -> None:
        self.faults.partition([(0,), (1,)])
        self.faults.process_ended(0)
        self.assertEqual(self.faults.lines(0), ["block 1"])

    def test_unblock_undoes_every_block_of_that_peer_at_that_node(self) -> None:
        self.faults.note(0, "block 1")
        self.faults.cut(0, 1)
        self.faults.note(0, "unblock 1")
        self.assertFalse(self.faults.parted(0, 1))

    def test_other_lines_are_no_faults(self) -> None:
        for line in ("status", "block", "block x", "stop"):
            self.faults.note(0, line)
        self.assertEqual(self.faults.lines(0), [])


if __name__ == "__main__":
    unittest.main()
